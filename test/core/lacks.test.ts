import { expect, test } from "vitest";
import { Lacks, type Known, type Plan } from "../../src/core/lacks.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";

const limits = { ...defaultLimits, askMs: 100, gapWaitMs: 1_000, answerCountMax: 10, offersMax: 3 };

/** One peer that lacks something, and what it knows of the epochs. */
class Lacking {
  readonly lacks: Lacks;
  readonly known = new Map<bigint, Known>();
  readonly down = new Set<number>();
  nowMs = 0;

  constructor(changed: Partial<Limits> = {}) {
    this.lacks = new Lacks({ ...limits, ...changed });
  }

  /** A link offers numbers first to last of epoch 7, or of another. */
  offer(link: number, first: number, last: number, epoch = 7n): this {
    this.lacks.offered(epoch, { link, first, last });
    return this;
  }

  /** All below next is here, and what begins at lowestHeld. */
  has(next: number, lowestHeld = Infinity, epoch = 7n): this {
    this.known.set(epoch, { next, lowestHeld });
    return this;
  }

  answered(link: number, ...epochs: readonly bigint[]): this {
    this.lacks.answered(link, epochs, (epoch) => this.#knownOf(epoch).next, this.nowMs);
    return this;
  }

  /** What is asked for now, as "link: epoch first-last", and skipped, as "epoch skips to". */
  plan(nowMs = this.nowMs): readonly string[] {
    this.nowMs = nowMs;
    const { asks, skips }: Plan = this.lacks.plan({
      known: (epoch) => this.#knownOf(epoch),
      isUp: (link) => !this.down.has(link),
      nowMs,
    });
    return [
      ...skips.map(({ epoch, to }) => `${epoch} skips to ${to}`),
      ...[...asks].flatMap(([link, all]) => all.map(({ epoch, first, last }) => `${link}: ${epoch} ${first}-${last}`)),
    ];
  }

  #knownOf(epoch: bigint): Known {
    return this.known.get(epoch) ?? { next: 1, lowestHeld: Infinity };
  }
}

test("what is offered is asked for, once", () => {
  const peer = new Lacking().offer(1, 1, 5);
  expect(peer.plan()).toEqual(["1: 7 1-5"]);
  expect(peer.plan()).toEqual([]);
  expect(peer.lacks.nextDeadlineMs).toBe(100);
});

test("what two offer is asked from one of them, the one who has more (invariant 1)", () => {
  const peer = new Lacking().offer(1, 1, 5).offer(2, 1, 6);
  expect(peer.plan()).toEqual(["2: 7 1-6"]);
});

test("one request has as many numbers as an answer, over all epochs, which take turns", () => {
  const peer = new Lacking().offer(1, 1, 8).offer(1, 1, 8, 8n).offer(2, 1, 7, 8n).offer(1, 1, 8, 9n);
  expect(peer.plan()).toEqual(["1: 7 1-8", "1: 8 1-2"]);
  peer.has(9).has(3, Infinity, 8n);
  peer.answered(1, 7n, 8n);
  expect(peer.plan()).toEqual(["1: 9 1-8", "1: 8 3-4"]);
});

test("only what is missing is asked for: not what is here, nor what waits above", () => {
  const peer = new Lacking().offer(1, 1, 9).has(3, 6);
  expect(peer.plan()).toEqual(["1: 7 3-5"]);
  expect([2, 3, 5, 6].map((number) => peer.lacks.isAsked(7n, number, 1))).toEqual([false, true, true, false]);
  expect([peer.lacks.isAsked(7n, 3, 2), peer.lacks.isAsked(8n, 3, 1)]).toEqual([false, false]);
});

test("once answered, the rest is asked for; once all is here, nothing is", () => {
  const peer = new Lacking().offer(1, 1, 15);
  expect(peer.plan()).toEqual(["1: 7 1-10"]);
  expect(peer.has(11).answered(1, 7n).plan()).toEqual(["1: 7 11-15"]);
  expect(peer.has(16).answered(1, 7n).plan()).toEqual([]);
  expect([peer.lacks.isOffered(7n, 15), peer.lacks.nextDeadlineMs]).toEqual([false, Infinity]);
});

test("who does not answer in time is not asked again before the others", () => {
  const peer = new Lacking().offer(1, 1, 5).offer(2, 1, 5).offer(3, 1, 5);
  expect([0, 99, 100, 200, 300].map((nowMs) => peer.plan(nowMs))).toEqual([
    ["1: 7 1-5"],
    [],
    ["2: 7 1-5"],
    ["3: 7 1-5"],
    ["1: 7 1-5"],
  ]);
});

test("nor is who answers with nothing, however much it claims to have, and not at once (invariant 3)", () => {
  const peer = new Lacking().offer(1, 1, 1_000).offer(2, 1, 5);
  expect(peer.plan()).toEqual(["1: 7 1-10"]);
  expect(peer.answered(1, 7n).plan()).toEqual([]);
  expect(peer.lacks.nextDeadlineMs).toBe(100);
  expect(peer.plan(100)).toEqual(["2: 7 1-5"]);
});

