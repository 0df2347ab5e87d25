import { expect, test } from "vitest";
import { Epitaphs } from "../../src/core/epitaphs.ts";

const delivered = { status: "delivered", reason: "" } as const;
const refused = { status: "refused", reason: "too large" } as const;

function send(
  number: number,
  sentAtMs = 1_000,
): { number: number; sentAtMs: number; expiresAtMs: number; attempts: number } {
  return { number, sentAtMs, expiresAtMs: sentAtMs + 60_000, attempts: 1 };
}

test("each send is found by its number, as it ended, whatever those beside it came to", () => {
  const epitaphs = new Epitaphs(100);
  for (const number of [1, 2, 3]) epitaphs.add(5n, send(number), delivered);
  epitaphs.add(5n, send(4), refused);
  epitaphs.add(5n, send(5, 2_000), refused);
  epitaphs.add(5n, { ...send(6, 2_000), attempts: 3 }, refused);
  expect(epitaphs.find(2, 5n)).toEqual([{ to: 5n, ...send(2), ...delivered }]);
  expect(epitaphs.find(4, 5n)).toEqual([{ to: 5n, ...send(4), ...refused }]);
  expect(epitaphs.find(5, 5n)).toEqual([{ to: 5n, ...send(5, 2_000), ...refused }]);
  expect(epitaphs.find(6, 5n)).toEqual([{ to: 5n, ...send(6, 2_000), attempts: 3, ...refused }]);
  expect(epitaphs.find(7, 5n)).toEqual([]);
});

test("one number of several targets is found for all of them, or for the one asked for", () => {
  const epitaphs = new Epitaphs(100);
  for (const to of [5n, 6n]) for (const number of [1, 2]) epitaphs.add(to, send(number), delivered);
  expect(epitaphs.find(2, undefined).map(({ to }) => to)).toEqual([5n, 6n]);
  expect(epitaphs.find(2, 6n).map(({ to }) => to)).toEqual([6n]);
  expect(epitaphs.find(2, 7n)).toEqual([]);
});

test("numbers that do not follow one another are not taken for those between them", () => {
  const epitaphs = new Epitaphs(100);
  for (const number of [1, 3, 2]) epitaphs.add(5n, send(number), delivered);
  for (const number of [1, 2, 3]) expect(epitaphs.find(number, 5n)).toHaveLength(1);
  epitaphs.add(5n, send(7), delivered);
  expect(epitaphs.find(5, 5n)).toEqual([]);
});

test("as many as wanted are remembered, and at most twice as many", () => {
  const epitaphs = new Epitaphs(10);
  for (let number = 1; number <= 1_000; number += 1) epitaphs.add(5n, send(number, number), delivered);
  const known = Array.from({ length: 1_000 }, (_, index) => index + 1).filter(
    (number) => epitaphs.find(number, 5n).length > 0,
  );
  expect(known.slice(-10)).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000]);
  expect(known.length).toBeLessThanOrEqual(20);
});
