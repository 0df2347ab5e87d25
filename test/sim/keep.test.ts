import fc from "fast-check";
import { expect, test } from "vitest";
import { draw } from "./draw.ts";
import { keepOf, parseKeep, printKeep, reduce } from "./keep.ts";
import type { PlannedPeer } from "./plan.ts";

const drawn = draw(7, { peers: 6, messages: 30, forMs: 60_000, mix: "all" });
const places = fc.uniqueArray(fc.nat(60)).map((list) => list.toSorted((a, b) => a - b));
const end = fc.option(fc.nat(10_000_000), { nil: undefined });
const keeps = fc.record({ peers: places, sends: places, faults: places, endMs: end });

test("what is printed is read as the same", () => {
  fc.assert(
    fc.property(keeps, (keep) => {
      fc.pre(printKeep(keep) !== "");
      expect(parseKeep(printKeep(keep))).toEqual(keep);
    }),
  );
});

test("neighbouring places are printed as a range", () => {
  expect(printKeep({ peers: [0, 1, 2], sends: [4], faults: [1, 7, 8], endMs: 12_500 })).toBe("p0-2,s4,f1,f7-8,t12500");
});

test.each(["", "p", "x3", "p1;p2", "p1-", "-p1", "p1, p2", "t", "t1-x", "p0-999999999"])("%j is refused", (text) => {
  expect(() => parseKeep(text)).toThrow(/is not p, s or f|is too long/);
});

test("a plan of which everything is kept is the one that was drawn", () => {
  expect(reduce(drawn, keepOf(drawn))).toEqual(drawn);
});

test("what is left has its old names, and nothing in it names anybody who is gone", () => {
  fc.assert(
    fc.property(keeps, (keep) => {
      const { peers, sends, faults, endMs } = reduce(drawn, keep);
      const names = new Set(peers.map(({ name }) => name));
      expect([...names]).toEqual(keep.peers.filter((place) => place >= 1 && place <= 6).map((place) => `p${place}`));
      expect(sends.map(({ name }) => drawn.sends.findIndex((send) => send.name === name))).not.toContain(-1);
      expect(endMs).toBe(keep.endMs ?? 60_000);
      for (const { from, to } of sends)
        expect([names.has(from), typeof to === "bigint" || names.has(to)]).toEqual([true, true]);
      const gone = drawn.peers.map(({ name }) => name).filter((name) => !names.has(name));
      const named = JSON.stringify([peers, faults], (_, value: unknown) => (typeof value === "bigint" ? "" : value));
      for (const name of gone) expect(named).not.toContain(`"${name}"`);
    }),
  );
});

test("a part of a part is found again by its places in the whole", () => {
  fc.assert(
    fc.property(keeps, (keep) => {
      const part = reduce(drawn, keep);
      expect(reduce(drawn, keepOf(part, drawn))).toEqual(part);
    }),
  );
});

test("whoever stays is still connected, whatever peers are left out", () => {
  const seeds = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(seeds, fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { minLength: 1 }), (seed, kept) => {
      const plan = draw(seed, { peers: 8, messages: 0, forMs: 1_000, mix: "none" });
      const { peers } = reduce(plan, { ...keepOf(plan), peers: kept });
      expect(reachableFrom(peers[0], peers).size).toBe(peers.length);
    }),
  );
});

function reachableFrom(first: PlannedPeer | undefined, peers: readonly PlannedPeer[]): ReadonlySet<PlannedPeer> {
  const found = new Set(first === undefined ? [] : [first]);
  for (const peer of found)
    for (const other of peers) if (peer.dials.includes(other.name) || other.dials.includes(peer.name)) found.add(other);
  return found;
}
