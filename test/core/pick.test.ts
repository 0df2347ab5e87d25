import { expect, test } from "vitest";
import { pickOne, pickSome } from "../../src/core/pick.ts";
import { seededEntropy } from "../world/entropy.ts";

const letters = ["a", "b", "c", "d"];

test("each of a list is picked about as often as any other", () => {
  const entropy = seededEntropy("one");
  const counts = new Map(letters.map((letter) => [letter, 0]));
  for (let turn = 0; turn < 4_000; turn += 1) {
    const picked = pickOne(letters, entropy) ?? "none";
    counts.set(picked, (counts.get(picked) ?? 0) + 1);
  }
  expect([...counts.keys()]).toEqual(letters);
  for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(120);
});

test("of nothing nothing is picked, and no chance is used up for it", () => {
  const entropy = { bytes: () => expect.fail("chance was used") };
  expect(pickOne([], entropy)).toBeUndefined();
  expect(pickSome([], 3, entropy)).toEqual([]);
  expect(pickSome(letters, 0, entropy)).toEqual([]);
});

test("some of a list are as many as asked for, each once, in any order", () => {
  const entropy = seededEntropy("some");
  const orders = new Set<string>();
  for (let turn = 0; turn < 200; turn += 1) {
    const picked = pickSome(letters, 3, entropy);
    expect(new Set(picked).size).toBe(3);
    orders.add(picked.join(""));
  }
  expect(orders.size).toBe(24);
  expect(pickSome(letters, 9, entropy).toSorted()).toEqual(letters);
});
