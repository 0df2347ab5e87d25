import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { everyone } from "../../src/core/everyone.ts";
import { allTo } from "../../src/core/frontier.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { SpreadOwn } from "../../src/core/spread-own.ts";
import { SpreadCountRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { newsIn } from "../world/statuses.ts";

/** The numbers of one peer, its store, and what it tells. */
class Own {
  readonly effects = new Effects();
  readonly own: SpreadOwn;
  /** What the store has of the count. */
  count: Uint8Array | undefined;

  constructor(limits: Partial<Limits> = {}, count?: Uint8Array, kept: readonly number[] = []) {
    this.own = new SpreadOwn({ ...defaultLimits, ...limits });
    this.own.load(count, () => kept.map((number) => ({ number, bytes: 10 })));
    this.count = count;
  }

  submit(count: number): readonly number[] {
    return Array.from({ length: count }, () => this.own.submit(10));
  }

  /** Numbers become durable. @returns what is told. */
  accepted(...numbers: readonly number[]): readonly string[] {
    this.own.accepted(numbers, this.effects);
    return this.told();
  }

  /** A neighbour says that it has all up to the number, each of which was handed out to it. */
  heard(number: number): readonly string[] {
    this.own.handed(number);
    expect(this.own.told(allTo(number), this.effects)).toBe(false);
    return this.told();
  }

  /** A neighbour says so of what this life has not handed out. */
  contested(number: number): readonly string[] {
    expect(this.own.told(allTo(number), this.effects)).toBe(true);
    return this.told();
  }

  told(): readonly string[] {
    this.effects.close(0);
    const statuses = this.effects.take().filter((effect) => effect.kind === "status");
    for (const { to, conversation } of statuses) expect([to, conversation]).toEqual([0n, everyone]);
    return statuses
      .flatMap(newsIn)
      .map(({ number, status, reason }) => `${number} ${status}${reason && `: ${reason}`}`);
  }

  /** The count is written, if it changed. @returns "next/settled", or nothing. */
  write(): string | undefined {
    const [op] = this.own.ops();
    if (op?.value === undefined) return undefined;
    expect([op.table, op.key]).toEqual(["meta", "spread"]);
    this.count = op.value;
    const { next, settled } = fromBinary(SpreadCountRecordSchema, op.value);
    return `${next}/${settled}`;
  }
}

function countOf(next: bigint, settled: bigint): Uint8Array {
  return toBinary(SpreadCountRecordSchema, create(SpreadCountRecordSchema, { next, settled }));
}

test("numbers count from 1, are accepted when durable, and spread when a neighbour has them, each once", () => {
  const own = new Own();
  expect(own.submit(3)).toEqual([1, 2, 3]);
  expect(own.accepted(1, 2)).toEqual(["1 accepted", "2 accepted"]);
  expect(own.heard(3)).toEqual(["1 spread", "2 spread"]);
  expect(own.heard(2)).toEqual([]);
  expect(own.accepted(3)).toEqual(["3 accepted"]);
  expect([own.own.size, own.own.durable, own.own.isSettled(3), own.own.isSettled(2)]).toEqual([1, 3, false, true]);
  expect(own.heard(3)).toEqual(["3 spread"]);
});

test("the count is written when it changed, and only then", () => {
  const own = new Own();
  expect(own.write()).toBeUndefined();
  own.submit(2);
  expect([own.write(), own.write()]).toEqual(["3/0", undefined]);
  own.accepted(1, 2);
  own.heard(1);
  expect(own.write()).toBe("3/1");
});

test("a later life goes on behind the count, and holds what was not settled (invariant 1)", () => {
  const own = new Own({}, countOf(6n, 3n), [2, 4, 5]);
  expect([own.own.durable, own.own.size, own.own.isSettled(2), own.own.isSettled(4)]).toEqual([5, 2, true, false]);
  expect(own.submit(1)).toEqual([6]);
  expect(own.own.told(allTo(5), own.effects)).toBe(false);
  expect(own.told()).toEqual(["4 spread", "5 spread"]);
});

test("where the count is lost, what is kept tells it (invariant 1)", () => {
  expect(new Own({}, undefined, [4, 7]).submit(1)).toEqual([8]);
  expect(new Own({}, countOf(5n, 0n), [4, 7]).submit(1)).toEqual([8]);
});

test("numbers that this life did not hand out are another's: nothing is spread, and all goes on in another epoch (invariant 3)", () => {
  const own = new Own({}, countOf(3n, 2n));
  own.submit(2);
  expect(own.accepted(3)).toEqual(["3 accepted"]);
  expect(own.contested(9)).toEqual([]);
  expect(own.own.renew(77n)).toBe(true);
  expect([own.own.epoch, own.own.isOwn(77n), own.own.isOwn(0n), own.own.isOwn(5n)]).toEqual([77n, true, true, false]);
  expect(own.contested(3)).toEqual([]);
  expect(own.heard(3)).toEqual(["3 spread"]);
  expect([own.write(), own.submit(1)]).toEqual(["5/3", [5]]);
});

test("what has not left is no neighbour's, even what is durable (invariant 3)", () => {
  const own = new Own();
  own.submit(2);
  own.accepted(1, 2);
  own.own.handed(1);
  expect(own.contested(2)).toEqual([]);
  expect(own.own.told(allTo(1), own.effects)).toBe(false);
  expect(own.told()).toEqual(["1 spread"]);
});

test("who passes over what was never handed out, and is here no more, does not contest it", () => {
  const own = new Own();
  own.submit(3);
  own.accepted(1, 2, 3);
  own.own.settle(1, { status: "expired", reason: "" }, own.effects);
  own.own.settle(2, { status: "expired", reason: "" }, own.effects);
  own.told();
  expect(own.own.told(allTo(2), own.effects)).toBe(false);
  // Where one is still kept, who has it has another's; and so has who has more than was ever said.
  expect(own.contested(3)).toEqual([]);
  own.own.settle(3, { status: "expired", reason: "" }, own.effects);
  expect(own.own.told(allTo(3), own.effects)).toBe(false);
  expect(own.own.told(allTo(4), own.effects)).toBe(true);
});

test("a later life goes on in the epoch that a former one went on in, and knows those before", () => {
  const own = new Own();
  own.submit(1);
  own.own.renew(77n);
  own.own.renew(88n);
  own.write();
  const { own: later } = new Own({}, own.count, [1]);
  expect([later.epoch, later.isOwn(77n), later.isOwn(0n), later.isOwn(99n)]).toEqual([88n, true, true, false]);
});

test("a life goes on in another epoch a few times only, whatever neighbours make up", () => {
  const own = new Own();
  expect([1n, 2n, 3n, 4n, 5n].map((epoch) => own.own.renew(epoch))).toEqual([true, true, true, true, false]);
  expect(own.own.epoch).toBe(4n);
});

test("what is on its way to the disk is not spread, however far a neighbour says it is", () => {
  const own = new Own();
  own.submit(2);
  expect(own.heard(2)).toEqual([]);
  expect(own.accepted(1, 2)).toEqual(["1 accepted", "2 accepted"]);
  expect(own.heard(2)).toEqual(["1 spread", "2 spread"]);
});

test("one that ends otherwise is told so once, and counts no more", () => {
  const own = new Own();
  own.submit(2);
  own.accepted(1, 2);
  own.own.settle(1, { status: "expired", reason: "late" }, own.effects);
  own.own.settle(1, { status: "expired", reason: "late" }, own.effects);
  own.own.settle(5, { status: "expired", reason: "late" }, own.effects);
  expect(own.told()).toEqual(["1 expired: late"]);
  expect(own.heard(2)).toEqual(["2 spread"]);
});

test("what is not settled is bounded in number; settled ones make room (invariant 2)", () => {
  const own = new Own({ spreadCountMax: 6 });
  own.submit(3);
  expect(() => own.submit(1)).toThrow(/^3 messages for everyone \(30 bytes\) are with no other peer yet/);
  expect(own.accepted(1, 2, 3)).toHaveLength(3);
  own.heard(1);
  expect(own.submit(1)).toEqual([4]);
});

test("and in bytes (invariant 2)", () => {
  const own = new Own({ spreadBytesMax: 50 });
  own.submit(2);
  expect(() => own.submit(1)).toThrow(expect.objectContaining({ code: "resource-exhausted" }));
  expect(own.own.size).toBe(2);
});

test("the Lamport time of the newest comes back with the count", () => {
  const own = new Own();
  own.submit(1);
  own.own.madeAt(40);
  own.write();
  expect(new Own({}, own.count).own.lamport).toBe(40);
});

test("a neighbour does not have what it says is missing: the rest is spread, and the count says only that all below is", () => {
  const own = new Own();
  own.submit(4);
  own.accepted(1, 2, 3, 4);
  own.own.handed(4);
  expect(own.own.told({ number: 4, missing: [{ first: 2, last: 3 }] }, own.effects)).toBe(false);
  expect([own.told(), own.own.size, own.write()]).toEqual([["1 spread", "4 spread"], 2, "5/1"]);
  // Nobody else has 4 in the next life for sure: it is told again.
  const later = new Own({}, own.count, [1, 2, 3, 4]);
  expect([2, 3, 4].map((number) => later.own.isSettled(number))).toEqual([false, false, false]);
  expect(own.heard(4)).toEqual(["2 spread", "3 spread"]);
  expect(own.write()).toBe("5/4");
});

test("who lacks what was not handed out does not contest it", () => {
  const own = new Own();
  own.submit(2);
  own.accepted(1, 2);
  own.own.settle(2, { status: "expired", reason: "" }, own.effects);
  own.told();
  expect(own.own.told({ number: 2, missing: [{ first: 1, last: 1 }] }, own.effects)).toBe(false);
  expect(own.contested(2)).toEqual([]);
});

test("what is over before it is durable is not accepted after that", () => {
  const own = new Own();
  own.submit(2);
  own.own.settle(1, { status: "expired", reason: "" }, own.effects);
  expect(own.told()).toEqual(["1 expired"]);
  expect(own.accepted(1, 2)).toEqual(["2 accepted"]);
  expect(own.own.durable).toBe(2);
});

test("what a life kept back, the next one knows that nobody has: who has such a number has another's (invariant 3)", () => {
  const own = new Own({}, countOf(2n, 1n));
  own.own.keepBack();
  own.submit(1);
  own.write();
  own.accepted(2);
  const later = new Own({}, own.count, [2]);
  later.own.keepBack();
  expect(later.contested(2)).toEqual([]);
  // Once that is said to be over, and durable, it is as in any other life.
  own.own.compared(1);
  expect([own.own.isBack, own.own.isComingForth]).toEqual([true, true]);
  own.write();
  own.own.comeForth();
  expect([own.own.isBack, own.own.isComingForth]).toEqual([false, false]);
  expect(new Own({}, own.count, [2]).own.told(allTo(2), own.effects)).toBe(false);
});

test("who has not even what is known to be with others cannot tell what a lost life said: the rest goes in another epoch", () => {
  for (const known of [0, 1]) {
    const own = new Own({}, countOf(4n, 2n), [3]);
    own.own.keepBack();
    own.submit(1);
    own.accepted(4);
    expect([own.own.tellable, own.own.givable]).toEqual([3, 0]);
    own.own.compared(known);
    // Former lives said 3: it has no other name.
    expect([own.own.isBack, own.own.isToGoOn, own.own.tellable, own.own.givable]).toEqual([true, false, 3, 3]);
    // Whoever has it may have it from this life.
    own.own.compared(3);
    expect(own.heard(3)).toEqual(["3 spread"]);
    expect([own.own.isBack, own.own.isToGoOn]).toEqual([true, true]);
    own.own.renew(77n);
    expect([own.own.isComingForth, own.own.isToGoOn]).toEqual([true, false]);
    own.own.comeForth();
    expect([own.own.epoch, own.own.tellable, own.own.isBack]).toEqual([77n, 4, false]);
    expect(own.heard(4)).toEqual(["4 spread"]);
  }
});

test("the next life knows, too, what is kept back for another epoch", () => {
  const own = new Own({}, countOf(2n, 1n));
  own.own.keepBack();
  own.submit(1);
  own.accepted(2);
  own.own.compared(0);
  own.write();
  const later = new Own({}, own.count, [2]);
  later.own.keepBack();
  expect([later.own.tellable, later.own.withheld]).toEqual([1, 2]);
});
