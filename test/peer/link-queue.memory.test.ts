import { expect, test } from "vitest";
import { encodeBatch, frameRoomBytes } from "../../src/core/batch.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { FrameMemory } from "../../src/peer/frame-memory.ts";
import { LinkQueue, pieceBytes } from "../../src/peer/link-queue.ts";
import { FakeWire } from "./fake-wire.ts";

/** A queue on a fake wire, with memory of so many bytes for frames. */
function queued(bytes: number, limits: Partial<Limits> = {}) {
  const wire = new FakeWire();
  const memory = new FrameMemory(pieceBytes(bytes));
  const owner = { flow: () => {}, dropped: () => {} };
  const queue = new LinkQueue(wire, { limits: { ...defaultLimits, ...limits }, memory }, owner);
  const drain = (): void => {
    wire.isWriting = false;
    queue.drained();
  };
  return { queue, wire, memory, drain };
}

const [a, b, c] = [Uint8Array.of(1), Uint8Array.of(2, 2), Uint8Array.of(3, 3, 3)] as const;

test("a batch that leaves at once has room before it, in memory that is used again once the wire has drained", () => {
  const { queue, wire, drain } = queued(16);
  queue.envelopes([a]);
  drain();
  queue.envelopes([b, c]);
  expect(wire.written).toEqual([encodeBatch([a]), encodeBatch([b, c])]);
  const [first, second] = wire.withRoom;
  expect([first?.byteOffset, second?.byteOffset]).toEqual([frameRoomBytes, frameRoomBytes]);
  expect(second?.buffer).toBe(first?.buffer);
});

test("until the wire has drained its memory is nobody else's", () => {
  const { queue, wire, memory, drain } = queued(10);
  queue.envelopes([a]);
  expect(memory.take(20).buffer).not.toBe(wire.withRoom[0]?.buffer);
  drain();
  expect(memory.take(20).buffer).toBe(wire.withRoom[0]?.buffer);
});

test("a wire that is cut, or never drains, keeps its memory: bytes of it may still be on their way", () => {
  const { queue, wire, memory } = queued(10);
  queue.envelopes([a]);
  queue.cut();
  expect(memory.take(20).buffer).not.toBe(wire.withRoom[0]?.buffer);
});

test("a control frame, and a batch that was full and waited, have memory of their own", () => {
  const { queue, wire, drain } = queued(10, { batchCountMax: 1 });
  queue.frame(a);
  queue.envelopes([b, c]);
  drain();
  expect(wire.written).toEqual([a, encodeBatch([b])]);
  expect(wire.withRoom).toEqual([]);
  drain();
  expect(wire.withRoom).toEqual([encodeBatch([c])]);
});
