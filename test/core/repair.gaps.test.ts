import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import type { Limits } from "../../src/core/limits.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { saidOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";
import { held, left, saying, SpreadRoom, wanted } from "./spread-room.ts";

function say(wire: Wire, peer: WiredPeer, ttlMs = 3_600_000): void {
  peer.core.submit({ to: 0n, body: encodeText("hi"), ttlMs }, wire.nowMs);
  wire.step(peer, { kind: "alarm" });
  wire.run();
}

/** Numbers that a peer shows, with what is missing before. */
function shownBy({ store }: WiredPeer): readonly string[] {
  return (store.get("inbox") ?? []).flatMap(({ value }) => {
    const { number, missing, bodies } = decodeInboxRecord(value);
    return bodies.map((_, index) => `${missing > 0 && index === 0 ? `(${missing} missing) ` : ""}${number + index}`);
  });
}

function start(wire: Wire, seed: number, limits: Partial<Limits> = {}, ...others: readonly WiredPeer[]): WiredPeer {
  const peer = wire.add({ seed, desiredId: BigInt(seed + 10), limits });
  wire.start(peer, ...others);
  wire.advance(6_000);
  return peer;
}

function expectSilence(wire: Wire, ...peers: readonly WiredPeer[]): void {
  const frontiers = (): number => peers.reduce((sum, { effects }) => sum + saidOf(effects, "frontiers").length, 0);
  // What was told is compared once more.
  wire.advance(15_000);
  const before = frontiers();
  wire.advance(30_000);
  expect(frontiers()).toBe(before);
}

test("a newcomer to whom one in the middle is lost for good shows what comes after it, marked, and then all is quiet", () => {
  const wire = new Wire();
  const first = start(wire, 1);
  say(wire, first);
  say(wire, first, 1_000);
  say(wire, first);
  wire.advance(3_000);
  const late = start(wire, 2, {}, first);
  wire.advance(10_000);
  expect(shownBy(late)).toEqual(["1", "(1 missing) 3"]);
  expectSilence(wire, first, late);
});

test("also while more is said all the time", () => {
  const wire = new Wire();
  const first = start(wire, 1);
  say(wire, first);
  say(wire, first, 1_000);
  say(wire, first);
  wire.advance(3_000);
  const late = start(wire, 2, {}, first);
  for (let second = 0; second < 10; second += 1) {
    say(wire, first);
    wire.advance(1_000);
  }
  expect(shownBy(late).slice(0, 3)).toEqual(["1", "(1 missing) 3", "4"]);
});

test("who was away for longer than others keep what was said goes on with what there still is, and then all is quiet", () => {
  const wire = new Wire();
  const limits = { spreadCountMax: 3 };
  const first = start(wire, 1, limits);
  const away = start(wire, 2, limits, first);
  say(wire, first);
  wire.advance(3_000);
  wire.kill(away);
  const other = start(wire, 3, limits, first);
  for (let number = 2; number <= 6; number += 1) say(wire, first);
  wire.advance(3_000);
  const again = wire.add({ seed: 2, desiredId: 12n, life: 2, store: away.store, limits });
  wire.start(again, other);
  wire.advance(15_000);
  expect(shownBy(again)).toEqual(["1", "(2 missing) 4", "5", "6"]);
  expectSilence(wire, first, other, again);
});

test("while the first of an answer waits for what another had said, the rest is still asked for, though nobody tells again", () => {
  const peer = new SpreadRoom([[1, 2]], { limits: { answerCountMax: 2, askMs: 100 } });
  peer.hear(2, { held: [held(7n, 1, 4)] });
  peer.take(2, [saying("7/1", { after: ["8/1"] }), saying("7/2")]);
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 4)], answer: true }))).toEqual([]);
  peer.take(2, [saying("8/1")]);
  expect(peer.shown).toEqual(["8/1", "7/1", "7/2"]);
  expect(peer.room.spread.nextDeadlineMs).toBeLessThanOrEqual(100);
  expect(peer.told(2, peer.due(100))).toContain("7 wants 3-4");
});

test("a neighbour that claims the most and gives nothing keeps nobody from who has it", () => {
  const peer = new SpreadRoom(
    [
      [1, 2],
      [1, 3],
    ],
    { limits: { askMs: 100 } },
  );
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1_000)] }))).toEqual(["7 wants 1-256"]);
  peer.hear(3, { held: [held(7n, 1, 2)] });
  expect(peer.told(2, peer.hear(2, { held: [held(7n, 1, 1_000)], answer: true }))).toEqual([]);
  expect(peer.told(3, peer.due(100))).toContain("7 wants 1-2");
  expect(left(peer.take(3, [saying("7/1"), saying("7/2")], 100))).toEqual([]);
  expect(peer.shown).toEqual(["7/1", "7/2"]);
  expect(left(peer.hear(2, { wanted: [wanted(7n, 1, 2)] }, 100))).toHaveLength(2);
});
