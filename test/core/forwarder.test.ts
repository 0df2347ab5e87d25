import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import { Forwarder } from "../../src/core/forwarder.ts";
import { bodyOf, type HeaderFields } from "../../src/core/header.ts";
import { logged } from "./inbox-room.ts";
import {
  envelopeOf,
  headerOf,
  nodeOfSeed,
  ownEpoch,
  receiptsIn,
  Room,
  type Outcome,
  type RoomOptions,
} from "./room.ts";

// Peer 1 has links with 2, 3 and 4; behind 3 is 5, behind 4 is 6.
const star = [
  [1, 2],
  [1, 3],
  [1, 4],
  [3, 5],
  [4, 6],
] as const;

class ForwarderRoom {
  readonly room: Room;
  readonly #forwarder: Forwarder;

  constructor(options: RoomOptions = {}) {
    this.room = new Room(options);
    this.room.wire(star);
    this.#forwarder = new Forwarder({ ...this.room, seed: 1n });
  }

  /** Takes an envelope over the link with 2, or another. */
  take(fields: Partial<HeaderFields> = {}, from = 2, body = encodeText("hi")): Outcome {
    const envelope = envelopeOf({ destinations: [5n], ...fields }, body);
    return this.room.durably(() => expect(this.fault(envelope, from)).toBe(undefined));
  }

  fault(envelope: Uint8Array, from = 2): string | undefined {
    return this.#forwarder.take(this.room.link(from), envelope, 0);
  }

  count(what: "suppressed" | "stranded" | "outOfHops" | "forwarded"): number {
    return this.room.effects.counts[what];
  }
}

test("an envelope goes on towards its destination with a hop less, and nothing else of it changes", () => {
  const { sent } = new ForwarderRoom().take({ hopsLeft: 9 });
  expect(sent.map(({ over }) => over)).toEqual([3]);
  expect(sent[0]?.bytes).toEqual(envelopeOf({ destinations: [5n], hopsLeft: 8 }));
});

test("a copy seen before is dropped; another attempt is another copy", () => {
  const peer = new ForwarderRoom();
  expect(peer.take().sent).toHaveLength(1);
  expect([peer.take().sent, peer.take({ hopsLeft: 3 }, 4).sent]).toEqual([[], []]);
  expect(peer.take({ attempt: 2 }).sent).toHaveLength(1);
  expect(peer.count("suppressed")).toBe(2);
});

test("copies of one envelope on their way to different destinations are all let through", () => {
  const peer = new ForwarderRoom();
  expect([5n, 6n].map((to) => peer.take({ destinations: [to] }).sent[0]?.over)).toEqual([3, 4]);
});

test("its own envelopes are dropped when they come back, whoever they say they are from", () => {
  const peer = new ForwarderRoom();
  expect(peer.take({ epoch: ownEpoch, origin: 2n }).sent).toEqual([]);
  expect(peer.count("suppressed")).toBe(1);
});

test("without hops left an envelope is delivered, but not passed on", () => {
  const peer = new ForwarderRoom();
  expect(peer.take({ hopsLeft: 0 }).sent).toEqual([]);
  expect(peer.count("outOfHops")).toBe(1);
  peer.take({ hopsLeft: 0, destinations: [1n] });
  expect(logged(peer.room.store)).toEqual([1]);
});

test("more hops than any honest peer gives are cut to what it would give", () => {
  const peer = new ForwarderRoom();
  const { sent } = peer.take({ hopsLeft: 2 ** 32 - 1 });
  expect(sent[0]?.header.hopsLeft).toBe(peer.room.limits.hopsMax - 1);
});

test("an envelope to many is split by next hop, one copy per link, with the keys of its destinations", () => {
  const peer = new ForwarderRoom({ custody: false });
  const keys = [3, 5, 1, 6].map(nodeOfSeed);
  const { sent } = peer.take({ destinations: [3n, 5n, 1n, 6n], destinationKeys: keys });
  const messages = sent.filter(({ header }) => header.conversation !== 0n);
  expect(
    messages.map(({ over, header }) => [over, header.destinations, header.destinationKeys, header.hopsLeft]),
  ).toEqual([
    [3, [3n, 5n], [nodeOfSeed(3), nodeOfSeed(5)], 8],
    [4, [6n], [nodeOfSeed(6)], 8],
  ]);
  expect(logged(peer.room.store)).toEqual([1]);
});

test("this peer many times over among the destinations is one message", () => {
  const peer = new ForwarderRoom();
  peer.take({ destinations: Array.from({ length: 1_024 }, () => 1n) });
  expect(logged(peer.room.store)).toEqual([1]);
});

test("what has no road is kept, each destination for itself, and its sender is told", () => {
  const peer = new ForwarderRoom();
  const { sent } = peer.take({ destinations: [8n, 9n], destinationKeys: [0n, 99n] });
  expect([...peer.room.mailbox.shelves()].map(({ target, boundTo }) => [target, boundTo])).toEqual([
    [8n, 0n],
    [9n, 99n],
  ]);
  expect(receiptsIn(sent)).toHaveLength(1);
});

