import { expect, test } from "vitest";
import { scene } from "./scene.ts";

test("those who cannot be invited are named, and the others invited", async () => {
  const { user } = await scene();
  const [ali, beyza, ahmet, can] = [
    await user("ali", 4920),
    await user("beyza", 7123),
    await user("ahmet", 8001),
    await user("can", 8002),
  ];
  await ahmet.says("&&CHATREQUEST&&|can|ahmet");
  await can.says("&&OK&&|can|ahmet|8002");
  await ali.says("&&GROUPCHAT&&|ali|zeynep|ahmet|ali|beyza|");
  expect(ali.heard()).toEqual([
    ' 3   ali 36  &&NOTFOUND&&|user "zeynep" not found',
    " 3   ali 40  &&BUSY&&|ahmet is busy. try again later.",
    " 3   ali 57  &&INVALIDSEARCH&&|you can't add yourself. add other users",
    " 3   ali 113 you have added yourself to group chat 1. a request has been sent to your added friends. type EXIT GROUP to leave.",
  ]);
  expect(beyza.heard()).toHaveLength(1);
  expect(ahmet.heard().filter((told) => told.includes("group"))).toEqual([]);
});

test("a group of nobody is none", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says("&&GROUPCHAT&&|ali|");
  expect(ali.heard()).toEqual([" 3   ali 39  there is nobody to chat with in a group"]);
  await ali.says("&&SEARCH&&|zeynep|ali");
  expect(ali.heard()).toEqual([" 3   ali 27  &&NOTFOUND&&|user not found"]);
});

test("a room that there is not can neither be joined nor rejected", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says("&&OKGROUP&&|ali|7");
  await ali.says("&&REJECTGROUP&&|ali|7");
  const told = ' 3   ali 26  there is no group chat "7"';
  expect(ali.heard()).toEqual([told, told]);
});

test("who enters a group chat rejects those who ask for a private one", async () => {
  const { rig, user, far } = await scene();
  const [ali] = [await user("ali", 4920), await user("beyza", 7123)];
  const bob = await far("bob");
  bob.peer.sessions.request(rig.guests.get("user ali")?.id ?? 0n);
  await rig.run(1_000);
  ali.heard();
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  expect([ali.heard().length, bob.events.at(-1)]).toEqual([1, "rejected by peer"]);
});

test("who left a room may be busy with another", async () => {
  const { user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  await ali.says("&&EXITGROUP&&|ali");
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  expect(ali.heard()).toEqual([
    expect.stringContaining("you have added yourself to group chat 1. "),
    " 3   ali 23  you left the chat room.",
    expect.stringContaining("you have added yourself to group chat 2. "),
  ]);
  expect(beyza.heard()).toHaveLength(2);
});

test("who enters a group chat asks nobody for a private one any more", async () => {
  const { rig, user, far } = await scene();
  const ali = await user("ali", 4920);
  const bob = await far("bob");
  await far("eve");
  await ali.says("&&CHATREQUEST&&|bob|ali");
  await ali.says("&&GROUPCHAT&&|ali|eve|");
  await rig.run(1_000);
  expect(bob.events).toEqual(["asked by peer", "withdrawn by peer"]);
});
