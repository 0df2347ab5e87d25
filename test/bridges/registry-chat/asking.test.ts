import { expect, test } from "vitest";
import { scene } from "./scene.ts";

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