test("who is busy with another request is waited for rather than that who gave nothing is asked again", () => {
  const peer = new Lacking().offer(1, 1, 9).offer(2, 1, 9);
  expect(peer.plan()).toEqual(["1: 7 1-9"]);
  peer.nowMs = 50;
  expect(peer.offer(2, 1, 9, 8n).plan()).toEqual(["2: 8 1-9"]);
  expect(peer.plan(100)).toEqual([]);
  expect(peer.plan(150)[0]).toBe("2: 7 1-9");
});

test("an answer that deals with nothing it was asked for counts as one with nothing", () => {
  const peer = new Lacking().offer(1, 1, 5).offer(2, 1, 4);
  peer.plan();
  expect(peer.answered(1, 8n).plan()).toEqual([]);
  expect(peer.plan(100)).toEqual(["2: 7 1-4"]);
});

test("what an answer did not get to is asked for at once", () => {
  const peer = new Lacking().offer(1, 1, 5).offer(1, 1, 5, 8n);
  expect(peer.plan()).toEqual(["1: 7 1-5", "1: 8 1-5"]);
  expect(peer.has(6).answered(1, 7n).plan()).toEqual(["1: 8 1-5"]);
});

test("an answer that nobody asked for changes nothing", () => {
  const peer = new Lacking().offer(1, 1, 5);
  expect(peer.answered(1, 7n).plan()).toEqual(["1: 7 1-5"]);
  expect(peer.answered(2, 7n).plan()).toEqual([]);
});

test("what was asked over a link that is gone is asked for elsewhere, and its offers are forgotten", () => {
  const peer = new Lacking().offer(1, 1, 5).offer(2, 1, 3);
  peer.plan();
  peer.down.add(1);
  expect(peer.plan(10)).toEqual(["2: 7 1-3"]);
  expect(peer.lacks.isOffered(7n, 4)).toBe(false);
});

test("what nobody offers is waited for, and then the epoch goes on with what there is, in the same moment", () => {
  const peer = new Lacking().has(3).offer(1, 8, 9).offer(2, 5, 9);
  expect(peer.plan()).toEqual([]);
  expect([peer.lacks.isOffered(7n, 3), peer.lacks.nextDeadlineMs]).toEqual([false, 1_000]);
  expect(peer.plan(999)).toEqual([]);
  expect(peer.plan(1_000)).toEqual(["7 skips to 5", "2: 7 5-9"]);
  expect(peer.has(5).plan(1_000)).toEqual([]);
});

test("somebody who offers it in time ends that wait", () => {
  const peer = new Lacking().has(3).offer(1, 5, 9);
  peer.plan();
  expect(peer.offer(2, 3, 4).plan(900)).toEqual(["2: 7 3-4"]);
  peer.down.add(2);
  expect(peer.plan(1_500)).toEqual([]);
  expect(peer.plan(2_500)).toEqual(["7 skips to 5", "1: 7 5-9"]);
});

test("who said in an answer from where on it can give does not have what is below, whatever it tells in general", () => {
  const peer = new Lacking().offer(1, 1, 9).has(3, 5);
  expect(peer.plan()).toEqual(["1: 7 3-4"]);
  peer.offer(1, 5, 9).answered(1, 7n);
  expect(peer.plan()).toEqual([]);
  expect(peer.offer(1, 1, 10).plan(500)).toEqual([]);
  expect(peer.lacks.isOffered(7n, 3)).toBe(false);
  expect(peer.plan(1_000)).toEqual(["7 skips to 5"]);
});

test("who claims to have what it never gives keeps nobody waiting", () => {
  const peer = new Lacking().has(3).offer(1, 1, 9).offer(2, 5, 9);
  expect([0, 100, 200].map((nowMs) => peer.plan(nowMs))).toEqual([["1: 7 3-9"], ["1: 7 3-9"], ["1: 7 3-9"]]);
  expect(peer.lacks.isOffered(7n, 3)).toBe(true);
  peer.plan(300);
  expect(peer.lacks.isOffered(7n, 3)).toBe(false);
  expect(peer.plan(1_300)).toEqual(["7 skips to 5", "2: 7 5-9"]);
});

test("who gives a little is not given up on, be its answers late", () => {
  const peer = new Lacking().offer(1, 1, 9);
  for (let turn = 0; turn < 5; turn += 1) expect(peer.has(turn + 1).plan(100 * turn)).toHaveLength(1);
  expect(peer.lacks.isOffered(7n, 5)).toBe(true);
});

test("while what is next is here and waits for others, the rest is looked at again by and by", () => {
  const peer = new Lacking().offer(1, 1, 9).has(1, 1);
  expect(peer.plan()).toEqual([]);
  expect(peer.lacks.nextDeadlineMs).toBe(100);
  expect(peer.has(4).plan(100)).toEqual(["1: 7 4-9"]);
});

