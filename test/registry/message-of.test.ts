import { expect, test } from "vitest";
import { messageOf } from "../../src/registry/message-of.ts";

test.each([
  [new Error("the disk is full"), "the disk is full"],
  ["a word", "a word"],
  [undefined, "undefined"],
])("what %s says", (thrown, said) => {
  expect(messageOf(thrown)).toBe(said);
});
