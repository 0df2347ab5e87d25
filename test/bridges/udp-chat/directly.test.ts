import { expect, test } from "vitest";
import { Directly } from "../../../src/bridges/udp-chat/directly.ts";

test("a broadcast went to those it was sent to, and to no program that was started after it", () => {
  const directly = new Directly();
  directly.note(7n, 1n, { ids: new Set(["9101"]), atMs: 100 });
  expect(directly.went(7n, 1n, { id: "9101", sinceMs: 50 })).toBe(true);
  expect(directly.went(7n, 1n, { id: "9101", sinceMs: 150 })).toBe(false);
  expect(directly.went(7n, 1n, { id: "7493", sinceMs: 50 })).toBe(false);
  expect(directly.went(7n, 2n, { id: "9101", sinceMs: 50 })).toBe(false);
});

test("of very many the oldest are forgotten", () => {
  const directly = new Directly();
  for (let number = 1n; number <= 5_000n; number++) directly.note(7n, number, { ids: new Set(["9101"]), atMs: 0 });
  expect(directly.went(7n, 5_000n, { id: "9101", sinceMs: 0 })).toBe(true);
  expect(directly.went(7n, 1n, { id: "9101", sinceMs: 0 })).toBe(false);
});