test("nothing goes back where it came from: it is kept here instead", () => {
  const peer = new ForwarderRoom();
  const { sent } = peer.take({}, 3);
  expect(sent.filter(({ header }) => header.conversation !== 0n)).toEqual([]);
  expect(peer.room.mailbox.size).toBe(1);
});

test("a bundle without a road is kept whole, each destination for itself, and its sender is told of all in it", () => {
  const peer = new ForwarderRoom();
  const { sent, ops } = peer.take({ destinations: [8n, 9n] }, 2, encodeBundle([encodeText("one"), encodeText("two")]));
  expect([peer.room.mailbox.size, ops.filter(({ table }) => table === "mailbox").length]).toEqual([4, 2]);
  expect(receiptsIn(sent).flatMap(({ ranges }) => ranges)).toContainEqual({ first: 1, last: 2 });
});

test("a bundle without a road that is malformed, or empty, is dropped", () => {
  const peer = new ForwarderRoom();
  peer.take({ destinations: [9n] }, 2, Uint8Array.of(0xa2, 0x01, 2, 0x0a, 5));
  peer.take({ destinations: [9n], number: 2 }, 2, encodeBundle([]));
  expect(peer.room.mailbox.size).toBe(0);
});

test("a bundle goes on by the next link as one envelope", () => {
  const peer = new ForwarderRoom();
  const bundle = encodeBundle([encodeText("one"), encodeText("two")]);
  const { sent } = peer.take({}, 2, bundle);
  expect(sent.map(({ header, bytes }) => [header.number, bodyOf(bytes)])).toEqual([[1, bundle]]);
});

test("without custody, or when it is no message, what has no road is dropped", () => {
  const plain = new ForwarderRoom({ custody: false });
  expect(plain.take({ destinations: [9n] }).sent).toEqual([]);
  const peer = new ForwarderRoom();
  peer.take({ destinations: [9n], conversation: 0n });
  peer.take({ destinations: [9n], number: 0 });
  expect([plain.count("stranded"), peer.count("stranded"), peer.room.mailbox.size]).toEqual([1, 2, 0]);
});

test("mail bound to a node goes to it under whatever id, and not to whoever holds the id", () => {
  const peer = new ForwarderRoom();
  const { sent } = peer.take({ destinations: [5n], destinationKeys: [nodeOfSeed(6)] });
  expect(sent.map(({ over }) => over)).toEqual([4]);
  const mine = peer.take({ number: 2, destinations: [1n], destinationKeys: [nodeOfSeed(5)] });
  expect([mine.sent.map(({ over }) => over), logged(peer.room.store)]).toEqual([[3], []]);
});

test("what is malformed, goes nowhere, or could not be passed on is a fault of the link", () => {
  const peer = new ForwarderRoom();
  expect(peer.fault(Uint8Array.of(0xff))).toBeTypeOf("string");
  expect(peer.fault(envelopeOf({ destinations: [] }))).toBe("an envelope has no destination");
  const large = envelopeOf({ destinations: [5n] }, encodeText("x".repeat(3 * 2 ** 20)));
  expect(peer.fault(large)).toMatch(/too large/);
});

test("what would grow beyond what the next peer takes is dropped, not passed on to end an honest link", () => {
  const peer = new ForwarderRoom({ limits: { frameBytesMax: 2_000 } });
  const room = 1_000 - envelopeOf({ destinations: [5n, 9n] }, encodeText("x".repeat(500))).length + 500;
  // One of two destinations goes on: written anew, with the key that it is bound to.
  const largest = envelopeOf({ destinations: [5n, 9n] }, encodeText("x".repeat(room)));
  expect([largest.length, peer.fault(largest)]).toEqual([1_000, undefined]);
  const keyed = { destinations: [5n, 5n], destinationKeys: [], hopsLeft: 9, number: 2 };
  const { sent } = peer.take(keyed);
  expect(sent[0]?.header.destinationKeys).toEqual([]);
});

test("the largest parcel that an honest peer makes is passed on", () => {
  const peer = new ForwarderRoom();
  const { bodyBytesMax, batchBytesMax } = peer.room.limits;
  const envelope = envelopeOf({ destinations: [5n] }, encodeText("x".repeat(bodyBytesMax + batchBytesMax + 20_000)));
  expect(peer.fault(envelope)).toBe(undefined);
  expect(headerOf(envelope).destinations).toEqual([5n]);
});

test("an envelope whose first field is not its hops is passed on all the same, with a hop less", () => {
  const peer = new ForwarderRoom();
  const plain = envelopeOf({ destinations: [5n] });
  const turned = Uint8Array.from([...plain.subarray(5), ...plain.subarray(0, 5)]);
  const { sent } = peer.room.durably(() => peer.fault(turned));
  expect(sent[0]?.header).toEqual({ ...headerOf(plain), hopsLeft: 8 });
});
