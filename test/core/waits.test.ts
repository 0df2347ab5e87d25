import { expect, test } from "vitest";
import { Waits } from "../../src/core/waits.ts";

const limits = { strangersMax: 3, strangerWaitMs: 1_000, strangerForgetMs: 10_000 };
const address = "127.0.0.1:8082";

test("an address that was not dialled may be at once", () => {
  expect(new Waits(limits, () => 0.5).overAtMs(address)).toBe(-Infinity);
});

test("each dial doubles the wait, up to the time after which an address is forgotten", () => {
  const waits = new Waits(limits, () => 0.5);
  const over: number[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    waits.putOff(address, 0);
    over.push(waits.overAtMs(address));
  }
  expect(over).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test("the first wait differs by a quarter at most, so that peers get out of step", () => {
  const firsts = [0, 1].map((chance) => {
    const waits = new Waits(limits, () => chance);
    waits.putOff(address, 0);
    return waits.overAtMs(address);
  });
  expect(firsts).toEqual([750, 1_250]);
});

test("whoever is in a hurry waits for no longer than it says", () => {
  const waits = new Waits(limits, () => 0.5);
  for (let turn = 0; turn < 4; turn += 1) waits.putOff(address, 100);
  expect(waits.overAtMs(address, 5_000)).toBe(5_100);
  expect(waits.overAtMs(address, 50_000)).toBe(8_100);
});

test("an address that proved its worth begins anew", () => {
  const waits = new Waits(limits, () => 0.5);
  for (let turn = 0; turn < 4; turn += 1) waits.putOff(address, 0);
  waits.forgive(address);
  expect(waits.overAtMs(address)).toBe(-Infinity);
  waits.putOff(address, 0);
  expect(waits.overAtMs(address)).toBe(1_000);
});

test("of too many the one longest not dialled is forgotten", () => {
  const waits = new Waits(limits, () => 0.5);
  for (const port of [1, 2, 3, 1, 4]) waits.putOff(`127.0.0.1:${port}`, 0);
  const known = [1, 2, 3, 4].filter((port) => waits.overAtMs(`127.0.0.1:${port}`) > 0);
  expect(known).toEqual([1, 3, 4]);
});
