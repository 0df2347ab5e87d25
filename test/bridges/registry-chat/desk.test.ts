import { expect, test } from "vitest";
import { pair, scene, type Scene, type User } from "./scene.ts";

/** Two programs in a private chat, with nothing unheard. */
async function chatting(set: Scene): Promise<readonly [User, User]> {
  const [ali, beyza] = [await set.user("ali", 4920), await set.user("beyza", 7123)];
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  await beyza.says("&&OK&&|beyza|ali|7123");
  expect([...ali.heard(), ...beyza.heard()].filter((told) => told.includes("&&CLIENTOK&&"))).toHaveLength(2);
  return [ali, beyza];
}

test("within a chat, a line that a program took for a command does nothing, and its user is told", async () => {
  const [ali, beyza] = await chatting(await scene());
  const commands = ["&&OK&&|ali|sounds|4920", "&&SEARCH&&|it|ali", "&&REJECT&&|ali|that", "&&GROUPCHAT&&|ali|beyza|"];
  for (const command of [...commands, "&&CHATREQUEST&&|zeynep|ali", "&&OKGROUP&&|ali|1", "&&REJECTGROUP&&|ali|1"]) {
    await ali.says(command);
    const told =
      "that line was taken for a command and was not sent, since you are in a chat. say it without words in capital letters, or leave the chat first";
    expect([ali.heard(), beyza.heard()]).toEqual([[pair("ali", told)], []]);
  }
});

test("what a program says to the registry within a private chat reaches the other end", async () => {
  const [ali, beyza] = await chatting(await scene());
  await ali.says("&&MESSAGE&&|ali: Hi there!");
  expect(beyza.heard()).toEqual([" 3   ali 26  &&MESSAGE&&|ali: Hi there!"]);
});

test("who is in no chat is told what to do", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  for (const command of ["&&MESSAGE&&|ali: Hi!", "&&EXIT&&|ali", "&&EXITGROUP&&|ali", "&&REGISTER&&|beyza|1"])
    await ali.says(command);
  expect(ali.heard()).toEqual([
    " 3   ali 66  you are in no chat. type CHAT REQUEST or GROUP CHAT, and whom with",
    " 3   ali 18  you are in no chat",
    " 3   ali 24  you are in no group chat",
    " 3   ali 34  you are registered already, as ali",
  ]);
});

test("each kind of chat has its own way out", async () => {
  const set = await scene();
  const [ali, beyza] = await chatting(set);
  await ali.says("&&EXITGROUP&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 35  type EXIT to leave the private chat"]);
  await ali.says("&&EXIT&&|ali");
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  ali.heard();
  beyza.heard();
  await ali.says("&&EXIT&&|ali");
  expect(ali.heard()).toEqual([" 3   ali 39  type EXIT GROUP to leave the group chat"]);
});

test("an answer to somebody who does not ask is said to be one", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says("&&OK&&|ali|beyza|4920");
  await ali.says("&&REJECT&&|ali|beyza");
  const told = ' 3   ali 35  "beyza" does not ask you for a chat';
  expect(ali.heard()).toEqual([told, told]);
});

test("a request is for others who are here", async () => {
  const { user } = await scene();
  const ali = await user("ali", 4920);
  await ali.says("&&CHATREQUEST&&|ali|ali");
  await ali.says("&&CHATREQUEST&&|zeynep|ali");
  expect(ali.heard()).toEqual([
    " 3   ali 70  &&INVALIDSEARCH&&|you can't chat with yourself. search for other users",
    " 3   ali 27  &&NOTFOUND&&|user not found",
  ]);
});

test("what cannot be done is said, with the reason", async () => {
  const { user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  await beyza.says("&&OKGROUP&&|beyza|1");
  await beyza.says("&&EXITGROUP&&|beyza");
  beyza.heard();
  await beyza.says("&&OKGROUP&&|beyza|1");
  expect(beyza.heard()).toEqual([expect.stringContaining("that was not done, no invitation is open in group")]);
});

test("who accepts a request may say another port than it registered with, and is called there", async () => {
  const { rig, user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&CHATREQUEST&&|beyza|ali");
  await rig.run(1_000);
  await beyza.says("&&OK&&|beyza|ali|7999");
  await rig.run(1_000);
  expect(ali.heard().at(-1)).toMatch(/&&CLIENTOK&&\|beyza accepted the chat request\..*\|7999$/);
});