test("of more offers than are remembered, the one who gave nothing goes, or else the one who has the least", () => {
  const peer = new Lacking().offer(1, 1, 9).offer(2, 1, 4).offer(3, 1, 6).offer(4, 1, 5);
  expect([peer.plan(), peer.plan(100), peer.plan(200), peer.plan(300)]).toEqual([
    ["1: 7 1-9"],
    ["3: 7 1-6"],
    ["4: 7 1-5"],
    ["1: 7 1-9"],
  ]);
  expect(peer.offer(2, 1, 4).plan(400)).toEqual(["2: 7 1-4"]);
});

test("what comes without its body is asked for from the others that offer it, at once, and then taken so (invariant 4)", () => {
  const peer = new Lacking().offer(1, 1, 3).offer(2, 1, 3).offer(3, 1, 2);
  expect(peer.plan()).toEqual(["1: 7 1-3"]);
  expect([1, 2, 3].map((number) => peer.lacks.emptied(7n, number, 1))).toEqual([false, false, false]);
  expect(peer.answered(1, 7n).plan()).toEqual(["2: 7 1-3"]);
  expect([1, 2, 3].map((number) => peer.lacks.emptied(7n, number, 2))).toEqual([false, false, true]);
  expect(peer.answered(2, 7n).has(1, 3).plan()).toEqual(["3: 7 1-2"]);
  expect([1, 2].map((number) => peer.lacks.emptied(7n, number, 3))).toEqual([true, true]);
});

test("who offers it whole and gives nothing keeps nobody waiting for long (invariants 3, 4)", () => {
  const peer = new Lacking().offer(1, 1, 1).offer(2, 1, 1);
  expect(peer.plan()).toEqual(["1: 7 1-1"]);
  expect(peer.lacks.emptied(7n, 1, 1)).toBe(false);
  expect(peer.answered(1, 7n).plan()).toEqual(["2: 7 1-1"]);
  expect(peer.answered(2, 7n).plan()).toEqual([]);
  expect(peer.plan(100)).toEqual(["2: 7 1-1"]);
  peer.answered(2, 7n);
  expect(peer.plan(200)).toEqual(["2: 7 1-1"]);
  peer.answered(2, 7n);
  expect(peer.plan(300)).toEqual(["1: 7 1-1"]);
  expect(peer.lacks.emptied(7n, 1, 1)).toBe(true);
});

test("whoever else has it is asked no more once the links with the others are gone (invariants 2, 4)", () => {
  const peer = new Lacking().offer(1, 1, 1).offer(2, 1, 1);
  peer.plan();
  expect(peer.lacks.emptied(7n, 1, 1)).toBe(false);
  peer.down.add(2);
  expect(peer.answered(1, 7n).plan()).toEqual(["1: 7 1-1"]);
  expect(peer.lacks.emptied(7n, 1, 1)).toBe(true);
});

test("what nobody offers is taken as it comes", () => {
  expect(new Lacking().lacks.emptied(7n, 1, 1)).toBe(true);
  expect(new Lacking().offer(2, 1, 1).lacks.emptied(7n, 1, 1)).toBe(true);
});

test("what a neighbour has without its body stays known, in whatever order it came, and does not count as nothing (invariant 4)", () => {
  const peer = new Lacking().offer(1, 1, 3).offer(2, 1, 3);
  expect(peer.plan()).toEqual(["1: 7 1-3"]);
  expect([3, 1].map((number) => peer.lacks.emptied(7n, number, 1))).toEqual([false, false]);
  // No answer followed.
  expect(peer.plan(100)).toEqual(["2: 7 1-3"]);
  expect(peer.lacks.emptied(7n, 3, 2)).toBe(true);
  const other = new Lacking().offer(1, 1, 3).offer(2, 1, 3);
  other.plan();
  other.lacks.emptied(7n, 1, 1);
  other.plan(100);
  expect(other.has(2).answered(2, 7n).plan()).toEqual(["1: 7 2-3"]);
});

test("who has no more than what is gone on without is not asked for what it does not have", () => {
  const lacking = new Lacking().has(2).offer(1, 4, 3);
  expect(lacking.plan()).toEqual([]);
  expect(lacking.plan(1_000)).toEqual(["7 skips to 4"]);
  expect(lacking.has(4).plan(2_000)).toEqual([]);
});

test("who says now that it lacks something, now that it does not, and gives nothing, keeps nobody waiting (invariant 3)", () => {
  const peer = new Lacking().has(10);
  for (let turn = 0; turn < 8; turn += 1) {
    const missing = turn % 2 === 0 ? [{ first: 1, last: 5 }] : [];
    peer.lacks.offered(7n, { link: 1, first: 6, last: 20, missing });
    peer.plan(100 * turn);
  }
  expect(peer.lacks.isOffered(7n, 10)).toBe(false);
});

test("while all who have it are asked for something else, it is looked at again by and by", () => {
  const { lacks } = new Lacking().offer(1, 1, 5);
  const known = () => ({ next: 1, lowestHeld: Infinity });
  expect(lacks.plan({ known, isUp: () => true, isBusy: () => true, nowMs: 50 }).asks.size).toBe(0);
  expect(lacks.nextDeadlineMs).toBe(150);
  expect(lacks.plan({ known, isUp: () => true, nowMs: 150 }).asks.get(1)).toEqual([{ epoch: 7n, first: 1, last: 5 }]);
});
