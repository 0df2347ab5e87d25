import { expect, test } from "vitest";
import { Dialer } from "../../src/core/dialer.ts";
import { defaultLimits } from "../../src/core/limits.ts";

const limits = { ...defaultLimits, redialMinMs: 100, redialMaxMs: 1_000, dialTargetsMax: 3 };
const address = "127.0.0.1:8082";
const node = 7n;

/** No jitter: chance in the middle. */
function dialerOf(...addresses: readonly string[]): Dialer {
  const dialer = new Dialer(limits, () => 0.5);
  for (const each of addresses) dialer.add(each, 0);
  return dialer;
}

test("an address is dialled as soon as it is added", () => {
  const dialer = new Dialer(limits, () => 0.5);
  expect(dialer.nextDeadlineMs).toBe(Infinity);
  expect(dialer.add(address, 5)).toBe(true);
  expect(dialer.nextDeadlineMs).toBe(5);
  expect(dialer.due(4)).toEqual([]);
  expect(dialer.due(5)).toEqual([address]);
});

test("an address is dialled once at a time, however often it is added (invariant 1)", () => {
  const dialer = dialerOf(address);
  expect(dialer.due(0)).toEqual([address]);
  expect(dialer.add(address, 1)).toBe(true);
  expect(dialer.due(1_000_000)).toEqual([]);
  dialer.linked(address, node);
  expect(dialer.add(address, 2)).toBe(true);
  expect(dialer.due(1_000_000)).toEqual([]);
  expect(dialer.nextDeadlineMs).toBe(Infinity);
  expect(dialer.addresses).toEqual([address]);
});

test("waits grow with the outage, from the shortest to the longest, and start over after success (invariant 2)", () => {
  const dialer = dialerOf(address);
  const waits: number[] = [];
  for (const nowMs of [0, 100, 800, 1_600, 4_000, 8_000, 80_000]) {
    expect(dialer.due(nowMs)).toEqual([address]);
    dialer.failed(address, nowMs);
    waits.push(dialer.nextDeadlineMs - nowMs);
  }
  expect(waits).toEqual([100, 100, 100, 200, 500, 1_000, 1_000]);
  expect(dialer.due(dialer.nextDeadlineMs)).toEqual([address]);
  dialer.linked(address, node);
  dialer.lost(node, 100_000);
  expect(dialer.nextDeadlineMs).toBe(100_100);
});

test("jitter moves a wait by a quarter at most, either way (invariant 2)", () => {
  const waits = [0, 1].map((chance) => {
    const dialer = new Dialer(limits, () => chance);
    dialer.add(address, 0);
    dialer.due(0);
    dialer.failed(address, 0);
    return dialer.nextDeadlineMs;
  });
  expect(waits).toEqual([75, 125]);
});

test("whoever adds an address that waits to be dialled again is not made to wait", () => {
  const dialer = dialerOf(address);
  dialer.due(0);
  dialer.failed(address, 0);
  dialer.add(address, 10);
  expect(dialer.due(10)).toEqual([address]);
});

test("when the link with a node is lost, only what leads to that node is dialled again", () => {
  const dialer = dialerOf(address, "127.0.0.1:8083");
  dialer.due(0);
  dialer.linked(address, node);
  dialer.linked("127.0.0.1:8083", 8n);
  dialer.lost(node, 50);
  expect(dialer.due(1_000_000)).toEqual([address]);
});

test("two addresses of one node are both content with one link, and both dialled once it is lost", () => {
  const dialer = dialerOf(address, "localhost:8082");
  dialer.due(0);
  dialer.linked(address, node);
  dialer.linked("localhost:8082", node);
  expect(dialer.nextDeadlineMs).toBe(Infinity);
  dialer.lost(node, 0);
  expect(dialer.due(1_000)).toEqual([address, "localhost:8082"]);
});

