import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBatch } from "../../src/core/batch.ts";
import { encodeText } from "../../src/core/body.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { storeFormat } from "../../src/core/store-format.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { StoreFormatSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { frameBytes, kindOf, saidOf } from "../world/frames.ts";
import { handshakeOf } from "../world/link-parts.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";
import { newsIn } from "../world/statuses.ts";

function sendText(wire: Wire, from: WiredPeer, to: bigint, text: string): { conversation: bigint; number: number } {
  return from.core.submit({ to, body: encodeText(text), ttlMs: defaultLimits.ttlMs }, wire.nowMs);
}

function statuses(peer: WiredPeer): readonly string[] {
  return kindOf(peer.effects, "status")
    .flatMap(newsIn)
    .map(({ number, status }) => `${number} ${status}`);
}

/** Three peers in a line: the second dials the third, the first the second. Their ids are 11, 12, 13. */
function line(wire: Wire): readonly [WiredPeer, WiredPeer, WiredPeer] {
  const [a, b, c] = [
    wire.add({ seed: 1, desiredId: 11n }),
    wire.add({ seed: 2, desiredId: 12n }),
    wire.add({ seed: 3, desiredId: 13n }),
  ];
  wire.start(c);
  wire.start(b, c);
  wire.start(a, b);
  wire.advance(500);
  return [a, b, c];
}

function alone(wire: Wire): WiredPeer {
  const peer = wire.add({ seed: 1, desiredId: 11n });
  wire.start(peer);
  wire.run();
  return peer;
}

test("a message goes hop by hop and its receipt comes back", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  expect(sendText(wire, a, 13n, "Hi there!")).toMatchObject({ number: 1 });
  wire.run();
  expect(statuses(a)).toEqual(["1 accepted", "1 delivered"]);
  expect(kindOf(c.effects, "received")).toHaveLength(1);
  expect(c.core.cursor).toBe(1);
  expect(b.core.counts.forwarded).toBeGreaterThanOrEqual(2);
});

test("who comes and who goes is told once each, the peer itself excepted", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  wire.step(c, { kind: "leave" });
  wire.advance(1_000);
  const told = (peer: WiredPeer): readonly string[] =>
    kindOf(peer.effects, "peer").map(({ id, state }) => `${id} ${state}`);
  expect(told(a).toSorted()).toEqual(["12 up", "13 down", "13 up"]);
  expect(told(b).toSorted()).toEqual(["11 up", "13 down", "13 up"]);
});

test("what submit starts takes effect with the next step, which is due at once (invariant 1)", () => {
  const wire = new Wire();
  const [a] = line(wire);
  expect(a.core.nextDeadlineMs).toBeGreaterThan(wire.nowMs);
  sendText(wire, a, 13n, "one");
  sendText(wire, a, 13n, "two");
  expect(a.core.nextDeadlineMs).toBeLessThanOrEqual(wire.nowMs);
  const effects = wire.step(a, { kind: "alarm" });
  expect(kindOf(effects, "persist")).toHaveLength(1);
  expect(a.core.nextDeadlineMs).toBeGreaterThan(wire.nowMs);
});

test("what connect and disconnect start takes effect with the next step, which is due at once (invariant 1)", () => {
  const wire = new Wire();
  const [a] = line(wire);
  a.core.connect("127.0.0.1:99", wire.nowMs);
  expect(a.core.nextDeadlineMs).toBeLessThanOrEqual(wire.nowMs);
  expect(wire.step(a, { kind: "alarm" })).toEqual([{ kind: "dial", address: "127.0.0.1:99" }]);
  a.core.disconnect(12n, wire.nowMs);
  expect(a.core.nextDeadlineMs).toBeLessThanOrEqual(wire.nowMs);
  const effects = wire.step(a, { kind: "alarm" });
  expect(saidOf(effects, "goodbye")).toMatchObject([{ reason: GoodbyeReason.DISCONNECTED }]);
});

test("an alarm before the deadline does nothing, so no deadline is late (invariant 2)", () => {
  const wire = new Wire();
  const peers = line(wire);
  sendText(wire, peers[0], 99n, "to nobody yet");
  for (let tick = 0; tick < 400; tick += 1) {
    for (const peer of peers) {
      if (peer.core.nextDeadlineMs <= wire.nowMs) continue;
      expect(wire.step(peer, { kind: "alarm" })).toEqual([]);
    }
    if (tick === 200) peers[1].frozen = true;
    wire.advance(25);
  }
});

test("a deadline that was met is not asked for again at the same time (invariant 2)", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  wire.kill(b);
  for (const peer of [a, c]) sendText(wire, peer, 12n, "to who is away");
  for (let turn = 0; turn < 500; turn += 1) {
    wire.run();
    for (const { core } of [a, c]) expect(core.nextDeadlineMs).toBeGreaterThan(wire.nowMs);
    wire.nowMs = Math.min(a.core.nextDeadlineMs, c.core.nextDeadlineMs);
  }
});

