import { expect, test } from "vitest";
import { residentOf, resetPeak } from "../../../scripts/flow/memory.ts";

const mib = 1_024 * 1_024;

test("what this process holds is seen, and its peak is counted anew when asked for", () => {
  const before = residentOf(process.pid).nowBytes;
  const held = Buffer.alloc(64 * mib, 1);
  const during = residentOf(process.pid);
  expect(held.at(-1)).toBe(1);
  expect(during.peakBytes).toBeGreaterThanOrEqual(during.nowBytes);
  expect(during.peakBytes).toBeGreaterThanOrEqual(before);
  expect(during.nowBytes).toBeGreaterThan(64 * mib);
  expect(during.ownBytes).toBeLessThanOrEqual(during.nowBytes);
  resetPeak(process.pid);
  const after = residentOf(process.pid);
  expect(after.peakBytes).toBeLessThanOrEqual(during.peakBytes + mib);
});

test("a process that is not there has no memory", () => {
  expect(() => residentOf(2 ** 22 + 1)).toThrow(/\/proc/);
});