test("there are no more addresses than the limit; one that is known needs no room", () => {
  const dialer = dialerOf("a:1", "b:2", "c:3");
  expect(dialer.add("d:4", 0)).toBe(false);
  expect(dialer.add("a:1", 0)).toBe(true);
  expect(dialer.remove("a:1")).toBe(true);
  expect(dialer.add("d:4", 0)).toBe(true);
  expect(dialer.addresses).toEqual(["b:2", "c:3", "d:4"]);
});

test("an address that was removed is not dialled, and what comes of an earlier dial does not bring it back", () => {
  const dialer = dialerOf(address);
  dialer.due(0);
  expect(dialer.remove(address)).toBe(true);
  expect(dialer.remove(address)).toBe(false);
  dialer.failed(address, 0);
  dialer.linked(address, node);
  dialer.lost(node, 0);
  expect(dialer.addresses).toEqual([]);
  expect(dialer.nextDeadlineMs).toBe(Infinity);
});

test("all addresses that lead to a node are removed with it, others stay", () => {
  const dialer = dialerOf(address, "localhost:8082", "127.0.0.1:8083");
  dialer.due(0);
  dialer.linked(address, node);
  dialer.linked("localhost:8082", node);
  dialer.removeNode(node);
  expect(dialer.addresses).toEqual(["127.0.0.1:8083"]);
});

test("nobody is left to ask once every address was tried and none is being dialled", () => {
  expect(dialerOf().exhausted).toBe(true);
  const dialer = dialerOf(address, "127.0.0.1:8083");
  expect(dialer.exhausted).toBe(false);
  dialer.due(0);
  expect(dialer.exhausted).toBe(false);
  dialer.failed(address, 0);
  expect(dialer.exhausted).toBe(false);
  dialer.linked("127.0.0.1:8083", node);
  expect(dialer.exhausted).toBe(true);
  dialer.due(1_000);
  expect(dialer.exhausted).toBe(false);
});

test("an address that is tried is dialled once, and forgotten when that fails", () => {
  const dialer = dialerOf();
  dialer.try(address, 5);
  expect([dialer.pending, dialer.has(address), dialer.isKept(address), dialer.addresses]).toEqual([1, true, false, []]);
  expect(dialer.exhausted).toBe(false);
  expect(dialer.due(5)).toEqual([address]);
  dialer.failed(address, 6);
  expect([dialer.pending, dialer.has(address), dialer.exhausted]).toEqual([0, false, true]);
  expect(dialer.due(1_000_000)).toEqual([]);
});

test("an address that was tried is forgotten when its link is lost, and one that is kept is not tried", () => {
  const dialer = dialerOf();
  dialer.try(address, 0);
  dialer.due(0);
  dialer.linked(address, node);
  expect([dialer.pending, dialer.keepsNode(node)]).toEqual([0, false]);
  dialer.lost(node, 1);
  expect(dialer.has(address)).toBe(false);
  dialer.add(address, 2);
  dialer.try(address, 2);
  expect(dialer.isKept(address)).toBe(true);
});

test("an address that is tried is kept once a person asks for it, be it linked or being dialled", () => {
  const dialer = dialerOf();
  dialer.try(address, 0);
  dialer.due(0);
  dialer.add(address, 1);
  dialer.linked(address, node);
  expect([dialer.isKept(address), dialer.keepsNode(node), dialer.addresses]).toEqual([true, true, [address]]);
  dialer.lost(node, 2);
  expect(dialer.due(dialer.nextDeadlineMs)).toEqual([address]);
});

test("the end of each dial or link is told, with the time", () => {
  const ends: number[] = [];
  const dialer = new Dialer(limits, () => 0.5, { ended: (nowMs) => ends.push(nowMs) });
  dialer.add(address, 0);
  dialer.due(0);
  dialer.failed(address, 7);
  dialer.try("127.0.0.1:8083", 8);
  dialer.linked("127.0.0.1:8083", node);
  dialer.lost(node, 9);
  expect(ends).toEqual([7, 9]);
});
