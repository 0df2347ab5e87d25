import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assignerHash, composeId, decomposeId, Snowflake } from "../../src/core/snowflake.ts";

interface Vectors {
  readonly origin: string;
  readonly assigner_hash: readonly { readonly assigner: string; readonly hash16: string }[];
  readonly ids: readonly {
    readonly slot: string;
    readonly assigner: string;
    readonly sequence: number;
    readonly id: string;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL("snowflake-vectors.json", import.meta.url), "utf8")) as Vectors;
const originMs = Date.parse(vectors.origin);
const slotMax = 2 ** 38 - 1;

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}

function atSlot(slot: number): number {
  return originMs + slot * 10;
}

/** An id of hash 0, with whatever reservation it asks for made durable at once. */
function take(generator: Snowflake, nowMs: number): bigint | undefined {
  const id = generator.next(0, nowMs);
  if (id !== undefined || generator.wanted === undefined) return id;
  generator.reserved(generator.wanted);
  return generator.next(0, nowMs);
}

/** All ids of one moment. */
function drain(generator: Snowflake, nowMs: number): bigint[] {
  const ids: bigint[] = [];
  for (let id = take(generator, nowMs); id !== undefined; id = take(generator, nowMs)) ids.push(id);
  return ids;
}

test.each(vectors.assigner_hash)("assigner $assigner hashes to $hash16", ({ assigner, hash16 }) => {
  expect(assignerHash(BigInt(assigner), sha256)).toBe(Number(hash16));
});

test.each(vectors.ids)(
  "slot $slot, assigner $assigner, sequence $sequence make $id",
  ({ slot, assigner, sequence, id }) => {
    const parts = { slot: Number(slot), hash: assignerHash(BigInt(assigner), sha256), sequence };
    expect(composeId(parts)).toBe(BigInt(id));
    expect(decomposeId(BigInt(id))).toEqual(parts);
  },
);

test("a generator gives the ids of the vectors one after the other", () => {
  const generator = new Snowflake(0);
  generator.reserved(slotMax);
  for (const { slot, assigner, id } of vectors.ids) {
    expect(generator.next(assignerHash(BigInt(assigner), sha256), atSlot(Number(slot)) + 9.9)).toBe(BigInt(id));
  }
});

test("ids decompose into what they were composed of, with the sign bit 0", () => {
  const parts = fc.record({ slot: fc.nat(slotMax), hash: fc.nat(0xffff), sequence: fc.nat(511) });
  fc.assert(
    fc.property(parts, (made) => {
      const id = composeId(made);
      expect(decomposeId(id)).toEqual(made);
      expect(id >> 63n).toBe(0n);
    }),
  );
});

test("parts that do not fit are our own mistake", () => {
  expect(() => composeId({ slot: 2 ** 38, hash: 0, sequence: 0 })).toThrow(RangeError);
  expect(() => composeId({ slot: -1, hash: 0, sequence: 0 })).toThrow(RangeError);
  expect(() => composeId({ slot: 0, hash: 65_536, sequence: 0 })).toThrow(RangeError);
  expect(() => composeId({ slot: 0, hash: 0, sequence: 512 })).toThrow(RangeError);
});

test("nothing is given before a reservation is durable, nor above it", () => {
  const generator = new Snowflake(0);
  expect(generator.wanted).toBeUndefined();
  expect(generator.next(0, atSlot(1_000))).toBeUndefined();
  expect(generator.wanted).toBe(1_100);
  expect(generator.freeAtMs).toBe(Infinity);
  generator.reserved(999);
  expect(generator.next(0, atSlot(1_000))).toBeUndefined();
  generator.reserved(1_100);
  expect(generator.wanted).toBeUndefined();
  expect(generator.next(0, atSlot(1_100))).toBe(composeId({ slot: 1_100, hash: 0, sequence: 0 }));
  expect(generator.next(0, atSlot(1_101))).toBeUndefined();
  expect(generator.wanted).toBe(1_201);
});

test("a reservation lasts a second, so the mark changes at most once a second", () => {
  const generator = new Snowflake(0);
  const wanted = new Set<number>();
  for (let slot = 5_000; slot < 6_000; slot++) {
    generator.next(0, atSlot(slot));
    if (generator.wanted !== undefined) wanted.add(generator.wanted);
    expect(take(generator, atSlot(slot))).toBeDefined();
  }
  expect(wanted.size).toBe(10);
});

test("what is wanted never goes down while it is being made durable", () => {
  const generator = new Snowflake(0);
  generator.next(0, atSlot(90_000));
  generator.next(0, atSlot(5_000));
  expect(generator.wanted).toBe(90_100);
  generator.reserved(90_100);
  expect(generator.next(0, atSlot(5_000))).toBe(composeId({ slot: 5_000, hash: 0, sequence: 0 }));
});

test("a slot has 512 ids; the next has to wait for the next slot", () => {
  const generator = new Snowflake(0);
  const nowMs = atSlot(7_000) + 4;
  const ids = drain(generator, nowMs);
  expect(ids).toHaveLength(512);
  expect(new Set(ids).size).toBe(512);
  expect(generator.freeAtMs).toBe(atSlot(7_001));
  expect(generator.next(0, generator.freeAtMs - 0.1)).toBeUndefined();
  expect(generator.next(0, generator.freeAtMs)).toBe(composeId({ slot: 7_001, hash: 0, sequence: 0 }));
});

