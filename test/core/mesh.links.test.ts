import { expect, test } from "vitest";
import { fromBinary } from "@bufbuild/protobuf";
import { signedOf } from "../../src/core/advert.ts";
import type { Handshake } from "../../src/core/handshake.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { key64 } from "../../src/core/store-op.ts";
import { FrameSchema, GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { frameBytes, kindOf, saidOf } from "../world/frames.ts";
import { handshakeOf } from "../world/link-parts.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

type FrameInit = Parameters<typeof frameBytes>[0];

function hear(wire: Wire, peer: WiredPeer, link: number, frame: FrameInit): void {
  wire.step(peer, { kind: "frame", link, bytes: frameBytes(frame) });
}

function goodbyes(peer: WiredPeer, link?: number): readonly GoodbyeReason[] {
  return saidOf(peer.effects, "goodbye", link).map(({ reason }) => reason);
}

function dials(peer: WiredPeer): number {
  return kindOf(peer.effects, "dial").length;
}

/** A started peer, and a link that a stranger of that seed opened to it and said Hello on. */
function greeted(wire: Wire, seed: number, peer = started(wire)): Greeted {
  const link = wire.open(peer);
  const far = handshakeOf(seed);
  hear(wire, peer, link, { case: "hello", value: far.hello(0n, 0n) });
  return { peer, link, far };
}

interface Greeted {
  readonly peer: WiredPeer;
  readonly link: number;
  readonly far: Handshake;
}

function started(wire: Wire): WiredPeer {
  const peer = wire.add({ seed: 1 });
  wire.start(peer);
  wire.run();
  return peer;
}

/** The stranger confirms. */
function bringUp(wire: Wire, { peer, link, far }: Greeted): void {
  wire.run();
  const [welcome] = saidOf(peer.effects, "welcome", link);
  if (welcome === undefined) throw new Error("the Hello was not answered");
  const proof = far.welcomed(welcome);
  if (!(proof instanceof Uint8Array)) throw new Error(proof.message);
  hear(wire, peer, link, { case: "confirm", value: { signature: proof } });
}

/** Two peers, the second having dialled the first. */
function pair(wire: Wire): readonly [WiredPeer, WiredPeer] {
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  return [a, b];
}

test("a neighbour that falls silent is pinged three times, then the link ends and its address is dialled again", () => {
  const wire = new Wire();
  const [a, b] = pair(wire);
  a.frozen = true;
  wire.advance(defaultLimits.pingMs * 5);
  expect(saidOf(b.effects, "ping")).toHaveLength(3);
  expect(goodbyes(b)).toEqual([GoodbyeReason.LIMIT]);
  expect(kindOf(b.effects, "peer").map(({ state }) => state)).toEqual(["up", "down"]);
  expect(dials(b)).toBeGreaterThan(1);
  a.frozen = false;
  wire.advance(20_000);
  expect(b.core.view.peers()).toMatchObject([{ neighbour: true }]);
});

test("two idle neighbours keep their link by pings and pongs alone", () => {
  const wire = new Wire();
  const [a, b] = pair(wire);
  const before = b.effects.length;
  wire.advance(20_000);
  const cases = new Set(b.effects.slice(before).map(({ kind }) => kind));
  expect([...cases]).toEqual(["frame"]);
  expect(saidOf(b.effects.slice(before), "adverts")).toEqual([]);
  expect([...goodbyes(a), ...goodbyes(b)]).toEqual([]);
});

test("a dial that is accepted but never answered ends when the handshake takes too long, and is repeated", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a);
  wire.run();
  a.frozen = true;
  wire.start(b, a);
  wire.advance(defaultLimits.handshakeMs - 1);
  expect(goodbyes(b)).toEqual([]);
  wire.advance(1 + defaultLimits.redialMinMs * 1.25);
  expect(goodbyes(b)).toEqual([GoodbyeReason.LIMIT]);
  expect(dials(b)).toBe(2);
});

test("a stranger that says nothing, or never confirms, is sent away in time", () => {
  const wire = new Wire();
  const peer = started(wire);
  const silent = wire.open(peer);
  const { link } = greeted(wire, 7, peer);
  wire.advance(defaultLimits.handshakeMs);
  expect([goodbyes(peer, silent), goodbyes(peer, link)]).toEqual([[GoodbyeReason.LIMIT], [GoodbyeReason.LIMIT]]);
});

