import { expect, test } from "vitest";
import { scene } from "./scene.ts";

test("who rejects an invitation, and who invited, are told; others are not", async () => {
  const { user } = await scene();
  const [ali, beyza, ahmet] = [await user("ali", 4920), await user("beyza", 7123), await user("ahmet", 8001)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|ahmet|");
  await ahmet.says("&&OKGROUP&&|ahmet|1");
  for (const each of [ali, beyza, ahmet]) each.heard();
  await beyza.says("&&REJECTGROUP&&|beyza|1");
  expect([ali.heard(), beyza.heard(), ahmet.heard()]).toEqual([
    [" 5   beyza 38  beyza rejected the group chat request!"],
    [" 5   beyza 41  you have rejected the group chat request!"],
    [],
  ]);
});

test("who is invited to a group and in none hears nothing of its members", async () => {
  const { user } = await scene();
  const [ali, beyza, ahmet] = [await user("ali", 4920), await user("beyza", 7123), await user("ahmet", 8001)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|ahmet|");
  beyza.heard();
  await ahmet.says("&&OKGROUP&&|ahmet|1");
  await ahmet.says("&&EXITGROUP&&|ahmet");
  expect(beyza.heard()).toEqual([]);
  expect(ali.heard().slice(1)).toEqual([
    " 5   ahmet 27  ahmet joined the group chat",
    " 5   ahmet 25  ahmet left the chat room.",
  ]);
});
