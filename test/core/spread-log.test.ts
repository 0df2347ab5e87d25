import fc from "fast-check";
import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { SpreadLog, type Kept } from "../../src/core/spread-log.ts";
import { Shelves } from "./shelves.ts";

/** A log over a store: each change is durable at once. */
class LogRoom {
  readonly log: SpreadLog;
  readonly store: Shelves;
  readonly needed = new Set<string>();
  readonly #effects = new Effects();

  constructor(limits: Partial<Limits> = {}, store = new Shelves()) {
    this.store = store;
    this.log = new SpreadLog({ ...defaultLimits, ...limits }, (kept) => this.needed.has(nameOf(kept)));
    this.log.load(store.entries("spread"));
  }

  put(kept: Kept): this {
    this.log.put(kept, this.#effects);
    this.#write();
    return this;
  }

  expire(nowMs: number): readonly string[] {
    const needed = this.log.expire(nowMs, this.#effects);
    this.#write();
    return needed.map(nameOf);
  }

  get names(): readonly string[] {
    return [...this.log.all()].map(nameOf);
  }

  #write(): void {
    this.#effects.close(0);
    for (const effect of this.#effects.take()) if (effect.kind === "persist") this.store.write(effect.ops);
  }
}

function nameOf({ epoch, number }: Kept): string {
  return `${epoch}/${number}`;
}

function kept(epoch: bigint, number: number, fields: { bytes?: number; expiresAtMs?: number } = {}): Kept {
  const { bytes = 4, expiresAtMs = 1_000 } = fields;
  return { epoch, number, envelope: new Uint8Array(bytes).fill(number), expiresAtMs };
}

test("what was put is held, by epoch and number", () => {
  const { log } = new LogRoom().put(kept(7n, 3)).put(kept(7n, 5)).put(kept(8n, 1)).put(kept(7n, 4));
  expect(log.get(7n, 5)).toEqual(kept(7n, 5));
  expect([log.get(7n, 6), log.get(9n, 1), log.size]).toEqual([undefined, undefined, 4]);
  expect([log.first(7n), log.first(7n, 4), log.first(7n, 6), log.first(9n)]).toEqual([3, 4, undefined, undefined]);
  expect([...log.range(7n, 4, 9)].map(nameOf)).toEqual(["7/4", "7/5"]);
  expect([...log.range(9n, 1, 9)]).toEqual([]);
});

test("one that is held already is not put again", () => {
  const room = new LogRoom().put(kept(7n, 1)).put(kept(7n, 1, { bytes: 9, expiresAtMs: 5 }));
  expect([room.log.size, room.log.get(7n, 1)?.expiresAtMs]).toEqual([1, 1_000]);
});

test("when there are too many, who holds the most loses its oldest, also from the disk (invariant 2)", () => {
  const room = new LogRoom({ spreadCountMax: 2 });
  room.put(kept(7n, 2)).put(kept(8n, 1)).put(kept(7n, 9));
  expect(room.names.toSorted()).toEqual(["7/9", "8/1"]);
  expect(new LogRoom({}, room.store).names.toSorted()).toEqual(["7/9", "8/1"]);
  expect(room.log.first(7n)).toBe(9);
});

test("one who says more than there is room for pushes out nobody else's (invariant 2)", () => {
  const room = new LogRoom({ spreadCountMax: 12, spreadBytesMax: 12_000 });
  for (const epoch of [1n, 2n, 3n]) for (const number of [1, 2]) room.put(kept(epoch, number));
  for (let number = 1; number <= 500; number += 1) room.put(kept(9n, number, { bytes: number % 2 === 0 ? 700 : 1 }));
  const others = room.names.filter((name) => !name.startsWith("9/"));
  expect(others).toEqual(["1/1", "1/2", "2/1", "2/2", "3/1", "3/2"]);
  expect(room.log.get(9n, 500)).toBeDefined();
  expect(room.log.size).toBeLessThanOrEqual(12);
});

test("of few large ones and many small ones the larger share makes room (invariant 2)", () => {
  const room = new LogRoom({ spreadCountMax: 10, spreadBytesMax: 10_000 });
  for (const number of [1, 2]) room.put(kept(7n, number, { bytes: 3_744 }));
  for (const number of [1, 2, 3]) room.put(kept(8n, number, { bytes: 644 }));
  expect(room.names).toEqual(["7/2", "8/1", "8/2", "8/3"]);
});

test("many small ones or few large ones: what they cost in memory is bounded (invariant 1)", () => {
  const room = new LogRoom({ spreadBytesMax: 3_000 });
  for (let number = 1; number <= 50; number += 1) room.put(kept(7n, number, { bytes: 1 }));
  expect(room.log.size).toBe(11);
  room.put(kept(7n, 51, { bytes: 2_700 }));
  expect(room.names).toEqual(["7/51"]);
});

test("what is needed stays, and others go in its place (invariant 1)", () => {
  const room = new LogRoom({ spreadCountMax: 2 });
  room.needed.add("7/1").add("7/2");
  room.put(kept(7n, 1)).put(kept(7n, 2)).put(kept(8n, 1));
  expect(room.names.toSorted()).toEqual(["7/1", "7/2"]);
  room.needed.clear();
  room.put(kept(8n, 2)).put(kept(8n, 3));
  expect(room.names).toEqual(["7/2", "8/3"]);
});

test("what is past its time goes, and the needed of it are told", () => {
  const room = new LogRoom();
  room.needed.add("7/1").add("7/3");
  room
    .put(kept(7n, 1, { expiresAtMs: 10 }))
    .put(kept(7n, 2, { expiresAtMs: 10 }))
    .put(kept(7n, 3));
  expect(room.log.nextDeadlineMs).toBeLessThanOrEqual(10);
  expect(room.expire(9)).toEqual([]);
  expect(room.expire(10)).toEqual(["7/1"]);
  expect([room.names, room.store.entries("spread").length]).toEqual([["7/3"], 1]);
  expect(room.expire(1_000)).toEqual(["7/3"]);
  expect([room.log.size, room.log.nextDeadlineMs]).toEqual([0, Infinity]);
});

test("the next look comes in time, and looks are not many when many expire one after the other", () => {
  const room = new LogRoom();
  for (let number = 1; number <= 2_000; number += 1) room.put(kept(7n, number, { expiresAtMs: 100 + number / 10 }));
  let looks = 0;
  for (; room.log.nextDeadlineMs < Infinity; looks += 1) {
    const nowMs = room.log.nextDeadlineMs;
    room.expire(nowMs);
    const [first = Infinity] = [...room.log.all()].map(({ expiresAtMs }) => expiresAtMs);
    expect(first).toBeGreaterThan(nowMs);
  }
  expect([room.log.size, looks < 400]).toEqual([0, true]);
});

test("a later life has the same, and drops in about the same order", () => {
  const first = new LogRoom();
  first
    .put(kept(9n, 1, { expiresAtMs: 500 }))
    .put(kept(7n, 1, { expiresAtMs: 600 }))
    .put(kept(8n, 2 ** 52));
  const later = new LogRoom({ spreadCountMax: 2 }, first.store);
  expect(later.log.get(8n, 2 ** 52)).toEqual({ ...kept(8n, 2 ** 52) });
  expect(later.names.toSorted()).toEqual(["7/1", `8/${2 ** 52}`, "9/1"]);
  later.put(kept(7n, 2));
  expect(later.names.toSorted()).toEqual(["7/2", `8/${2 ** 52}`]);
});

type Step = readonly [what: "put" | "settle" | "expire" | "reload", epoch: bigint, number: number, bytes: number];

const walks: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("put", "put", "put", "put", "settle", "expire", "reload"),
    fc.bigInt({ min: 1n, max: 3n }),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 0, max: 900 }),
  ),
  { maxLength: 80 },
);