test("nothing is said on a link after its goodbye, although its digest is due at the same time", () => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1, limits: { digestMs: defaultLimits.pingMs * 4 } });
  wire.start(peer);
  wire.run();
  const stranger = greeted(wire, 7, peer);
  bringUp(wire, stranger);
  wire.advance(defaultLimits.pingMs * 4);
  const said = kindOf(peer.effects, "frame").map(({ bytes }) => fromBinary(FrameSchema, bytes).frame.case);
  expect(said.at(-1)).toBe("goodbye");
});

test("whoever dials a peer at its limit is told so and tries again; so does the peer at its limit", () => {
  const wire = new Wire();
  const busy = wire.add({ seed: 1, limits: { linksMax: 1 } });
  const others = [2, 3].map((seed) => wire.add({ seed }));
  const [first, second] = others;
  if (first === undefined || second === undefined) throw new Error("two were added");
  for (const peer of others) wire.start(peer);
  wire.start(busy, first, second);
  wire.advance(1_000);
  expect(busy.core.view.figures().links).toBe(1);
  expect(goodbyes(busy)).toContain(GoodbyeReason.LIMIT);
  const linked = first.core.view.figures().links === 1 ? first : second;
  wire.kill(linked);
  wire.advance(10_000);
  expect(busy.core.view.figures().links).toBe(1);
});

test("whoever was disconnected by hand stays so: neither side dials again", () => {
  for (const byDialler of [true, false]) {
    const wire = new Wire();
    const [a, b] = pair(wire);
    const [from, to] = byDialler ? [b, a] : [a, b];
    from.core.disconnect(to.core.id, wire.nowMs);
    wire.advance(60_000);
    expect([a, b].map(({ core }) => core.view.figures().links)).toEqual([0, 0]);
    expect(dials(b)).toBe(1);
    expect(goodbyes(from)).toEqual([GoodbyeReason.DISCONNECTED]);
  }
});

test("disconnecting an address works whether it is linked, being greeted, or waits to be dialled", () => {
  for (const stage of ["linked", "greeting", "waiting"]) {
    const wire = new Wire();
    const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
    if (stage !== "waiting") wire.start(a);
    wire.run();
    if (stage === "waiting") wire.kill(a);
    a.frozen = stage === "greeting";
    wire.start(b, a);
    wire.advance(50);
    b.core.disconnect(a.address, wire.nowMs);
    a.frozen = false;
    wire.advance(60_000);
    expect(b.core.view.figures().links).toBe(0);
    expect(() => b.core.disconnect(a.address, wire.nowMs)).toThrow(expect.objectContaining({ code: "unknown-peer" }));
  }
});

test("an id or address that there is no link with cannot be disconnected, one's own neither", () => {
  const wire = new Wire();
  const [a] = pair(wire);
  for (const target of [99n, a.core.id, "127.0.0.1:99"])
    expect(() => a.core.disconnect(target, wire.nowMs)).toThrow(expect.objectContaining({ code: "unknown-peer" }));
});

test("there is a bound on dialled addresses, which connect names", () => {
  const wire = new Wire();
  const a = wire.add({ seed: 1, limits: { dialTargetsMax: 1 } });
  a.core.connect("127.0.0.1:5", wire.nowMs);
  const sixth = (): void => a.core.connect("127.0.0.1:6", wire.nowMs);
  expect(sixth).toThrow(expect.objectContaining({ code: "resource-exhausted" }));
  expect(sixth).toThrow("1 addresses");
});

test("a peer that leaves says goodbye on every link, frees its id, dials nobody and takes no link any more", () => {
  const wire = new Wire();
  const [a, b] = pair(wire);
  const id = b.core.id;
  greeted(wire, 7, b);
  wire.step(b, { kind: "leave" });
  expect(goodbyes(b)).toEqual([GoodbyeReason.LEAVING, GoodbyeReason.LEAVING]);
  wire.advance(1_000);
  expect(dials(b)).toBe(1);
  expect(b.core.nextDeadlineMs).toBeGreaterThan(wire.nowMs);
  expect(kindOf(a.effects, "peer").at(-1)).toMatchObject({ id, state: "down" });
  const late = wire.open(b);
  expect(goodbyes(b, late)).toEqual([GoodbyeReason.LEAVING]);
  expect(b.store.get("leases")?.map(({ key }) => key)).not.toContain(key64(id));
  const heir = wire.add({ seed: 3, desiredId: id });
  wire.start(heir, a);
  wire.advance(100);
  expect(heir.core.identity).toMatchObject({ id, verdict: "granted" });
});

