import { expect, test } from "vitest";
import { encodeCustody, encodeReceipts, encodeText } from "../../src/core/body.ts";
import { Leases } from "../../src/core/leases.ts";
import { Post } from "../../src/core/post.ts";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";
import { logged } from "./inbox-room.ts";
import { envelopeOf, nodeOfSeed, numbersIn, ownEpoch, parcelsIn, Room, type Outcome } from "./room.ts";
import { Shelves } from "./shelves.ts";

const line = [
  [1, 2],
  [2, 5],
] as const;

/** A whole post over a room: its events are finished as the core finishes them. */
class PostRoom {
  readonly room: Room;
  readonly post: Post;

  constructor(store = new Shelves(), incarnation = 1n) {
    this.room = new Room({ store, incarnation });
    const stored = { count: store.value("meta", "spread"), entries: store.entries("spread") };
    const leases = Leases.from([], 0, this.room.limits);
    const { self } = this.room.roads;
    this.post = new Post({
      storedReads: [],
      readReceipts: true,
      ...this.room,
      self,
      leaf: false,
      leases,
      custody: true,
      seed: 1n,
      stored,
      storedGroups: [],
      storedSent: undefined,
      sessionLink: { open: () => {}, close: () => {}, due: () => {}, nextDeadlineMs: Infinity },
      name: () => 1n,
    });
  }

  event(happen: () => void, nowMs = 0): Outcome {
    const { room, post } = this;
    return room.durably(() => {
      happen();
      if (nowMs >= post.nextDeadlineMs) post.due(nowMs);
      do post.flush(nowMs);
      while (room.effects.close(nowMs) || post.hasOwn);
    }, nowMs);
  }

  /** What became durable runs, and is finished too. */
  settle(nowMs = 0): Outcome {
    return this.event(() => {}, nowMs);
  }

  reroute(pairs: readonly (readonly [number, number])[], nowMs = 0): Outcome {
    this.room.wire(pairs, nowMs);
    const [first, next] = [this.event(() => this.post.reroute(nowMs), nowMs), this.settle(nowMs)];
    return { ...first, sent: [...first.sent, ...next.sent] };
  }

  send(to: bigint, count: number): Outcome {
    return this.event(() => {
      for (let index = 1; index <= count; index += 1)
        this.room.outbox.submit(
          { to, boundTo: this.room.roads.target(to, 0n) ?? 0n, body: encodeText(`${index}`), ttlMs: 9_000 },
          0,
        );
    });
  }

  /** Lets time pass from deadline to deadline; fails if one does not move on. */
  pass(untilMs: number): number {
    let [events, nowMs] = [0, -1];
    for (; this.post.nextDeadlineMs < untilMs; events += 1) {
      expect(this.post.nextDeadlineMs).toBeGreaterThan(nowMs);
      nowMs = this.post.nextDeadlineMs;
      this.event(() => {}, nowMs);
    }
    return events;
  }
}

test("what is sent leaves once it is durable, what arrives is logged, receipts settle", () => {
  const peer = new PostRoom();
  peer.reroute(line);
  expect(numbersIn(peer.send(5n, 2).sent)).toEqual([1, 2]);
  const receipts = [
    { epoch: ownEpoch, conversation: 5n, status: ReceiptStatus.DELIVERED, ranges: [{ first: 1, last: 2 }], reason: 0 },
  ];
  const control = envelopeOf({ conversation: 0n, origin: 5n }, encodeReceipts(receipts));
  const { told } = peer.event(() => {
    expect(peer.post.arrived(peer.room.link(2), [control, envelopeOf()], 0)).toBe(undefined);
  });
  expect(told).toEqual(["1 delivered", "2 delivered"]);
  expect(logged(peer.room.store)).toEqual([1]);
});

test("a fault is told, and what came before it counts", () => {
  const peer = new PostRoom();
  peer.reroute(line);
  const batch = [envelopeOf(), Uint8Array.of(0), envelopeOf({ number: 2 })];
  peer.event(() => expect(peer.post.arrived(peer.room.link(2), batch, 0)).toBeTypeOf("string"));
  expect(logged(peer.room.store)).toEqual([1]);
});

test("a message to oneself is logged and settled in one go", () => {
  const peer = new PostRoom();
  const first = peer.send(1n, 1);
  const told = [...first.told, ...peer.settle().told, ...peer.settle().told];
  expect(told).toEqual(["1 accepted", "1 delivered"]);
  expect(logged(peer.room.store)).toEqual([1]);
});

test("a link with room again is used", () => {
  const peer = new PostRoom();
  peer.reroute(line);
  peer.room.link(2).full = true;
  expect(peer.send(5n, 1).sent).toEqual([]);
  peer.room.link(2).full = false;
  expect(numbersIn(peer.event(() => peer.post.linkReady(0)).sent)).toEqual([1]);
});

test("with sends, mail and holes waiting, its deadlines move on and become few (nobody asks in a circle)", () => {
  const peer = new PostRoom();
  peer.reroute(line);
  peer.send(5n, 3);
  peer.send(7n, 3);
  const parcel = envelopeOf({ conversation: 0n }, encodeCustody([envelopeOf({ destinations: [9n], ttlMs: 5_000 })]));
  peer.event(() => peer.post.arrived(peer.room.link(2), [parcel, envelopeOf({ number: 4 })], 0));
  peer.reroute([[1, 9]], 10);
  expect(peer.pass(100_000)).toBeLessThan(60);
  expect([peer.room.outbox.size, peer.room.mailbox.size]).toEqual([0, 0]);
});

test("a later life sends on what was accepted, hands on what was kept, and logs nothing twice", () => {
  const store = new Shelves();
  const first = new PostRoom(store);
  first.reroute(line);
  first.send(5n, 2);
  const parcel = envelopeOf({ conversation: 0n }, encodeCustody([envelopeOf({ destinations: [9n] })]));
  first.event(() => first.post.arrived(first.room.link(2), [parcel, envelopeOf()], 0));
  const later = new PostRoom(store, 2n);
  const { sent } = later.reroute([...line, [1, 9]]);
  later.event(() => later.post.arrived(later.room.link(2), [envelopeOf({ attempt: 2 })], 0));
  expect(numbersIn(sent)).toEqual([1, 2]);
  const due = later.event(() => {}, 5_000);
  expect(parcelsIn([...sent, ...due.sent]).map(({ destinationKeys }) => destinationKeys)).toEqual([[nodeOfSeed(9)]]);
  expect(logged(store)).toEqual([1]);
});
