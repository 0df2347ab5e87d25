import { expect, test } from "vitest";
import { checkGroupName } from "../../src/peer/options.ts";

test.each(["team", "my friends", "Ömer & co", "👋", "x".repeat(256)])("a group may be called %j", (name) => {
  expect(() => checkGroupName(name, 256)).not.toThrow();
});

test.each([
  ["", "is empty"],
  ["x".repeat(257), "257 bytes of UTF-8; the most is 256"],
  ["é".repeat(129), "258 bytes of UTF-8"],
  ["a\nb", "control characters"],
  ["\u202eevil", "do not show"],
  ["\ud800", "not Unicode"],
  [" team", "begins or ends with a space"],
  ["123", "is a number, which would be taken for an id"],
])("a group called %j would be a trap: it %s", (name, why) => {
  expect(() => checkGroupName(name, 256)).toThrow(why);
  expect(() => checkGroupName(name, 256)).toThrow("the name of the group");
});

test("what is no text is told to be none, as JavaScript does not", () => {
  const checkAny: (name: unknown, bytesMax: number) => void = checkGroupName as never;
  expect(() => checkAny({ name: "team" }, 256)).toThrow(expect.objectContaining({ code: "bad-option" }) as Error);
});
