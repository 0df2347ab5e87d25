import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import { decodeBody } from "../../src/core/body.ts";
import { Wire, type WiredOptions, type WiredPeer } from "../world/wire.ts";

const ttlMs = 3_600_000;

/** Says something to everyone. @returns its number. */
function say(wire: Wire, peer: WiredPeer, text: string): number {
  const { number } = peer.core.submit({ to: 0n, body: encodeText(text), ttlMs }, wire.nowMs);
  wire.step(peer, { kind: "alarm" });
  wire.run();
  return number;
}

/** What a peer's inbox log holds, in its order. */
function heard(peer: WiredPeer): readonly string[] {
  const records = (peer.store.get("inbox") ?? []).map(({ value }) => decodeInboxRecord(value));
  return records.flatMap(({ bodies, missing }) => [
    ...(missing > 0 ? [`(${missing} missing)`] : []),
    ...bodies.map((bytes) => {
      const body = decodeBody(bytes);
      return typeof body !== "string" && body.kind === "text" ? body.text : "?";
    }),
  ]);
}

function statuses(peer: WiredPeer): readonly string[] {
  return peer.effects.flatMap((effect) =>
    effect.kind === "status" && effect.to === 0n ? [`${effect.first}-${effect.last} ${effect.status}`] : [],
  );
}

function sum(peers: readonly WiredPeer[], what: "spread" | "repaired" | "suppressed"): number {
  return peers.reduce((total, { core }) => total + core.counts[what], 0);
}

/** Peers 1 to count, each linked with the next, and every third with the one five further on. */
function meshOf(wire: Wire, count: number, options: Partial<WiredOptions> = {}): readonly WiredPeer[] {
  const peers = Array.from({ length: count }, (_, index) =>
    wire.add({ ...options, seed: index + 1, desiredId: BigInt(index + 11) }),
  );
  for (const [index, peer] of peers.entries()) {
    const others = [peers[index - 1], index % 3 === 0 ? peers[index - 5] : undefined];
    wire.start(peer, ...others.filter((other) => other !== undefined));
    wire.run();
  }
  wire.advance(1_000);
  return peers;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list.at(index);
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}

test("what is said to everyone reaches everyone once, in order, with one transmission for each", () => {
  const wire = new Wire();
  const peers = meshOf(wire, 12);
  const sender = at(peers, 4);
  for (let index = 1; index <= 5; index += 1) expect(say(wire, sender, `hello ${index}`)).toBe(index);
  wire.advance(5_000);
  for (const peer of peers) {
    const expected = peer === sender ? [] : ["hello 1", "hello 2", "hello 3", "hello 4", "hello 5"];
    expect(heard(peer)).toEqual(expected);
  }
  expect([sum(peers, "spread"), sum(peers, "repaired"), sum(peers, "suppressed")]).toEqual([5 * 11, 0, 0]);
  expect(statuses(sender).filter((status) => status.endsWith("spread"))).toHaveLength(5);
});

test("an idle mesh says nothing more about what everyone has", () => {
  const wire = new Wire();
  const peers = meshOf(wire, 6);
  say(wire, at(peers, 0), "hello");
  wire.advance(5_000);
  const before = peers.map(({ effects }) => effects.filter(({ kind }) => kind === "frame").length);
  const short = (peer: WiredPeer, from: number): readonly number[] =>
    peer.effects
      .filter((effect) => effect.kind === "frame")
      .slice(from)
      .flatMap((effect) => (effect.kind === "frame" ? [effect.bytes.length] : []));
  wire.advance(25_000);
  // Pings, pongs and sums of the topology only.
  for (const [index, peer] of peers.entries())
    for (const bytes of short(peer, at(before, index))) expect(bytes).toBe(11);
});

test("said while nobody is there, it waits, and whoever comes gets it", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1, desiredId: 11n });
  wire.start(a);
  wire.advance(6_000);
  say(wire, a, "anyone?");
  expect(statuses(a)).toEqual(["1-1 accepted"]);
  const b = wire.add({ seed: 2, desiredId: 12n });
  wire.start(b, a);
  wire.advance(3_000);
  expect(heard(b)).toEqual(["anyone?"]);
  expect(statuses(a)).toEqual(["1-1 accepted", "1-1 spread"]);
});

test("a peer that was away catches up on what it missed, also from others than its sender", () => {
  const wire = new Wire();
  const peers = meshOf(wire, 6);
  const [first, last] = [at(peers, 0), at(peers, -1)];
  say(wire, first, "one");
  wire.advance(3_000);
  wire.kill(last);
  wire.advance(10_000);
  for (const text of ["two", "three", "four"]) say(wire, first, text);
  wire.advance(3_000);
  wire.kill(first);
  const again = wire.add({ seed: 6, life: 2, store: last.store, desiredId: 16n });
  wire.start(again, at(peers, 4));
  wire.advance(5_000);
  expect(heard(again)).toEqual(["one", "two", "three", "four"]);
});

test("halves of a mesh that meet again tell each other all", () => {
  const wire = new Wire();
  const left = [1, 2, 3].map((seed) => wire.add({ seed, desiredId: BigInt(seed + 10) }));
  const right = [4, 5, 6].map((seed) => wire.add({ seed, desiredId: BigInt(seed + 10) }));
  for (const half of [left, right]) {
    wire.start(at(half, 0));
    wire.advance(6_000);
    wire.start(at(half, 1), at(half, 0));
    wire.start(at(half, 2), at(half, 1));
  }
  wire.advance(3_000);
  for (const half of [left, right]) for (const peer of half) say(wire, peer, `from ${peer.address}`);
  wire.advance(3_000);
  at(left, 2).core.connect(at(right, 0).address, wire.nowMs);
  wire.step(at(left, 2), { kind: "alarm" });
  wire.advance(5_000);
  for (const peer of [...left, ...right]) expect(heard(peer)).toHaveLength(5);
});
