import { readFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Epochs } from "../../src/core/epochs.ts";
import { everyone } from "../../src/core/everyone.ts";
import { allTo, type Had } from "../../src/core/frontier.ts";
import { Inbox } from "../../src/core/inbox.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { held, left, saying, sayings, SpreadRoom, wanted } from "./spread-room.ts";

/** Epochs, of which some are kept, and some this peer's own. */
function epochsOf(spreadEpochsMax: number, { kept = [], own = [] }: { kept?: bigint[]; own?: bigint[] } = {}): Epochs {
  return new Epochs({
    inbox: new Inbox(defaultLimits),
    log: {
      first: (epoch) => (kept.includes(epoch) ? 1 : undefined),
      get size() {
        return kept.length;
      },
    },
    own: { isOwn: (epoch) => own.includes(epoch) },
    limits: { ...defaultLimits, spreadEpochsMax },
  });
}

test("the one that has been silent longest makes room, unless it is this peer's own, or something of it is kept", () => {
  const epochs = epochsOf(4, { kept: [2n], own: [1n] });
  for (const epoch of [1n, 2n, 3n, 4n]) epochs.raise(epoch, allTo(1));
  epochs.raise(3n, allTo(2));
  expect(epochs.admits(5n)).toBe(true);
  expect([...epochs.counted()]).toEqual([1n, 2n, 3n]);
  epochs.raise(5n, allTo(1));
  expect([epochs.admits(6n), epochs.admits(7n), epochs.admits(8n)]).toEqual([true, true, false]);
  expect([...epochs.counted()]).toEqual([1n, 2n]);
});

test("once what was kept is not kept any more there is room again", () => {
  const kept = [1n, 2n];
  const epochs = epochsOf(2, { kept });
  for (const epoch of kept) epochs.raise(epoch, allTo(1));
  expect([epochs.admits(3n), epochs.admits(3n)]).toEqual([false, false]);
  kept.pop();
  expect([epochs.admits(3n), [...epochs.counted()]]).toEqual([true, [1n]]);
});

test("of what was only heard of nothing is counted any more once nobody offers it", () => {
  const epochs = epochsOf(2);
  expect([epochs.admits(1n), epochs.admits(2n), epochs.admits(3n), epochs.admits(2n)]).toEqual([
    ...[true, true, false, true],
  ]);
  epochs.tidy((epoch) => epoch === 2n);
  expect([epochs.admits(3n), epochs.admits(1n), epochs.admits(2n)]).toEqual([true, false, true]);
});

test("whatever comes, there are no more than there may be, and who comes anew is counted", () => {
  const steps = fc.array(fc.tuple(fc.bigInt({ min: 0n, max: 30n }), fc.nat({ max: 9 }), fc.boolean()));
  fc.assert(
    fc.property(steps, fc.integer({ min: 3, max: 9 }), (all, max) => {
      // One less may be kept than counted, as with spreadCountMax.
      const kept = [0n, 1n];
      const epochs = epochsOf(max, { kept });
      for (const [epoch, number, isHeard] of all) {
        if (isHeard) expect(epochs.admits(epoch)).toBe(true);
        else epochs.raise(epoch, allTo(number));
        epochs.tidy(() => false);
        expect(epochs.size).toBeLessThanOrEqual(max);
      }
    }),
  );
});

test("while there is room nothing is kept of how far an epoch was before", async () => {
  setFlagsFromString("--expose-gc");
  const epochs = epochsOf(1_000);
  const raised: WeakRef<Had>[] = [];
  for (let number = 1; number <= 100; number += 1)
    for (let epoch = 1n; epoch <= 100n; epoch += 1n) {
      const had = allTo(number);
      raised.push(new WeakRef(had));
      epochs.raise(epoch, had);
    }
  // What was looked at is let go of when this turn ends; reading a file takes one.
  await readFile(new URL(import.meta.url));
  runInNewContext("gc()");
  const kept = raised.filter((had) => had.deref() !== undefined);
  expect([kept.length >= epochs.size, kept.length < 5 * epochs.size]).toEqual([true, true]);
});

const limits = { spreadEpochsMax: 3, spreadCountMax: 2 };

/** A peer that has heard of more epochs than it counts: 7, 8, 9 and 10, the first of which is forgotten. */
function forgetful(): SpreadRoom {
  const peer = new SpreadRoom([[1, 2], [1, 3]], { limits }); // prettier-ignore
  for (const epoch of [7, 8, 9, 10]) peer.take(2, sayings(epoch, 1));
  return peer;
}

test("a peer goes on hearing newcomers, however many there were", () => {
  const peer = new SpreadRoom([[1, 2]], { limits });
  for (let epoch = 100; epoch < 150; epoch += 1) peer.take(2, sayings(epoch, 1));
  expect(peer.shown).toHaveLength(50);
  expect(peer.told(2, peer.hear(2, { list: true }))).toEqual(["147 is 2-1, 148 is 1-1, 149 is 1-1"]);
});

test("what was forgotten is neither shown again nor asked for, whoever has it still (invariant 2)", () => {
  const peer = forgetful();
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1)] }))).toEqual(["7 is 2-1"]);
  peer.take(2, sayings(7, 1));
  expect(peer.shown).toEqual(["7/1", "8/1", "9/1", "10/1"]);
});

test("who keeps something of a forgotten epoch hears that it is here: it may be the one who said it", () => {
  const peer = forgetful();
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1), held(8n, 2, 1)], list: true }))).toContain("7 is 2-1");
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 2, 1)] }))).toEqual([]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1)], answer: true }))).toEqual([]);
});

test("who says more in a forgotten epoch is heard, from where it was", () => {
  const peer = forgetful();
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 2)] }))).toEqual(["7 is 2-1", "7 wants 2-2"]);
  peer.take(2, sayings(7, 2));
  expect(peer.shown).toEqual(["7/1", "8/1", "9/1", "10/1", "7/2"]);
});

test("who asks for something of a forgotten epoch hears that there is nothing of it any more, and what was never had", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { ...limits, gapWaitMs: 10 } });
  peer.hear(2, { held: [held(7n, 4, 4)] });
  peer.take(2, sayings(7, 4));
  for (const epoch of [8, 9, 10]) peer.take(2, sayings(epoch, 1));
  const answer = peer.hear(2, { wanted: [wanted(7n, 1, 4)] });
  expect([left(answer), peer.told(2, answer)]).toEqual([[], ["7 is 5-4 but 1-3, answer"]]);
});

test("a later life counts those that spoke last", () => {
  const first = new SpreadRoom([[1, 2]]);
  const last = [10, 7, 9, 8];
  for (const [index, epoch] of last.entries()) first.take(2, [saying(`${epoch}/1`, { lamport: index + 1 })]);
  const later = new SpreadRoom([[1, 2]], { store: first.room.store, incarnation: 2n, limits: { spreadEpochsMax: 4 } });
  expect(later.told(2, later.hear(2, { list: true }))).toEqual(["10 is 1-1, 7 is 1-1, 9 is 1-1, 8 is 1-1"]);
  expect(later.room.inbox.next(10n, everyone)).toBe(2);
});
