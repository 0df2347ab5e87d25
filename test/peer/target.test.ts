import { expect, test } from "vitest";
import { idOf, targetOf } from "../../src/peer/target.ts";

test("everyone is nobody's id to the core, and a word to all others", () => {
  expect([idOf("everyone"), idOf(5n)]).toEqual([0n, 5n]);
  expect([targetOf(0n), targetOf(5n)]).toEqual(["everyone", 5n]);
});