test("the same events at the same times give the same effects", () => {
  const traces = [1, 2].map(() => {
    const wire = new Wire();
    const peers = line(wire);
    sendText(wire, peers[0], 13n, "again");
    wire.advance(3_000);
    return peers.map(({ effects }) => effects);
  });
  expect(traces[0]).toEqual(traces[1]);
});

test("ready is told once and only when the id is durable, however long the disk takes", () => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1, desiredId: 11n });
  peer.stalled = true;
  wire.start(peer);
  wire.advance(60_000);
  expect(kindOf(peer.effects, "ready")).toEqual([]);
  peer.stalled = false;
  wire.advance(60_000);
  expect(kindOf(peer.effects, "ready")).toHaveLength(1);
});

test("a new store is marked with its format before anything else is known", () => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1 });
  const [first] = kindOf(wire.step(peer, { kind: "alarm" }), "persist");
  expect(first?.ops.map(({ table, key }) => `${table}/${key}`)).toEqual(["meta/format"]);
});

test("a store that a newer e3 wrote is refused", () => {
  const value = toBinary(StoreFormatSchema, create(StoreFormatSchema, { version: storeFormat + 1 }));
  const store = new Map([["meta" as const, [{ key: "format", value }]]]);
  expect(() => new Wire().add({ seed: 1, store })).toThrow(expect.objectContaining({ code: "store-newer" }));
});

test("while the store fails nothing is accepted, and it says why; afterwards it goes on", () => {
  const wire = new Wire();
  const peer = alone(wire);
  wire.step(peer, { kind: "store-failing", failing: true });
  expect(() => sendText(wire, peer, 13n, "now")).toThrow(expect.objectContaining({ code: "store-failed" }));
  wire.step(peer, { kind: "store-failing", failing: false });
  expect(sendText(wire, peer, 13n, "now").number).toBe(1);
});

test("a peer that comes back keeps what it had not settled, and delivers it", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  wire.kill(c);
  sendText(wire, a, 13n, "are you there?");
  wire.run();
  const again = wire.add({ seed: 1, life: 2, store: a.store });
  wire.start(again, b);
  wire.advance(500);
  const back = wire.add({ seed: 3, life: 2, store: c.store });
  wire.start(back, b);
  wire.advance(2_000);
  expect(again.core.id).toBe(11n);
  expect(statuses(again)).toContain("1 delivered");
  expect(back.core.cursor).toBe(1);
});

const badFrames: readonly [string, Uint8Array][] = [
  ["too large", new Uint8Array(defaultLimits.frameBytesMax + 1)],
  ["malformed", new Uint8Array([0x0a, 0x05, 0x01])],
  ["a batch of envelopes", encodeBatch([new Uint8Array([1])])],
];

test.each(badFrames)("before the handshake is through, a frame that is %s ends the link", (_, bytes) => {
  const wire = new Wire();
  const peer = alone(wire);
  const link = wire.open(peer);
  const effects = wire.step(peer, { kind: "frame", link, bytes });
  expect(saidOf(effects, "goodbye", link)).toMatchObject([{ reason: GoodbyeReason.PROTOCOL }]);
  expect(kindOf(effects, "hang-up")).toMatchObject([{ link }]);
  expect(wire.step(peer, { kind: "frame", link, bytes })).toEqual([]);
});

test("events of links that are not known are passed over", () => {
  const wire = new Wire();
  const peer = alone(wire);
  const bytes = frameBytes({ case: "ping", value: { nonce: 1n } });
  expect(wire.step(peer, { kind: "frame", link: 99, bytes })).toEqual([]);
  expect(wire.step(peer, { kind: "link-full", link: 99 })).toEqual([]);
  expect(wire.step(peer, { kind: "link-closed", link: 99, reason: "gone" })).toEqual([]);
});

test("no bytes a stranger sends are an exception, and whatever they are they end at most its own link", () => {
  const hello = frameBytes({ case: "hello", value: handshakeOf(7).hello(0n, 0n) });
  const bent = fc
    .tuple(fc.nat({ max: hello.length - 1 }), fc.nat({ max: 255 }))
    .map(([at, byte]) => hello.with(at, byte));
  const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 60 }), bent), { minLength: 1, maxLength: 4 });
  const wire = new Wire();
  const peer = alone(wire);
  const kept = wire.open(peer);
  wire.step(peer, { kind: "frame", link: kept, bytes: hello });
  fc.assert(
    fc.property(frames, (sent) => {
      const link = wire.open(peer);
      for (const bytes of sent) wire.step(peer, { kind: "frame", link, bytes });
      wire.step(peer, { kind: "link-closed", link, reason: "gone" });
      expect(saidOf(peer.effects, "goodbye", kept)).toEqual([]);
      expect(peer.core.view.figures().links).toBe(0);
    }),
    { numRuns: 300 },
  );
});
