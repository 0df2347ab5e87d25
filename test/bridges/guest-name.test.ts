import { expect, test } from "vitest";
import { guestName } from "../../src/bridges/guest-name.ts";

test.each([
  ["ali", "ali"],
  ["Ali Reza", "Ali Reza"],
  ["  ali\n", "ali"],
  ["a\u202eb\u0000c", "abc"],
  ["4621", "line 4621"],
  ["ali@106", "ali106"],
  ["x".repeat(300), "x".repeat(16)],
  ["", undefined],
  ["\u0007", undefined],
])("%j is called %j", (name, called) => {
  expect(guestName("line", name)).toBe(called);
});
