import { expect, test } from "vitest";
import { clientNameFault, isTypable } from "../../../src/bridges/registry-chat/client-name.ts";

test.each(["ali", "Ali Reza", "ali_42", "ümit", "7"])("a user may be called %j", (name) => {
  expect(clientNameFault(name)).toBeUndefined();
});

test.each([
  ["a:b", "has a colon, a bar, or && in it"],
  ["a|b", "has a colon, a bar, or && in it"],
  ["a&&B", "has a colon, a bar, or && in it"],
  ["a\u001b[2J", "has characters that do not show"],
  ["SERVER", "is how programs call the registry"],
  ["x".repeat(65), "has more than 64 bytes"],
])("nobody may be called %j", (name, fault) => {
  expect(clientNameFault(name)).toBe(fault);
});

test("what can be typed is one word that no command and no colon is in", () => {
  const names = ["bob", "Önkol", "bob@12", "", "a b", "a:b", "a&b", "a|b", "\u202eali", "server"];
  expect(names.filter((name) => isTypable(name))).toEqual(["bob", "Önkol", "bob@12"]);
});
