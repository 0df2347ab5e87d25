import { expect, test } from "vitest";
import { scene } from "./scene.ts";

test("a text that the other program cannot be given is told to be refused", async () => {
  const { rig, user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  await beyza.says("&&OKGROUP&&|beyza|1");
  ali.heard();
  beyza.heard();
  await ali.says("&&MESSAGE&&|ali: a|b");
  await rig.run(1_000);
  expect(beyza.heard()).toEqual([]);
  expect(ali.heard()).toEqual([
    " 3   ali 47  your message was sent, and cannot be shown here",
    expect.stringContaining("a message of yours did not reach everybody in group chat 1, "),
  ]);
});

test("a text to a group in which nobody else is, is not sent", async () => {
  const { user } = await scene();
  const [ali] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  ali.heard();
  await ali.says("&&MESSAGE&&|ali: Hi!");
  expect(ali.heard()).toEqual([
    " 3   ali 96  your message was not sent, nobody else is in group room 1 of ali; 1 invited has not answered yet",
  ]);
});

test("a line with nothing in it is nothing", async () => {
  const { user } = await scene();
  const [ali, beyza] = [await user("ali", 4920), await user("beyza", 7123)];
  await ali.says("&&GROUPCHAT&&|ali|beyza|");
  await beyza.says("&&OKGROUP&&|beyza|1");
  ali.heard();
  beyza.heard();
  await ali.says("&&MESSAGE&&|ali: ");
  expect([ali.heard(), beyza.heard()]).toEqual([[], []]);
});
