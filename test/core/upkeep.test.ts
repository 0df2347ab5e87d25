import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import type { Handshake } from "../../src/core/handshake.ts";
import type { UpkeepOptions } from "../../src/core/upkeep.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { framesOf, frameBytes, kindOf, saidOf } from "../world/frames.ts";
import { handshakeOf } from "../world/link-parts.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

function start(wire: Wire, seed: number, upkeep: UpkeepOptions, limits = {}): WiredPeer {
  const peer = wire.add({ seed, limits });
  wire.step(peer, { kind: "start", listen: peer.address, peers: [], upkeep });
  return peer;
}

function linksOf(peer: WiredPeer): number {
  return peer.core.view.figures().links;
}

function dialled(peer: WiredPeer, since = 0): readonly string[] {
  return kindOf(peer.effects.slice(since), "dial").map(({ address }) => address);
}

/** So many peers that know of the first. */
function crowd(wire: Wire, size: number, degree: UpkeepOptions["degree"]): readonly WiredPeer[] {
  const bootstrap = ["127.0.0.1:1"];
  return Array.from({ length: size }, (_, index) => {
    const peer = start(wire, index + 1, { degree, bootstrap: index === 0 ? [] : bootstrap });
    wire.advance(50);
    return peer;
  });
}

/** A stranger of that seed links with the peer, by hand. @returns the link. */
function join(wire: Wire, peer: WiredPeer, seed: number): number {
  const link = wire.open(peer);
  const far: Handshake = handshakeOf(seed);
  hear(wire, peer, link, { case: "hello", value: { ...far.hello(BigInt(seed), 0n), features: ["spare"] } });
  wire.run();
  const [welcome] = saidOf(peer.effects, "welcome", link);
  const proof = welcome === undefined ? undefined : far.welcomed(welcome);
  if (proof instanceof Uint8Array) hear(wire, peer, link, { case: "confirm", value: { signature: proof } });
  return link;
}

function hear(wire: Wire, peer: WiredPeer, link: number, frame: Parameters<typeof frameBytes>[0]): void {
  wire.step(peer, { kind: "frame", link, bytes: frameBytes(frame) });
}

test("once all have links enough, nothing is said but pings and sums, and nobody is dialled (invariant 2)", () => {
  const wire = new Wire();
  const peers = crowd(wire, 7, { min: 2, max: 3 });
  wire.advance(defaultLimits.leaseMs + 60_000);
  const since = peers.map(({ effects }) => effects.length);
  wire.advance(600_000);
  for (const [index, peer] of peers.entries()) {
    expect(linksOf(peer)).toBeGreaterThan(1);
    expect(linksOf(peer)).toBeLessThan(4);
    const effects = peer.effects.slice(since[index]);
    const said = new Set(framesOf(effects).map((frame) => frame.case));
    expect([...said].filter((name) => name !== "ping" && name !== "pong" && name !== "digest")).toEqual([]);
    expect(new Set(effects.map(({ kind }) => kind))).toEqual(new Set(["frame"]));
  }
});

test("two that can never have links enough ask each other ever more seldom, and dial nobody", () => {
  const wire = new Wire();
  const [, b] = crowd(wire, 2, { min: 3, max: 4 });
  if (b === undefined) throw new Error("two were added");
  const asked = [60_000, 600_000, 3_600_000].map((ms) => {
    const since = b.effects.length;
    wire.advance(ms);
    expect(dialled(b, since)).toEqual([]);
    return saidOf(b.effects.slice(since), "exchange").filter(({ wanted }) => wanted > 0).length;
  });
  const [first, then, last] = asked;
  expect(first).toBeLessThan(12);
  expect(then).toBeLessThan(6);
  expect(last).toBeLessThan(8);
});

test("a stranger that finds no room is told who has room, and then goodbye; the person's log is not warned", () => {
  const wire = new Wire();
  // Three in a row of which the middle one is full, and its neighbours have room.
  const [a, b] = [start(wire, 1, { degree: { min: 1, max: 2 }, bootstrap: [] }), wire.add({ seed: 2 })];
  wire.start(b, a);
  const c = wire.add({ seed: 3 });
  wire.start(c, a);
  wire.advance(200);
  const before = a.effects.length;
  hear(wire, a, wire.open(a), { case: "hello", value: { ...handshakeOf(9).hello(0n, 0n), features: ["spare"] } });
  const effects = a.effects.slice(before);
  expect(framesOf(effects).map((frame) => frame.case)).toEqual(["exchange", "goodbye"]);
  expect([...(saidOf(effects, "exchange")[0]?.addresses ?? [])].toSorted()).toEqual([b.address, c.address]);
  expect(saidOf(effects, "goodbye")[0]?.reason).toBe(GoodbyeReason.LIMIT);
  expect(kindOf(effects, "notice").filter(({ level }) => level === "warn")).toEqual([]);
});

