import { expect, test } from "vitest";
import { joinOf } from "../../src/core/join.ts";

test("both stand one behind the other, in memory of their own", () => {
  const [first, second] = [Uint8Array.of(1, 2), Uint8Array.of(3)];
  const both = joinOf(first, second);
  expect([...both]).toEqual([1, 2, 3]);
  first[0] = 9;
  expect([...both]).toEqual([1, 2, 3]);
  expect([...joinOf(first, new Uint8Array())]).toEqual([9, 2]);
});

test("behind nothing, the second is given as it is: what shares a body is told by its being the same", () => {
  const second = Uint8Array.of(3);
  expect(joinOf(new Uint8Array(), second)).toBe(second);
});
