import { expect, test } from "vitest";
import { shellLimits } from "../../src/core/limits.ts";
import { FrameMemory } from "../../src/peer/frame-memory.ts";

test("a piece is nobody else's while it is taken (invariant 1)", () => {
  const memory = new FrameMemory(100);
  const first = memory.take(100);
  const second = memory.take(100);
  expect(second.buffer).not.toBe(first.buffer);
});

test("a piece given back is the next one taken, however little is needed", () => {
  const memory = new FrameMemory(100);
  const piece = memory.take(80);
  memory.give(piece);
  expect(memory.take(1)).toBe(piece);
  expect(memory.take(80)).not.toBe(piece);
});

test.each([
  [1, 1],
  [49, 49],
  [50, 100],
  [100, 100],
  [101, 101],
])("a new piece for %i bytes is of %i", (bytes, length) => {
  expect(new FrameMemory(100).take(bytes)).toHaveLength(length);
});

test("pieces of other sizes are not kept, and what is too large leaves those that are", () => {
  const memory = new FrameMemory(100);
  const piece = memory.take(100);
  for (const each of [piece, memory.take(1), memory.take(1_000)]) memory.give(each);
  expect(memory.take(1_000)).toHaveLength(1_000);
  expect(memory.take(1)).toBe(piece);
  expect(memory.take(1)).toHaveLength(1);
});

test("few of those given back are kept (invariant 2)", () => {
  const memory = new FrameMemory(100);
  const pieces = Array.from({ length: 2 * shellLimits.framesSpareMax }, () => memory.take(100));
  for (const piece of pieces) memory.give(piece);
  const again = pieces.map(() => memory.take(100));
  expect(again.filter((piece) => pieces.includes(piece))).toHaveLength(shellLimits.framesSpareMax);
});