test("all assigners share the sequence of a slot", () => {
  const generator = new Snowflake(0);
  take(generator, atSlot(7_000));
  expect(generator.next(9, atSlot(7_000))).toBe(composeId({ slot: 7_000, hash: 9, sequence: 1 }));
});

test("when the clock steps back, the last slot is used up first", () => {
  const generator = new Snowflake(0);
  take(generator, atSlot(9_000));
  const ids = drain(generator, atSlot(10));
  expect(ids).toHaveLength(511);
  expect(ids.every((id) => decomposeId(id).slot === 9_000)).toBe(true);
});

test("when the clock is years behind, a slot is opened every 10 ms, and no faster", () => {
  const generator = new Snowflake(0);
  drain(generator, atSlot(9_000_000_000));
  const backMs = atSlot(10);
  expect(take(generator, backMs)).toBeUndefined();
  expect(generator.freeAtMs).toBe(backMs + 10);
  expect(drain(generator, backMs + 9)).toHaveLength(0);
  expect(drain(generator, backMs + 10)).toHaveLength(512);
  // Time that passed without need saves nothing up.
  const ids = drain(generator, backMs + 10_000);
  expect(ids.map((id) => decomposeId(id).slot)).toEqual(Array<number>(512).fill(9_000_000_002));
});

test("a clock that goes back and forth does not make the slots run faster", () => {
  const generator = new Snowflake(0);
  drain(generator, atSlot(50_000));
  let given = 0;
  // Forwards by 10 ms in all, in steps with a step back after each.
  for (let step = 0; step < 10; step++) {
    given += drain(generator, atSlot(100)).length;
    given += drain(generator, atSlot(100) + 1).length;
  }
  expect(given).toBe(512);
});

test("after a restart nothing in the persisted slot or below is given, and nobody waits for the clock", () => {
  const generator = new Snowflake(8_000);
  const id = take(generator, atSlot(7_950));
  expect(id).toBe(composeId({ slot: 8_001, hash: 0, sequence: 0 }));
});

test("asking at freeAtMs is never too early by a fraction of a millisecond", () => {
  for (let tenths = 0; tenths < 500; tenths++) {
    const generator = new Snowflake(0);
    expect(drain(generator, tenths / 10)).toHaveLength(512);
    expect(take(generator, generator.freeAtMs)).toBeDefined();
  }
});

test("a clock before 2024 is as good as any", () => {
  const generator = new Snowflake(0);
  expect(take(generator, 0)).toBe(composeId({ slot: 1, hash: 0, sequence: 0 }));
});

test("when the slots are used up in 2111 there are no ids any more", () => {
  const generator = new Snowflake(0);
  expect(drain(generator, atSlot(slotMax))).toHaveLength(512);
  expect(take(generator, atSlot(slotMax + 1))).toBeUndefined();
  expect(take(generator, atSlot(slotMax + 100_000))).toBeUndefined();
  expect(generator.wanted).toBeUndefined();
});

type Step =
  | { readonly kind: "ask"; readonly moveMs: number; readonly count: number; readonly hash: number }
  | { readonly kind: "wait" }
  | { readonly kind: "persist" }
  | { readonly kind: "restart" };

const move = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.integer({ min: -50, max: 2_000 }),
  fc.integer({ min: -1e9, max: 1e9 }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      moveMs: move,
      count: fc.constantFrom(1, 1, 20, 600),
      hash: fc.constantFrom(1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "wait" as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: "persist" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "restart" as const }) },
);

test("no id repeats over any movements of the clock, restarts and late confirmations", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const ids = new Set<bigint>();
      let durable = 0;
      let generator = new Snowflake(durable);
      let nowMs = originMs + 1e10;
      for (const at of steps) {
        if (at.kind === "persist" && generator.wanted !== undefined) {
          durable = generator.wanted;
          generator.reserved(durable);
        } else if (at.kind === "restart") {
          generator = new Snowflake(durable);
        } else if (at.kind === "wait" && generator.freeAtMs < Infinity) {
          // Asking at freeAtMs is never too early.
          nowMs = generator.freeAtMs;
          const id = generator.next(0, nowMs);
          expect(id !== undefined || generator.wanted !== undefined).toBe(true);
          if (id !== undefined) expect(ids.has(id)).toBe(false);
          if (id !== undefined) ids.add(id);
        } else if (at.kind === "ask") {
          nowMs += at.moveMs + 0.3;
          for (let asked = 0; asked < at.count; asked++) {
            const id = generator.next(at.hash, nowMs);
            if (id === undefined) break;
            if (ids.has(id)) throw new Error(`${id} was given twice`);
            expect(decomposeId(id).slot).toBeLessThanOrEqual(durable);
            expect(decomposeId(id).hash).toBe(at.hash);
            ids.add(id);
          }
        }
      }
    }),
    { numRuns: 300 },
  );
});
