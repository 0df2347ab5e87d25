import { expect, test } from "vitest";
import { Random } from "../../src/testing/random.ts";
import { TimerHeap, type HeapItem } from "../../src/testing/timer-heap.ts";

test("items come out in order of time and then of their number, whatever is taken out in between", () => {
  const random = new Random(2);
  const heap = new TimerHeap<HeapItem>();
  let kept: HeapItem[] = [];
  for (let order = 0; order < 2_000; order += 1) {
    const item = { atMs: random.whole(0, 200), order, place: -1 };
    heap.add(item);
    kept.push(item);
    if (!random.chance(0.4)) continue;
    const out = random.pick(kept);
    heap.remove(out);
    kept = kept.filter((other) => other !== out);
  }
  expect(heap.size).toBe(kept.length);
  const sorted = kept.toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
  for (const item of sorted) {
    expect(heap.first).toBe(item);
    heap.remove(item);
  }
  expect([heap.first, heap.size]).toEqual([undefined, 0]);
});
