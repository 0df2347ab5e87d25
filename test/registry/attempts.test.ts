import { expect, test } from "vitest";
import { Attempts } from "../../src/registry/attempts.ts";

const limits = { attemptsMax: 3, attemptMs: 1_000, keysMax: 2 };

test("so many attempts are free, and the next one has to wait", () => {
  const attempts = new Attempts(limits);
  expect([1, 2, 3, 4].map(() => attempts.take("ali", 5_000))).toEqual([0, 0, 0, 1_000]);
  expect(attempts.take("ali", 5_400)).toBe(600);
});

test("an attempt that was refused costs nothing", () => {
  const attempts = new Attempts(limits);
  for (let count = 0; count < 10; count += 1) attempts.take("ali", 0);
  expect(attempts.take("ali", 1_000)).toBe(0);
  expect(attempts.take("ali", 1_000)).toBe(1_000);
});

test("they come back one by one, and no more than there were", () => {
  const attempts = new Attempts(limits);
  for (let count = 0; count < 3; count += 1) attempts.take("ali", 0);
  expect(attempts.take("ali", 1_000)).toBe(0);
  expect(attempts.take("ali", 1_999)).toBe(1);
  expect([1, 2, 3, 4].map(() => attempts.take("ali", 1_000_000))).toEqual([0, 0, 0, 1_000]);
});

test("what is given back can be taken again", () => {
  const attempts = new Attempts(limits);
  for (let count = 0; count < 100; count += 1) {
    expect(attempts.take("ali", 0)).toBe(0);
    attempts.giveBack("ali");
  }
  attempts.giveBack("nobody");
  expect(attempts.take("nobody", 0)).toBe(0);
});

test("giving back more than was taken makes no more of them", () => {
  const attempts = new Attempts(limits);
  attempts.take("ali", 0);
  for (let count = 0; count < 9; count += 1) attempts.giveBack("ali");
  expect([1, 2, 3, 4].map(() => attempts.take("ali", 0))).toEqual([0, 0, 0, 1_000]);
});

test("keys do not share, and no more than so many are remembered: the stalest is forgotten", () => {
  const attempts = new Attempts(limits);
  for (const key of ["ali", "ali", "ali", "veli", "veli", "veli"]) attempts.take(key, 0);
  // Refused, and remembered for it.
  expect(attempts.take("ali", 0)).toBe(1_000);
  expect(attempts.take("selami", 0)).toBe(0);
  expect(attempts.size).toBe(2);
  expect(attempts.take("ali", 0)).toBe(1_000);
  expect(attempts.take("veli", 0)).toBe(0);
  expect(attempts.size).toBe(2);
});
