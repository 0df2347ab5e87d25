import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { kindOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** An interleaving: whichever direction goes on next. */
const schedules = fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 60 }).map((picks) => {
  let turn = 0;
  return (count: number): number => (picks[turn++] ?? 0) % count;
});

/** Two peers, the second having dialled the first. */
function pair(wire: Wire, seeds: readonly [number, number]): readonly [WiredPeer, WiredPeer] {
  const [a, b] = [wire.add({ seed: seeds[0], desiredId: 1n }), wire.add({ seed: seeds[1], desiredId: 2n })];
  wire.start(a);
  wire.start(b, a);
  wire.advance(5_000);
  return [a, b];
}

function downs(peer: WiredPeer): number {
  return kindOf(peer.effects, "notice").filter(({ message }) => message === "link down").length;
}

const orders: readonly (readonly [number, number])[] = [
  [1, 2],
  [2, 1],
];

test.each(orders)("however the links of two peers cross (%i, %i), one is left, which both use", (...seeds) => {
  fc.assert(
    fc.property(schedules, (pick) => {
      const wire = new Wire();
      const both = pair(wire, seeds);
      const [a, b] = both;
      wire.pick = pick;
      b.core.connect(a.address.replace("127.0.0.1", "localhost"), wire.nowMs);
      a.core.connect(b.address, wire.nowMs);
      wire.advance(10_000);
      const since = both.map(({ effects }) => effects.length);
      wire.advance(10_000);
      const pulses = both.map(({ effects }, index) => kindOf(effects.slice(since[index]), "frame"));
      expect(pulses.map((frames) => new Set(frames.map(({ link }) => link)).size)).toEqual([1, 1]);
      expect(both.map(({ core }) => core.view.peers().map(({ neighbour }) => neighbour))).toEqual([[true], [true]]);
    }),
    { numRuns: 40 },
  );
});

test.each(orders)(
  "what waits for a full link to have room leaves over the link that takes over (%i, %i)",
  (...seeds) => {
    for (const isDialler of [false, true]) {
      const wire = new Wire();
      const [a, b] = pair(wire, seeds);
      const [from, to] = isDialler ? [b, a] : [a, b];
      wire.step(from, { kind: "link-full", link: kindOf(from.effects, "frame").at(-1)?.link ?? 0 });
      from.core.submit({ to: to.core.id, body: encodeText("hi"), ttlMs: 60_000 }, wire.nowMs);
      wire.advance(5_000);
      expect(kindOf(to.effects, "received")).toEqual([]);
      b.core.connect(a.address.replace("127.0.0.1", "localhost"), wire.nowMs);
      wire.advance(100);
      expect(kindOf(to.effects, "received")).toHaveLength(1);
    }
  },
);

test.each(orders)(
  "a peer that goes on above what the mesh remembers keeps its link when both dial (%i, %i)",
  (...seeds) => {
    for (const isDialler of [false, true]) {
      const wire = new Wire();
      const [a, b] = pair(wire, seeds);
      const store = new Map(b.store);
      let former = b;
      for (const life of [2, 3, 4]) {
        former = wire.add({ seed: seeds[1], life, store: former.store });
        wire.start(former, a);
        wire.advance(5_000);
      }
      const restored = wire.add({ seed: seeds[1], life: 5, store });
      wire.start(restored, ...(isDialler ? [a] : []));
      if (!isDialler) a.core.connect(restored.address, wire.nowMs);
      wire.advance(5_000);
      const before = downs(a);
      if (isDialler) a.core.connect(restored.address, wire.nowMs);
      else restored.core.connect(a.address, wire.nowMs);
      wire.advance(5_000);
      expect(downs(a)).toBe(before);
      expect(a.core.view.peers().map(({ neighbour }) => neighbour)).toEqual([true]);
    }
  },
);
