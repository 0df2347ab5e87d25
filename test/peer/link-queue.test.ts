import fc from "fast-check";
import { expect, test } from "vitest";
import { splitBatch } from "../../src/core/batch.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { FrameMemory } from "../../src/peer/frame-memory.ts";
import { LinkQueue, pieceBytes } from "../../src/peer/link-queue.ts";
import { FakeWire } from "./fake-wire.ts";

const mib = 1_024 * 1_024;

/** A queue on a fake wire, and what its owner was told. */
class Bench {
  readonly wire = new FakeWire();
  readonly flows: boolean[] = [];
  dropped = 0;
  isCut = false;
  readonly queue: LinkQueue;
  onFlow: (full: boolean) => void = () => {};

  constructor(limits: Partial<Limits> = {}) {
    const { batchBytesMax } = { ...defaultLimits, ...limits };
    this.queue = new LinkQueue(
      this.wire,
      { limits: { ...defaultLimits, ...limits }, memory: new FrameMemory(pieceBytes(batchBytesMax)) },
      {
        flow: (full) => {
          this.flows.push(full);
          this.onFlow(full);
        },
        dropped: (count, isCut) => {
          this.dropped += count;
          this.isCut ||= isCut;
        },
      },
    );
  }

  /** The wire took the last write. @returns whether there was one. */
  drain(): boolean {
    if (!this.wire.isWriting) return false;
    this.wire.isWriting = false;
    this.queue.drained();
    return true;
  }

  /** Drains until nothing is written any more. */
  drainAll(): void {
    for (;;) if (!this.drain()) return;
  }

  /** What was written: a frame as its bytes, a batch as its envelopes. */
  get written(): readonly (string | readonly string[])[] {
    return this.wire.written.map((bytes) => {
      const envelopes = splitBatch(bytes, Number.MAX_SAFE_INTEGER);
      return Array.isArray(envelopes) ? envelopes.map(textOf) : textOf(bytes);
    });
  }
}

/** Bytes that are no batch: a ping's tag, then a length, then the text. */
function frame(text: string): Uint8Array {
  return Uint8Array.of(0x42, text.length, ...Buffer.from(text));
}

function envelope(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes[0] === 0x42 ? bytes.subarray(2) : bytes).toString();
}

test("on an idle wire a frame, and envelopes, are written at once", () => {
  const bench = new Bench();
  bench.queue.frame(frame("hello"));
  expect(bench.written).toEqual(["hello"]);
  bench.drain();
  bench.queue.envelopes([envelope("a"), envelope("b")]);
  expect(bench.written).toEqual(["hello", ["a", "b"]]);
});

test("what is given while a write is pending shares the next batch", () => {
  const bench = new Bench();
  bench.queue.envelopes([envelope("a")]);
  bench.queue.envelopes([envelope("b")]);
  bench.queue.envelopes([envelope("c"), envelope("d")]);
  expect(bench.written).toEqual([["a"]]);
  bench.drain();
  expect(bench.written).toEqual([["a"], ["b", "c", "d"]]);
});

test("a frame between envelopes keeps its place", () => {
  const bench = new Bench();
  bench.queue.frame(frame("first"));
  bench.queue.envelopes([envelope("a")]);
  bench.queue.frame(frame("between"));
  bench.queue.envelopes([envelope("b")]);
  bench.drainAll();
  expect(bench.written).toEqual(["first", ["a"], "between", ["b"]]);
});

test("a batch is bounded in count and in bytes, and an envelope above the bytes leaves alone", () => {
  const bench = new Bench({ batchCountMax: 3, batchBytesMax: 40 });
  bench.queue.frame(frame("busy"));
  bench.queue.envelopes([..."abcd"].map(envelope));
  const long = "x".repeat(100);
  bench.queue.envelopes([envelope(long), envelope("e"), envelope("y".repeat(30)), envelope("f")]);
  bench.drainAll();
  expect(bench.written).toEqual(["busy", ["a", "b", "c"], ["d"], [long], ["e", "y".repeat(30)], ["f"]]);
});

