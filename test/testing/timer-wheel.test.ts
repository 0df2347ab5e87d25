import { expect, test } from "vitest";
import { Random } from "../../src/testing/random.ts";
import { TimerWheel, type WheelItem } from "../../src/testing/timer-wheel.ts";

interface Item extends WheelItem<Item> {
  readonly name: string;
}

function item(name: string): Item {
  return { name, atMs: 0, order: 0, place: 0, home: "nowhere", before: undefined, after: undefined };
}

/** How far ahead items are set, milliseconds: within a slot, within the wheel, around its end, and beyond. */
const reaches = [0, 0.5, 3, 100, 4_095, 4_096, 4_097, 10_000, 1_000_000];

test("it does as a sorted list does, however far ahead items are set, set anew and taken out", () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const random = new Random(seed);
    let nowMs = 1_735_689_600_000;
    const wheel = new TimerWheel<Item>(nowMs);
    const items = Array.from({ length: 40 }, (_, index) => item(`item ${index}`));
    const wrong: number[] = [];
    let list: { readonly item: Item; readonly atMs: number }[] = [];
    for (let round = 0; round < 1_000; round += 1) {
      const chosen = random.pick(items);
      list = list.filter((other) => other.item !== chosen);
      if (random.chance(0.2)) wheel.remove(chosen);
      else {
        const atMs = nowMs + Math.floor(random.fraction() * random.pick(reaches) * 4) / 4;
        wheel.set(chosen, atMs);
        const later = list.findIndex((other) => other.atMs > atMs);
        list.splice(later < 0 ? list.length : later, 0, { item: chosen, atMs });
      }
      if (wheel.size !== list.length || wheel.nextMs !== (list[0]?.atMs ?? Infinity)) wrong.push(round);
      if (!random.chance(0.4)) continue;
      const first = list.shift();
      if (wheel.take() !== first?.item) wrong.push(round);
      nowMs = first?.atMs ?? nowMs;
    }
    expect(wrong).toEqual([]);
  }
});

test("items of one slot are taken out in whatever order, and set anew, and the others stay", () => {
  for (const order of [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]) {
    const wheel = new TimerWheel<Item>(0);
    const items = ["first", "second", "third", "fourth"].map((name) => item(name));
    for (const [index, each] of items.entries()) wheel.set(each, 50 + index / 4);
    for (const index of order) for (const out of items.slice(index, index + 1)) wheel.remove(out);
    expect([wheel.size, wheel.take()?.name, wheel.take()]).toEqual([1, "fourth", undefined]);
    for (const each of items) wheel.set(each, 70);
    expect(items.map(() => wheel.take()?.name)).toEqual(["first", "second", "third", "fourth"]);
  }
});

test("an item that is in no wheel may be taken out", () => {
  const wheel = new TimerWheel<Item>(0);
  wheel.remove(item("out"));
  expect([wheel.size, wheel.nextMs, wheel.take()]).toEqual([0, Infinity, undefined]);
});

test("what is set after the wheel has looked far ahead still comes first", () => {
  const wheel = new TimerWheel<Item>(0);
  const [far, near] = [item("far"), item("near")];
  wheel.set(far, 3_000);
  expect(wheel.nextMs).toBe(3_000);
  wheel.set(near, 20);
  expect([wheel.take(), wheel.take()]).toEqual([near, far]);
});
