import { expect, test } from "vitest";
import { suggest } from "../../src/core/suggest.ts";

const known = ["desired-id", "name", "peers", "explain", "exit"];

test.each([
  ["desried-id", "desired-id"],
  ["desiredid", "desired-id"],
  ["Peers", "peers"],
  ["pears", "peers"],
  ["exlpain", "explain"],
  ["exot", "exit"],
  ["nme", "name"],
])("%s is probably %s", (typed, meant) => {
  expect(suggest(typed, known)).toBe(meant);
});

test.each(["", "x", "hello", "nothing-like-it", "a".repeat(100_000)])(
  "nothing is suggested for what is far off: %.20s",
  (typed) => {
    expect(suggest(typed, known)).toBeUndefined();
  },
);

test("the nearest of several wins", () => {
  expect(suggest("peer", ["beer", "peers", "peer"])).toBe("peer");
});
