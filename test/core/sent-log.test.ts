import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Lane, nobody, type Entry } from "../../src/core/lane.ts";
import { decodeSentRecord, type SentFields } from "../../src/core/record-codec.ts";
import { SentLog } from "../../src/core/sent-log.ts";
import { encodeSignal } from "../../src/core/session-signal.ts";
import type { StoreOp } from "../../src/core/store-op.ts";

const identity = { id: 1n, epoch: 7n };
const body = encodeText("Hi!");

/** What a store has of it, over the lives of a peer. */
class Shelf {
  readonly records = new Map<string, Uint8Array>();
  count: Uint8Array | undefined;
  log: SentLog;
  readonly #limits: Limits;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.log = this.open();
  }

  open(limits = this.#limits): SentLog {
    this.log = new SentLog({ identity, limits, effects: { put: (op) => this.#put(op) } }, this.count);
    return this.log;
  }

  say(...numbers: readonly number[]): void {
    const [number = 0] = numbers;
    this.log.append({ to: 2n, conversation: 5n, number, sentAtMs: 10, bodies: numbers.map(() => body) });
    this.log.flush();
  }

  get kept(): readonly SentFields[] {
    return [...this.records].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => decodeSentRecord(value));
  }

  get numbers(): readonly number[] {
    return this.kept.map(({ number }) => number);
  }

  #put({ table, key, value }: StoreOp): void {
    if (table === "meta") this.count = value;
    else if (value === undefined) this.records.delete(key);
    else this.records.set(key, value);
  }
}

function entry(number: number, of = body): Entry {
  const page = { first: number, count: 1, left: 1 };
  const times = { sentAtMs: 10, expiresAtMs: 20 };
  return { number, page, body: of, bytes: of.length, ...times, status: "waiting", custodians: nobody, attempts: 0 };
}

function laneOf(group = 0n): Lane {
  return new Lane({ conversation: 5n, to: 2n, group, boundTo: 0n, next: 1 }, defaultLimits);
}

test("what is said is kept under the cursor of its last message, with who said it to whom", () => {
  const shelf = new Shelf();
  shelf.say(1);
  shelf.log.append({ to: 0n, conversation: 9n, number: 4, sentAtMs: 11, bodies: [body, body] });
  expect([...shelf.records.keys()].map((key) => Number(`0x${key}`))).toEqual([1, 3]);
  const own = { from: 1n, epoch: 7n };
  expect(shelf.kept).toEqual([
    { cursor: 1, to: 2n, ...own, conversation: 5n, number: 1, sentAtMs: 10, bodies: [body] },
    { cursor: 2, to: 0n, ...own, conversation: 9n, number: 4, sentAtMs: 11, bodies: [body, body] },
  ]);
});

test("a page of direct messages is one record; copies for members of a group and signals alone are none", () => {
  const shelf = new Shelf();
  const signal = encodeSignal({ kind: "end", session: 3n, reason: "" });
  shelf.log.page(laneOf(), [entry(1), entry(2)]);
  shelf.log.page(laneOf(), [entry(3, signal)]);
  shelf.log.page(laneOf(8n), [entry(1)]);
  shelf.log.page(laneOf(), [entry(4, signal), entry(5)]);
  expect(shelf.kept.map(({ number, bodies }) => [number, bodies.length])).toEqual([
    [1, 2],
    [4, 2],
  ]);
});

test("the oldest go when there are too many, in this life and in later ones (invariant 2)", () => {
  const shelf = new Shelf({ sentCountMax: 4 });
  shelf.say(1, 2);
  shelf.say(3);
  shelf.say(4);
  expect(shelf.numbers).toEqual([1, 3, 4]);
  shelf.say(5);
  expect(shelf.numbers).toEqual([3, 4, 5]);
  shelf.open();
  for (const number of [6, 7, 8]) {
    shelf.say(number);
    expect(shelf.numbers.length).toBeLessThanOrEqual(4);
    expect(shelf.numbers.slice(-2)).toEqual([number - 1, number]);
  }
  shelf.open();
  for (const number of [9, 10, 11, 12, 13]) shelf.say(number);
  expect(shelf.numbers).toEqual([10, 11, 12, 13]);
});

test("the oldest go when they are too large, in this life and in later ones (invariant 2)", () => {
  const shelf = new Shelf();
  shelf.say(1);
  const one = shelf.kept.length * ([...shelf.records.values()][0]?.length ?? 0);
  const small = new Shelf({ sentBytesMax: 3 * one });
  for (const number of [1, 2, 3, 4]) small.say(number);
  expect(small.numbers).toEqual([2, 3, 4]);
  small.open();
  for (const number of [5, 6]) small.say(number);
  expect(small.numbers).toEqual([4, 5, 6]);
});

test("cursors go on where a former life left them (invariant 1)", () => {
  const shelf = new Shelf();
  shelf.say(1, 2, 3);
  shelf.open();
  shelf.say(4);
  expect(shelf.kept.map(({ cursor }) => cursor)).toEqual([1, 4]);
});

test("without a history nothing is written, and what there is stays", () => {
  const shelf = new Shelf();
  shelf.say(1);
  shelf.open({ ...defaultLimits, sentCountMax: 0 });
  shelf.say(2);
  expect(shelf.numbers).toEqual([1]);
});