test("a link that a person at the other end asks for finds room, whatever the most is (invariant 1)", () => {
  const wire = new Wire();
  const a = start(wire, 1, { degree: { min: 1, max: 1 }, bootstrap: [] });
  for (const seed of [2, 3, 4]) wire.start(wire.add({ seed }), a);
  wire.advance(60_000);
  expect(linksOf(a)).toBe(3);
});

test("a hostile neighbour's hundred thousand addresses cost a few dials, ever more seldom (invariant 3)", () => {
  const wire = new Wire();
  const a = start(wire, 1, { degree: { min: 2, max: 3 }, bootstrap: [] });
  const hostile = join(wire, a, 7);
  expect(linksOf(a)).toBe(1);
  let told = 0;
  const lie = (count: number): void => {
    const addresses = Array.from({ length: count }, () => `127.0.0.1:${1_000 + (told++ % 60_000)}`);
    hear(wire, a, hostile, { case: "exchange", value: { addresses } });
  };
  lie(100_000);
  const perMinute = Array.from({ length: 5 }, () => {
    const since = a.effects.length;
    for (let turn = 0; turn < 20; turn += 1) {
      wire.advance(3_000);
      lie(100);
    }
    return dialled(a, since).length;
  });
  expect(linksOf(a)).toBe(1);
  expect(perMinute[0]).toBeGreaterThan(3);
  expect(perMinute[0]).toBeLessThan(12);
  expect(perMinute.slice(1).reduce((sum, dials) => sum + dials, 0)).toBeLessThan(8);
});

test("whoever keeps no links by itself answers all the same, and learns nothing", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  const link = join(wire, a, 7);
  const before = a.effects.length;
  hear(wire, a, link, { case: "exchange", value: { wanted: 5, addresses: ["127.0.0.1:9"] } });
  wire.advance(2_000);
  expect(saidOf(a.effects.slice(before), "exchange", link).map(({ addresses }) => addresses)).toEqual([[b.address]]);
  expect(dialled(a, before)).toEqual([]);
});

test("a peer that knows bootstrap addresses has one of them assign its id", () => {
  const wire = new Wire();
  const a = start(wire, 1, { degree: { min: 1, max: 2 }, bootstrap: [] });
  wire.run();
  const b = start(wire, 2, { degree: { min: 1, max: 2 }, bootstrap: ["127.0.0.1:9", a.address] });
  wire.advance(3_000);
  expect(b.core.identity.ready).toBe(true);
  expect(saidOf(a.effects, "welcome").map(({ assignedId }) => assignedId)).toEqual([b.core.id]);
});

test("a peer whose bootstrap addresses do not answer gives itself an id, and goes on asking", () => {
  const wire = new Wire();
  const a = start(wire, 1, { degree: { min: 1, max: 2 }, bootstrap: ["127.0.0.1:8", "127.0.0.1:9"] });
  wire.advance(2_000);
  expect(a.core.identity.ready).toBe(true);
  const since = a.effects.length;
  wire.advance(60_000);
  expect(dialled(a, since).length).toBeGreaterThan(9);
});

test("a bootstrap address that turns out to be this peer's own is not dialled again, and nobody is bothered", () => {
  const wire = new Wire();
  const lone = start(wire, 3, { degree: { min: 1, max: 2 }, bootstrap: ["localhost:3"] });
  wire.advance(60_000);
  expect(dialled(lone)).toEqual(["localhost:3"]);
  expect(kindOf(lone.effects, "error")).toEqual([]);
});

test("a peer that leaves looks for nobody any more", () => {
  const wire = new Wire();
  const a = start(wire, 1, { degree: { min: 1, max: 2 }, bootstrap: ["127.0.0.1:9"] });
  wire.advance(1_000);
  wire.step(a, { kind: "leave" });
  const since = a.effects.length;
  wire.advance(60_000);
  expect(dialled(a, since)).toEqual([]);
});

test("the same events give the same effects", () => {
  const runs = [1, 2].map(() => {
    const wire = new Wire();
    const peers = crowd(wire, 6, { min: 2, max: 3 });
    wire.advance(60_000);
    return peers.map(({ effects }) =>
      JSON.stringify(effects, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
    );
  });
  expect(runs[0]).toEqual(runs[1]);
});