test("whatever is put, settled and expired, over any number of lives, bounds hold, the needed stay, memory and disk agree", () => {
  const limits = { spreadCountMax: 8, spreadBytesMax: 4_000 };
  fc.assert(
    fc.property(walks, (walk) => {
      let room = new LogRoom(limits);
      for (const [index, [what, epoch, number, bytes]] of walk.entries()) {
        const one = kept(epoch, number, { bytes, expiresAtMs: 10 * index + bytes });
        // Its owner bounds what is needed.
        if (what === "put" && epoch === 1n && room.needed.size < 4 && bytes < 200) room.needed.add(nameOf(one));
        if (what === "put") room.put(one);
        else if (what === "settle") room.needed.delete(nameOf(one));
        else if (what === "expire") for (const name of room.expire(10 * index)) room.needed.delete(name);
        else {
          const { needed, store } = room;
          room = new LogRoom(limits, store);
          for (const name of needed) room.needed.add(name);
        }
        const cost = [...room.log.all()].reduce((sum, { envelope }) => sum + envelope.length + 256, 0);
        if (what === "put") expect([room.log.size <= 8, cost <= 4_000]).toEqual([true, true]);
        expect(room.store.entries("spread")).toHaveLength(room.log.size);
        expect(new Set(room.names).size).toBe(room.log.size);
        for (const each of room.log.all()) expect(room.log.get(each.epoch, each.number)).toBe(each);
      }
    }),
    { numRuns: 200 },
  );
});

test("what is needed stays also where it is the lowest of all there is: what comes after it makes room", () => {
  const room = new LogRoom({ spreadCountMax: 2 });
  room.needed.add("7/1");
  room.put(kept(7n, 1)).put(kept(7n, 2)).put(kept(7n, 3));
  expect(room.names).toEqual(["7/1", "7/3"]);
});
