import fc from "fast-check";
import { expect, test } from "vitest";
import { allTo, Frontier, hadOf, missingTo, newestOf } from "../../src/core/frontier.ts";

type Raise = readonly [epoch: bigint, number: number];

const raises: fc.Arbitrary<readonly Raise[]> = fc.array(
  fc.tuple(fc.bigInt({ min: 0n, max: 5n }), fc.oneof(fc.nat({ max: 6 }), fc.maxSafeNat())),
  { maxLength: 30 },
);

function frontierOf(all: readonly Raise[]): Frontier {
  const frontier = new Frontier();
  for (const [epoch, number] of all) frontier.raise(epoch, allTo(number));
  return frontier;
}

test("nothing is known at first, and the sum of it is 0", () => {
  const frontier = new Frontier();
  expect([frontier.get(7n), frontier.size, frontier.summary]).toEqual([0, 0, 0n]);
});

test("it goes up only, and says whether it did", () => {
  const frontier = new Frontier();
  expect([3, 2, 3, 4].map((number) => frontier.raise(7n, allTo(number)))).toEqual([true, false, false, true]);
  expect(frontier.get(7n)).toBe(4);
  expect(frontier.raise(8n, allTo(0))).toBe(false);
  expect([...frontier.epochs()]).toEqual([7n]);
});

test("the sum tells the knowledge, whatever the order it came in and however often", () => {
  fc.assert(
    fc.property(raises, fc.nat(), (all, cut) => {
      const there = [...all.slice(cut % (all.length + 1)), ...all, ...all].toReversed();
      expect(frontierOf(there).summary).toBe(frontierOf(all).summary);
      expect(BigInt.asUintN(64, frontierOf(all).summary)).toBe(frontierOf(all).summary);
    }),
  );
});

test("the sum of more knowledge is another one", () => {
  fc.assert(
    fc.property(raises, fc.bigInt({ min: 0n, max: 9n }), (all, epoch) => {
      const frontier = frontierOf(all);
      const before = frontier.summary;
      fc.pre(frontier.get(epoch) < Number.MAX_SAFE_INTEGER);
      frontier.raise(epoch, allTo(frontier.get(epoch) + 1));
      expect(frontier.summary).not.toBe(before);
    }),
  );
});

test("epochs that trade their numbers change the sum", () => {
  const trades = frontierOf([
    [1n, 2],
    [2n, 1],
  ]);
  const trade = frontierOf([
    [1n, 1],
    [2n, 2],
  ]);
  expect(trades.summary).not.toBe(trade.summary);
});

test("a standing comes to all below where it goes on, but for what was not delivered", () => {
  expect(hadOf({ delivered: [], next: 1 })).toEqual({ number: 0, missing: [] });
  const delivered = [{ first: 3, last: 4 }, { first: 6, last: 6 }]; // prettier-ignore
  const missing = [{ first: 1, last: 2 }, { first: 5, last: 5 }]; // prettier-ignore
  expect(hadOf({ delivered, next: 7 })).toEqual({ number: 6, missing });
  expect(hadOf({ delivered, next: 9 })).toEqual({ number: 8, missing: [...missing, { first: 7, last: 8 }] });
  expect([7, 9].map((next) => newestOf(hadOf({ delivered, next })))).toEqual([6, 6]);
  expect([1, 5].map((next) => newestOf(hadOf({ delivered: [], next })))).toEqual([0, 0]);
});

test("what a peer begins without has no part in the sum, and it knows that it has begun later", () => {
  const [whole, newcomer] = [new Frontier(), new Frontier()];
  whole.raise(7n, allTo(9));
  expect(newcomer.raise(7n, { number: 9, missing: [{ first: 1, last: 5 }] })).toBe(true);
  expect([newcomer.summary, newcomer.lacksBeginnings, whole.lacksBeginnings]).toEqual([whole.summary, true, false]);
  // It is told on when some of it came, and the last of it.
  expect(newcomer.raise(7n, { number: 9, missing: [{ first: 1, last: 3 }] })).toBe(true);
  expect(newcomer.lacksBeginnings).toBe(true);
  expect([newcomer.raise(7n, allTo(9)), newcomer.lacksBeginnings]).toEqual([true, false]);
});

test("what is missing has its part in the sum, and is said up to a number", () => {
  const [whole, holed] = [new Frontier(), new Frontier()];
  whole.raise(7n, allTo(9));
  expect(holed.raise(7n, { number: 9, missing: [{ first: 3, last: 5 }] })).toBe(true);
  expect(holed.summary).not.toBe(whole.summary);
  const had = holed.had(7n);
  expect([9, 4, 2].map((through) => missingTo(had, through))).toEqual([
    ...[[{ first: 3, last: 5 }], [{ first: 3, last: 4 }], []],
  ]);
  const other = new Frontier();
  other.raise(7n, { number: 9, missing: [{ first: 3, last: 3 }, { first: 5, last: 5 }] }); // prettier-ignore
  expect(other.summary).not.toBe(holed.summary);
  expect(holed.raise(7n, { number: 9, missing: [{ first: 3, last: 5 }] })).toBe(false);
  expect(holed.raise(7n, { number: 8, missing: [] })).toBe(false);
  expect(holed.raise(7n, allTo(9))).toBe(true);
  expect(holed.summary).toBe(whole.summary);
});

test("what is forgotten is as if it had never been known, and the one that went on last comes last", () => {
  const [frontier, other] = [new Frontier(), new Frontier()];
  for (const epoch of [7n, 8n, 9n]) frontier.raise(epoch, { number: 4, missing: [{ first: 1, last: 2 }] });
  frontier.raise(7n, allTo(4));
  expect([...frontier.epochs()]).toEqual([8n, 9n, 7n]);
  for (const epoch of [8n, 9n, 10n]) frontier.forget(epoch);
  other.raise(7n, allTo(4));
  expect([frontier.summary, frontier.size, frontier.lacksBeginnings]).toEqual([other.summary, 1, false]);
  expect([frontier.get(8n), frontier.raise(8n, allTo(1))]).toEqual([0, true]);
});