test("newcomers beyond a slot's ids wait for the next slot, and no longer", () => {
  const wire = new Wire();
  const peer = started(wire);
  const links = Array.from({ length: 600 }, (_, index) => greeted(wire, index + 10, peer).link);
  const answered = (): number => saidOf(peer.effects, "welcome").length;
  wire.step(peer, { kind: "persisted", commit: 1_000 });
  expect(answered()).toBeGreaterThanOrEqual(511);
  expect(answered()).toBeLessThan(600);
  expect(peer.core.nextDeadlineMs).toBeGreaterThan(wire.nowMs);
  expect(peer.core.nextDeadlineMs).toBeLessThanOrEqual(wire.nowMs + 10);
  wire.advance(10);
  expect(answered()).toBe(600);
  const ids = links.flatMap((link) => saidOf(peer.effects, "welcome", link).map(({ assignedId }) => assignedId));
  expect(new Set(ids).size).toBe(600);
});

test("newcomers wait while this peer has no id that is its own to give others from", () => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1 });
  peer.stalled = true;
  wire.start(peer);
  greeted(wire, 7, peer);
  wire.advance(defaultLimits.identityWaitMs * 2);
  expect(saidOf(peer.effects, "welcome")).toEqual([]);
  peer.stalled = false;
  wire.run();
  expect(saidOf(peer.effects, "welcome")).toHaveLength(1);
});

test.each<[string, FrameInit]>([
  ["a Hello", { case: "hello", value: handshakeOf(7).hello(0n, 0n) }],
  ["a Welcome", { case: "welcome", value: {} }],
  ["a Confirm", { case: "confirm", value: {} }],
  [
    "a forged advert",
    { case: "adverts", value: { adverts: [{ ...signedOf(fakePeer(8).advert()), signature: new Uint8Array(64) }] } },
  ],
])("%s on a link that is up breaks the protocol", (_, frame) => {
  const wire = new Wire();
  const stranger = greeted(wire, 7);
  bringUp(wire, stranger);
  const { peer, link } = stranger;
  hear(wire, peer, link, frame);
  expect(goodbyes(peer, link)).toEqual([GoodbyeReason.PROTOCOL]);
  const after = peer.effects.length;
  hear(wire, peer, link, { case: "ping", value: { nonce: 1n } });
  expect(peer.effects.slice(after)).toEqual([]);
});

test("a ping is answered with its nonce; a pong, an exchange and unknown frames are taken without a word", () => {
  const wire = new Wire();
  const stranger = greeted(wire, 7);
  bringUp(wire, stranger);
  const { peer, link } = stranger;
  const before = peer.effects.length;
  hear(wire, peer, link, { case: "ping", value: { nonce: 77n } });
  hear(wire, peer, link, { case: "pong", value: { nonce: 1n } });
  hear(wire, peer, link, { case: "exchange", value: {} });
  wire.step(peer, { kind: "frame", link, bytes: new Uint8Array([0xfa, 0x01, 0x00]) });
  expect(saidOf(peer.effects.slice(before), "pong", link)).toMatchObject([{ nonce: 77n }]);
  expect(kindOf(peer.effects.slice(before), "frame")).toHaveLength(1);
});

test("a link is up for its neighbour only once confirmed: nothing is told before", () => {
  const wire = new Wire();
  const { peer, link, far } = greeted(wire, 7);
  wire.run();
  expect(peer.core.view.figures().links).toBe(0);
  expect(saidOf(peer.effects, "adverts", link)).toEqual([]);
  bringUp(wire, { peer, link, far });
  expect(peer.core.view.figures().links).toBe(1);
  expect(saidOf(peer.effects, "adverts", link)).toHaveLength(1);
});