test("whatever is given leaves once, in order, one write at a time", () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant("frame" as const) }),
    fc.record({ kind: fc.constant("envelopes" as const), count: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ kind: fc.constant("drain" as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const bench = new Bench({ batchCountMax: 4, batchBytesMax: 64 });
      const given: string[] = [];
      const next = (): string => `${given.push(`t${given.length}`) - 1}`;
      for (const each of actions) {
        if (each.kind === "drain") bench.drain();
        else if (each.kind === "frame") bench.queue.frame(frame(`t${next()}`));
        else bench.queue.envelopes(Array.from({ length: each.count }, () => envelope(`t${next()}`)));
      }
      bench.drainAll();
      expect(bench.written.flat()).toEqual(given);
    }),
    { numRuns: 200 },
  );
});

test("the owner is told once when the queue fills up, and once when it has room again", () => {
  const bench = new Bench({ batchCountMax: 1 });
  bench.queue.frame(frame("busy"));
  const quarter = new Uint8Array(mib / 4);
  for (let count = 0; count < 15; count += 1) bench.queue.envelopes([quarter]);
  expect(bench.flows).toEqual([]);
  bench.queue.envelopes([quarter, quarter, quarter]);
  expect(bench.flows).toEqual([true]);
  // Four are left below the mark: between the marks nothing is told.
  for (let count = 0; count < 14; count += 1) bench.drain();
  expect(bench.flows).toEqual([true]);
  bench.drain();
  expect(bench.flows).toEqual([true, false]);
  bench.drainAll();
  expect(bench.flows).toEqual([true, false]);
});

test("envelopes above the hard bound are dropped, one by one, and taken again once there is room", () => {
  const bench = new Bench();
  bench.queue.frame(frame("busy"));
  bench.queue.envelopes(Array.from({ length: 100 }, () => new Uint8Array(mib)));
  expect(bench.dropped).toBe(84);
  bench.queue.envelopes([envelope("too late")]);
  expect(bench.dropped).toBe(85);
  bench.drain();
  bench.drain();
  bench.queue.envelopes([envelope("in time")]);
  bench.drainAll();
  expect(bench.dropped).toBe(85);
  expect(bench.written.at(-1)).toEqual(["in time"]);
  expect(bench.isCut).toBe(false);
});

test("control frames pass while envelopes are dropped", () => {
  const bench = new Bench();
  bench.queue.frame(frame("busy"));
  bench.queue.envelopes(Array.from({ length: 40 }, () => new Uint8Array(mib)));
  bench.queue.frame(frame("ping"));
  bench.drainAll();
  expect(bench.written.at(-1)).toBe("ping");
});

test("a reader that asks for answers and reads none is cut off, however small they are", () => {
  const bench = new Bench();
  const pong = frame("pong");
  let frames = 0;
  while (!bench.isCut && frames < 1_000_000) {
    bench.queue.frame(pong);
    frames += 1;
  }
  expect(bench.isCut).toBe(true);
  // Each takes some 300 bytes of memory, however little it says.
  expect(frames).toBeLessThan(100_000);
  expect(bench.wire.closed).toBe(1);
  bench.queue.frame(pong);
  bench.queue.envelopes([envelope("a")]);
  bench.drain();
  expect(bench.wire.written).toEqual([pong]);
});

test("hanging up lets what is queued leave, and closes the wire then", () => {
  const bench = new Bench();
  bench.queue.envelopes([envelope("a")]);
  bench.queue.envelopes([envelope("b")]);
  bench.queue.frame(frame("goodbye"));
  bench.queue.hangUp();
  bench.drain();
  bench.drain();
  expect(bench.wire.closed).toBe(0);
  bench.drain();
  expect(bench.written).toEqual([["a"], ["b"], "goodbye"]);
  expect(bench.wire.closed).toBe(1);
});

