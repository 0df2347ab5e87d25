import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Mends } from "../../src/core/mends.ts";
import type { NumberRange } from "../../src/core/number-range.ts";

const limits = { ...defaultLimits, askMs: 100, answerCountMax: 10 };

/** One peer with holes. */
class Holed {
  readonly mends = new Mends(limits);
  readonly holes = new Map<bigint, readonly NumberRange[]>();
  readonly down = new Set<number>();
  readonly busy = new Set<number>();

  /** Holes of an epoch, as pairs, first and last. */
  has(epoch: bigint, ...holes: readonly (readonly [number, number])[]): this {
    this.holes.set(
      epoch,
      holes.map(([first, last]) => ({ first, last })),
    );
    return this;
  }

  offer(link: number, first: number, last: number, epoch = 7n): this {
    this.mends.offered(epoch, { link, first, last }, this.holes.get(epoch) ?? []);
    return this;
  }

  /** @param firsts of epochs. */
  answered(link: number, firsts: readonly (readonly [bigint, number])[], nowMs = 0): this {
    const given = new Map(firsts.map(([epoch, first]) => [epoch, { first }]));
    this.mends.answered(link, given, { holes: (epoch) => this.holes.get(epoch) ?? [], nowMs });
    return this;
  }

  plan(nowMs = 0): readonly string[] {
    const asks = this.mends.plan({
      holes: (epoch) => this.holes.get(epoch) ?? [],
      isUp: (link) => !this.down.has(link),
      isBusy: (link) => this.busy.has(link),
      nowMs,
    });
    return [...asks].map(
      ([link, all]) => `${link}: ${all.map(({ epoch, first, last }) => `${epoch} ${first}-${last}`).join(", ")}`,
    );
  }
}

test("the lowest that somebody offers is asked for, and no more than one answer has room for", () => {
  const holed = new Holed().has(7n, [2, 3], [5, 40]).has(8n, [1, 9]);
  holed.offer(1, 6, 50).offer(2, 1, 50).offer(2, 1, 50, 8n);
  expect(holed.plan()).toEqual(["2: 7 2-3, 8 1-8"]);
  expect([holed.mends.isBusy(2), holed.mends.isBusy(1), holed.mends.isAsked(7n, 3, 2), holed.mends.isAsked(7n, 5, 2)]).toEqual(
    [true, false, true, false],
  ); // prettier-ignore
});

test("one request is open for an epoch and on a link, and a link that is busy is left alone (invariant 1)", () => {
  const holed = new Holed().has(7n, [2, 3]).has(8n, [1, 1]);
  holed.offer(1, 1, 9).offer(2, 1, 9);
  expect(holed.plan()).toEqual(["1: 7 2-3"]);
  holed.offer(1, 1, 9, 8n);
  expect(holed.plan()).toEqual([]);
  const other = new Holed().has(7n, [2, 3]).offer(1, 1, 9);
  other.busy.add(1);
  expect(other.plan()).toEqual([]);
  other.busy.clear();
  expect(other.plan()).toEqual(["1: 7 2-3"]);
});

test("what came is done with, and the rest is asked for", () => {
  const holed = new Holed().has(7n, [2, 3]).offer(1, 1, 9);
  holed.plan();
  holed.has(7n, [3, 3]).answered(1, [[7n, 2]]);
  expect(holed.plan()).toEqual(["1: 7 3-3"]);
  holed.has(7n).answered(1, [[7n, 3]]);
  expect([holed.plan(), holed.mends.nextDeadlineMs]).toEqual([[], Infinity]);
});

test("what is not to be had there is asked for elsewhere, and not there again (invariant 2)", () => {
  const holed = new Holed().has(7n, [2, 3]).offer(1, 1, 9).offer(2, 1, 9);
  expect(holed.plan()).toEqual(["1: 7 2-3"]);
  holed.answered(1, [[7n, 9]]);
  expect(holed.plan()).toEqual(["2: 7 2-3"]);
  holed.answered(2, [[7n, 9]]);
  expect(holed.offer(1, 1, 9).offer(2, 1, 12).plan()).toEqual([]);
});

test("what an answer does not get to is asked for anew, and what it begins with hides nothing below", () => {
  const holed = new Holed().has(7n, [2, 3], [6, 6]).has(8n, [1, 1]).offer(1, 1, 9).offer(1, 1, 9, 8n);
  expect(holed.plan()).toEqual(["1: 7 2-3, 8 1-1"]);
  holed.answered(1, [[8n, 5]]);
  holed.mends.offered(7n, { link: 1, first: 7, last: 9 }, holed.holes.get(7n) ?? [], true);
  expect(holed.plan()).toEqual(["1: 7 2-3"]);
});

test("links that went down are not asked, and who does not answer is asked later", () => {
  const holed = new Holed().has(7n, [2, 3]).offer(1, 1, 9).offer(2, 1, 9);
  holed.down.add(1);
  expect(holed.plan()).toEqual(["2: 7 2-3"]);
  expect([holed.plan(100), holed.mends.nextDeadlineMs]).toEqual([[], 300]);
  expect(holed.plan(300)).toEqual(["2: 7 2-3"]);
});

test("what comes without its body is asked for elsewhere first", () => {
  const holed = new Holed().has(7n, [2, 2]).offer(1, 1, 9).offer(2, 1, 9);
  holed.plan();
  expect(holed.mends.emptied(7n, 2, 1)).toBe(false);
  holed.answered(1, [[7n, 2]]);
  expect(holed.plan(0)).toEqual(["2: 7 2-2"]);
  expect(holed.mends.emptied(7n, 2, 2)).toBe(true);
});

test("of more epochs than are remembered the oldest is forgotten, and asked for when it is offered again (invariant 3)", () => {
  const holed = new Holed();
  for (let epoch = 1n; epoch <= 4_097n; epoch += 1n) holed.has(epoch, [1, 20]).offer(1, 1, 20, epoch);
  expect(holed.plan()).toEqual(["1: 2 1-10"]);
});
