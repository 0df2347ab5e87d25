import { expect, test } from "vitest";
import { Says, type Say } from "../../src/core/leaf-says.ts";

const say: Say = { id: 5n, claimedAtMs: 1, name: "", present: true, hops: 1 };

test("what is said of a peer is there by neighbour, and what was said last stands last", () => {
  const says = new Says(10);
  says.put(1n, 7n, say);
  says.put(2n, 7n, say);
  says.put(1n, 7n, { ...say, present: false });
  expect([...says.of(7n).keys()]).toEqual([2n, 1n]);
  expect([1n, 2n, 3n].map((teller) => says.isPresent(teller, 7n))).toEqual([false, true, false]);
  expect([...says.by(1n)]).toEqual([7n]);
});

test("a neighbour is listened to about so many peers, whatever others say", () => {
  const says = new Says(1);
  expect(says.put(1n, 7n, say)).toBe(true);
  expect(says.put(1n, 8n, say)).toBe(false);
  expect(says.put(1n, 7n, { ...say, hops: 2 })).toBe(true);
  expect(says.put(2n, 8n, say)).toBe(true);
  expect(says.remove(1n, 7n)).toBe(true);
  expect(says.remove(1n, 7n)).toBe(false);
  expect(says.put(1n, 8n, say)).toBe(true);
});

test("of a forgotten peer nobody says anything", () => {
  const says = new Says(1);
  for (const teller of [1n, 2n]) says.put(teller, 7n, say);
  says.forget(7n);
  says.forget(7n);
  expect(says.of(7n).size).toBe(0);
  expect([...says.by(1n), ...says.by(2n)]).toEqual([]);
  expect(says.put(1n, 8n, say)).toBe(true);
});