test("hanging up an idle wire closes it at once", () => {
  const bench = new Bench();
  bench.queue.hangUp();
  expect(bench.wire.closed).toBe(1);
});

test("a cut wire is closed at once, and nothing queued leaves any more", () => {
  const bench = new Bench();
  bench.queue.frame(frame("first"));
  bench.queue.frame(frame("second"));
  bench.queue.cut();
  expect(bench.wire.closed).toBe(1);
  bench.drain();
  expect(bench.written).toEqual(["first"]);
});

test("an owner that answers room with more envelopes disturbs neither order nor the one write", () => {
  const bench = new Bench({ batchCountMax: 1 });
  const big = Array.from({ length: 5 }, () => new Uint8Array(mib));
  bench.onFlow = (full) => {
    if (!full) bench.queue.envelopes([envelope("late")]);
  };
  bench.queue.frame(frame("busy"));
  bench.queue.envelopes(big);
  bench.queue.frame(frame("last"));
  bench.drainAll();
  expect(bench.flows).toEqual([true, false]);
  expect(bench.written.slice(-2)).toEqual(["last", ["late"]]);
});

test.each([1, 4])(
  "a stalled link keeps few of the frames alive that its envelopes are views of (%i in a row)",
  (inRow) => {
    const bench = new Bench();
    const frameBytes = 64 * 1_024;
    const frames = Array.from({ length: 1_000 }, () => new Uint8Array(frameBytes));
    bench.queue.frame(frame("busy"));
    for (const each of frames) {
      const views = Array.from({ length: inRow }, (_, at) => each.subarray(at, at + 1));
      bench.queue.envelopes(views);
    }
    // A frame that is changed now changes what leaves only where it is still the frame that waits.
    for (const each of frames) each.fill(1);
    bench.drainAll();
    const envelopes = bench.written.slice(1).flat();
    const kept = envelopes.filter((each) => each === "\u0001");
    expect(envelopes).toHaveLength(1_000 * inRow);
    expect(kept).toHaveLength(((8 * mib) / frameBytes) * inRow);
  },
);

test("views are kept as they are again once nothing waits any more", () => {
  const bench = new Bench();
  const kept = (): boolean => {
    const big = new Uint8Array(mib);
    bench.queue.frame(frame("busy"));
    bench.queue.envelopes([big.subarray(0, 1)]);
    big.fill(1);
    bench.drainAll();
    return bench.written.at(-1)?.[0] === "\u0001";
  };
  // Two times what may be kept alive at once.
  expect(Array.from({ length: 16 }, kept)).not.toContain(false);
});

test("a batch that is full keeps nothing alive that its envelopes are views of", () => {
  const bench = new Bench({ batchCountMax: 4 });
  const frames = Array.from({ length: 5 }, () => new Uint8Array(64 * 1_024));
  bench.queue.frame(frame("busy"));
  for (const each of frames) bench.queue.envelopes([each.subarray(0, 1)]);
  for (const each of frames) each.fill(1);
  bench.drainAll();
  expect(bench.written.slice(1)).toEqual([["\u0000", "\u0000", "\u0000", "\u0000"], ["\u0001"]]);
});

test("a stalled link takes small envelopes by their bytes, and no memory beside these", () => {
  const bench = new Bench();
  bench.queue.frame(frame("busy"));
  const envelopes = Array.from({ length: 1_000 }, () => new Uint8Array(96));
  let given = 0;
  for (; bench.dropped === 0; given += envelopes.length) bench.queue.envelopes(envelopes);
  const kept = given - bench.dropped;
  // Each with a tag and a length, of a byte each; and one batch may be open.
  expect(kept * 98).toBeGreaterThan(15.5 * mib);
  expect(kept * 98).toBeLessThan(16.5 * mib);
  bench.drainAll();
  expect(bench.written.slice(1).flat()).toHaveLength(kept);
});
