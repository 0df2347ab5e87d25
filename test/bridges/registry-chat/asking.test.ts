import { expect, test } from "vitest";
import { askFor, dropRequest } from "../../../src/bridges/registry-chat/asking.ts";
import { Client } from "../../../src/bridges/registry-chat/client.ts";
import { Rooms } from "../../../src/bridges/registry-chat/rooms.ts";
import { Roster } from "../../../src/bridges/registry-chat/roster.ts";
import { E3Error } from "../../../src/core/error.ts";
import { FakePeer } from "../../cli/fake-peer.ts";
import { bridgeRig } from "../rig.ts";
import { textOf } from "./bytes.ts";
import { scene } from "./scene.ts";

/** A user whose peer does not hear of anybody, and how often it asked. */
async function deaf() {
  const rig = await bridgeRig();
  const { world, sockets } = rig;
  const limits = { streamsMax: 5, silenceMs: 0, unsentBytesMax: 1_000_000, dialMs: 1_000 };
  let taken: ((client: Client) => void) | undefined;
  const guest = new FakePeer();
  let tries = 0;
  guest.sessions.request = () => {
    tries += 1;
    throw new E3Error("absent", "it is away");
  };
  const made = new Promise<Client>((resolve) => (taken = resolve));
  await sockets.listen("127.0.0.1:6234", limits, (stream) =>
    taken?.(new Client({ name: "ali", port: 4920, guest, stream, sockets, limits: world.limits })),
  );
  const program = await rig.dial("127.0.0.1:6234");
  const office = { world, roster: new Roster(world.host), rooms: new Rooms(world.notebook) };
  const windows = { of: () => Promise.reject(new E3Error("closed", "no windows")) };
  return { rig, program, client: await made, office: { ...office, windows }, tries: () => tries };
}

test("somebody whom the user's peer does not hear of in time is not found", async () => {
  const { rig, program, client, office, tries } = await deaf();
  askFor(7n, client, office);
  await rig.run(4_000);
  expect(program.writes()).toEqual([]);
  await rig.run(2_000);
  expect(program.writes().map((bytes) => textOf(bytes))).toEqual([" 3   ali 27  &&NOTFOUND&&|user not found"]);
  const asked = tries();
  await rig.run(10_000);
  expect([tries(), asked > 10]).toEqual([asked, true]);
});

test("a request that is taken back before anybody heard of it is not made any more", async () => {
  const { rig, program, client, office, tries } = await deaf();
  askFor(7n, client, office);
  await rig.run(1_000);
  dropRequest(client, office);
  const asked = tries();
  await rig.run(10_000);
  expect([tries(), program.writes()]).toEqual([asked, []]);
});

test("a second request takes the place of the first, whose peer is told", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const [bob, eve] = [await far("bob"), await far("eve")];
  await ali.says("&&CHATREQUEST&&|bob|ali");
  await ali.says("&&CHATREQUEST&&|eve|ali");
  await rig.run(1_000);
  expect([bob.events, eve.events]).toEqual([["asked by peer", "withdrawn by peer"], ["asked by peer"]]);
  expect(ali.heard()).toEqual([" 3   ali 27  you do not ask bob any more"]);
});

test("who accepts a request asks nobody else any more", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const [bob, eve] = [await far("bob"), await far("eve")];
  eve.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  await ali.says("&&CHATREQUEST&&|bob|ali");
  await ali.says("&&OK&&|ali|eve|4920");
  expect([bob.events, eve.events]).toEqual([
    ["asked by peer", "withdrawn by peer"],
    ["asking by self", "accepted by peer"],
  ]);
  expect(ali.heard().at(-1)).toMatch(
    /^ 3 {3}ali 96 {2}&&CLIENTOK&&\|you have entered into a private chat with eve\. you can send your message now!\|4/,
  );
});

test("a request is taken back by leaving the chat that is none yet, or by logging out", async () => {
  const { user, far } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  const bob = await far("bob");
  await ali.says("&&CHATREQUEST&&|bob|ali");
  await ali.says("&&EXIT&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 27  you do not ask bob any more"]);
  await beyza.says("&&CHATREQUEST&&|bob|beyza");
  await beyza.says("&&LOGOUT&&");
  expect(bob.peer.sessions.requests).toEqual([]);
});

test("a request that nobody answers ends by itself, and its user is told", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  await far("bob");
  await ali.says("&&CHATREQUEST&&|bob|ali");
  await rig.run(61_000);
  expect(ali.heard()).toEqual([" 3   bob 48  the chat request of you and bob was not answered"]);
});
