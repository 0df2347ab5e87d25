import { expect, test } from "vitest";
import { E3Error } from "../../../src/core/error.ts";
import { scene } from "./scene.ts";

test("a rejected request is told to both", async () => {
  const { user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  beyza.heard();
  await beyza.says("&&REJECT&&|beyza|ali");
  expect([ali.heard(), beyza.heard()]).toEqual([
    [" 5   beyza 32  beyza rejected the chat request!"],
    [" 5   beyza 35  you have rejected the chat request!"],
  ]);
});

test("a peer of the mesh that asks is announced, and may be rejected", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  expect(ali.heard()).toEqual([" 3   bob 44  bob would like to chat with you? (OK/REJECT)"]);
  await ali.says("&&REJECT&&|ali|bob");
  expect(bob.events.at(-1)).toBe("rejected by peer");
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  bob.peer.sessions.end();
  await rig.run(1_000);
  expect(ali.heard().slice(1)).toEqual([
    " 3   bob 44  bob would like to chat with you? (OK/REJECT)",
    " 3   bob 29  bob does not ask you any more",
  ]);
});

test("who asks somebody that is in a chat elsewhere in the mesh hears that it is busy", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const [bob, eve] = [await far("bob"), await far("eve")];
  bob.peer.sessions.request(eve.peer.id);
  await rig.run(1_000);
  eve.peer.sessions.accept(bob.peer.id);
  await rig.run(1_000);
  await ali.says("&&CHATREQUEST&&|bob|ali");
  expect(ali.heard()).toEqual([" 3   ali 43  &&BUSY&&|the user is busy. try again later."]);
});

test("who is in a group chat asks for no other, and is asked for none", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await ali.says("&&GROUPCHAT&&|ali|bob|");
  ali.heard();
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  expect([ali.heard(), bob.events.at(-1)]).toEqual([[], "rejected by peer"]);
});

test("a program that goes away ends its chat: the other end is told", async () => {
  const { rig, user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  await beyza.says("&&OK&&|beyza|ali|7123");
  beyza.heard();
  ali.program.stream.destroy();
  await rig.run(5_000);
  expect(beyza.heard()).toEqual([" 3   ali 68  &&CLIENTEXIT&&|ali left the chat room. the chat room has been closed"]);
  await beyza.says("&&SEARCH&&|zeynep|beyza");
  expect(beyza.heard()).toEqual([" 5   beyza 27  &&NOTFOUND&&|user not found"]);
});

test("a chat for which there is no port is over at once, and both are told", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await ali.says("&&CHATREQUEST&&|bob|ali");
  const before = { ...rig.sockets };
  Object.assign(rig.sockets, { listen: () => Promise.reject(new E3Error("address-unavailable", "no port is left")) });
  for (const id of bob.peer.sessions.requests) bob.peer.sessions.accept(id);
  await rig.run(1_000);
  Object.assign(rig.sockets, before);
  expect(ali.heard()).toEqual([
    " 3   ali 38  the chat cannot begin, no port is left",
    " 3   ali 38  &&CLIENTEXIT&&|you left the chat room.",
  ]);
  expect(bob.events.at(-1)).toBe("ended by peer");
});
