import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import {
  envelopesIn,
  headerOf,
  nodeOfSeed,
  numbersIn,
  ownEpoch,
  parcelsIn,
  receiptsIn,
  Room,
  type RoomOptions,
} from "./room.ts";
import { Shelves } from "./shelves.ts";
import { ReceiptStatus } from "../../src/gen/e3/v1/envelope_pb.ts";

const [target, custodian] = [nodeOfSeed(5), nodeOfSeed(2)];
const line = [
  [1, 2],
  [2, 5],
] as const;
const texts = (count: number) => Array.from({ length: count }, (_, index) => `text ${index + 1}`);
const all = [{ first: 1, last: 2 ** 53 - 1 }];
const delivered = { status: "delivered", reason: "", nowMs: 0 } as const;

function roomOn(pairs: readonly (readonly [number, number])[], options: RoomOptions = {}): Room {
  const room = new Room(options);
  room.wire(pairs);
  return room;
}

function reroute(room: Room, pairs: readonly (readonly [number, number])[], nowMs = 0) {
  room.wire(pairs, nowMs);
  return room.durably(() => room.sender.reroute(nowMs), nowMs);
}

test("what is sent leaves in order, with the floor, the binding and the time it has left (invariants 1 and 2)", () => {
  const { sent, told } = roomOn(line).send(5n, texts(3));
  expect(told).toEqual(["1 accepted", "2 accepted", "3 accepted"]);
  expect(numbersIn(sent)).toEqual([1, 2, 3]);
  expect(sent[0]?.header).toMatchObject({ floor: 1, destinationKeys: [target], destinations: [5n], ttlMs: 1_000_000 });
});

test("what goes to another holder of an id says with which number that began", () => {
  const room = roomOn([
    [1, 5],
    [1, 6],
  ]);
  const sent = [5, 6].flatMap((seed) => {
    room.outbox.submit({ to: 5n, boundTo: nodeOfSeed(seed), body: new Uint8Array(), ttlMs: 1_000 }, 0);
    return room.durably(() => {}).sent;
  });
  expect(sent.map(({ header }) => [header.number, header.begin])).toEqual([
    [1, 0],
    [2, 2],
  ]);
});

test("nothing leaves before it is durable", () => {
  const room = roomOn(line);
  room.outbox.submit({ to: 5n, boundTo: target, body: new Uint8Array(), ttlMs: 1_000 }, 0);
  expect(room.event(() => {}).sent).toEqual([]);
  expect(numbersIn(room.persist().sent)).toEqual([1]);
});

test("a window is on its way at a time; receipts let the next leave", () => {
  const room = roomOn(line, { limits: { windowCountMax: 2 } });
  expect(numbersIn(room.send(5n, texts(5)).sent)).toEqual([1, 2]);
  const next = room.event(() => room.sender.confirmed(5n, [{ first: 1, last: 1 }], 5n, delivered));
  expect([next.told, numbersIn(next.sent), next.sent[0]?.header.floor]).toEqual([["1 delivered"], [3], 2]);
});

test("without a receipt all is sent again, later each time, as another attempt; deadlines move on", () => {
  const room = roomOn(line);
  const first = room.send(5n, texts(2));
  const attempts = new Set(first.sent.map(({ header }) => header.attempt));
  const times: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const nowMs = room.sender.nextDeadlineMs;
    times.push(nowMs);
    const { sent } = room.event(() => room.sender.due(nowMs), nowMs);
    expect(numbersIn(sent)).toEqual([1, 2]);
    attempts.add(sent[0]?.header.attempt ?? 0);
    expect(room.sender.nextDeadlineMs).toBeGreaterThan(nowMs);
  }
  expect(times.slice(0, 8)).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500, 61_500, 91_500]);
  expect(attempts.size).toBe(10);
});

test("attempts of a later life are others: nobody on the road takes them for copies seen before (invariant 3)", () => {
  const store = new Shelves();
  const attempts = [1n, 2n, 3n].map((incarnation) => {
    const room = new Room({ store, incarnation });
    const first = incarnation === 1n ? room.send(5n, ["text"]) : undefined;
    expect(first?.sent ?? []).toEqual([]);
    return reroute(room, line).sent.map(({ header }) => header.attempt);
  });
  expect(new Set(attempts.flat()).size).toBe(3);
  expect(attempts.flat().every((attempt) => attempt < 2 ** 31)).toBe(true);
});

test("another road is taken at once, with all that is unsettled; the same road changes nothing", () => {
  const room = roomOn([...line, [1, 3], [3, 5]]);
  const over = room.send(5n, texts(2)).sent[0]?.over;
  const other = over === 2 ? 3 : 2;
  expect(numbersIn(reroute(room, [...line, [1, 3], [3, 5]]).sent)).toEqual([]);
  const { sent } = reroute(room, [
    [1, other],
    [other, 5],
  ]);
  expect([numbersIn(sent), sent[0]?.over]).toEqual([[1, 2], other]);
});

test("a full link is left alone until it has room", () => {
  const room = roomOn(line);
  room.link(2).full = true;
  expect(room.send(5n, texts(2)).sent).toEqual([]);
  expect(room.sender.nextDeadlineMs).toBe(1_000_000);
  room.link(2).full = false;
  expect(numbersIn(room.event(() => room.sender.pumpAll(0)).sent)).toEqual([1, 2]);
});

test("a lane is bound to the first holder seen, durably, before anything leaves; no other gets it (invariant 2)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.send(5n, texts(2));
  room.wire(line);
  const before = room.event(() => room.sender.reroute(0));
  expect(numbersIn(before.sent)).toEqual([]);
  // Were this life to end here, the next could still choose.
  expect(numbersIn(room.persist().sent)).toEqual([1, 2]);
  const later = new Room({ store, incarnation: 2n });
  later.ids.set(5, 55n);
  later.ids.set(6, 5n);
  const { sent } = reroute(later, [...line, [2, 6]]);
  expect(sent.map(({ header }) => [header.destinations, header.destinationKeys])).toEqual([[[55n], [target]]]);
  expect(numbersIn(sent)).toEqual([1, 2]);
});

test("while a binding is on its way to the disk nothing else makes the lane's mail leave (invariant 2)", () => {
  const room = new Room();
  room.send(5n, texts(1));
  room.wire(line);
  room.event(() => room.sender.reroute(0));
  expect(room.event(() => room.sender.pumpAll(0)).sent).toEqual([]);
  expect(room.event(() => room.sender.reroute(0)).sent).toEqual([]);
  expect(numbersIn(room.persist().sent)).toEqual([1]);
});

test("custodians are given no mail under a binding that is not durable yet (invariant 2)", () => {
  const room = roomOn([[1, 2]], { limits: { custodians: 1 } });
  room.send(5n, texts(1));
  room.wire(line);
  room.event(() => room.sender.reroute(0));
  // The target is gone again before the disk has heard of it: a later life might still bind the mail to another.
  room.wire([[1, 2]], 100);
  expect(parcelsIn(room.event(() => room.sender.reroute(100), 100).sent)).toEqual([]);
  expect(parcelsIn(room.persist(100).sent).map(({ destinationKeys }) => destinationKeys)).toEqual([[target]]);
});

test("what was sent unseen goes before what was sent to its holder since, also in the moment between (invariant 1)", () => {
  const room = new Room();
  room.send(5n, ["unseen"]);
  // Else the second would go on in the lane of the first.
  room.outbox.retireLanes();
  room.wire(line);
  expect(numbersIn(room.send(5n, ["seen"]).sent)).toEqual([]);
  const first = room.durably(() => room.sender.reroute(0));
  expect(first.sent.map(({ header }) => header.conversation)).toEqual([5n]);
  const next = room.event(() => room.sender.confirmed(5n, all, 5n, delivered));
  expect(next.told).toEqual(["1 delivered"]);
  expect(numbersIn(next.sent)).toEqual([2]);
  expect(next.sent[0]?.header.conversation).not.toBe(5n);
});

test("a send to a holder that has turned up binds what was sent before: nothing leaves until that is durable (invariant 2)", () => {
  const room = new Room();
  room.send(5n, ["unseen"]);
  room.wire(line);
  const submission = { to: 5n, boundTo: nodeOfSeed(5), body: encodeText("seen"), ttlMs: 1_000 };
  room.outbox.submit(submission, 0);
  expect(numbersIn(room.event(() => room.sender.reroute(0)).sent)).toEqual([]);
  expect(numbersIn(room.persist().sent)).toEqual([1, 2]);
});

test("only its target settles a send, under the id it has or had", () => {
  const room = roomOn(line);
  room.send(5n, texts(2));
  expect(room.event(() => room.sender.confirmed(5n, all, 2n, delivered)).told).toEqual([]);
  expect(room.event(() => room.sender.confirmed(6n, all, 5n, delivered)).told).toEqual([]);
  room.ids.set(5, 55n);
  room.wire(line);
  expect(room.event(() => room.sender.confirmed(5n, all, 55n, delivered)).told).toEqual(["1 delivered", "2 delivered"]);
});

test("to an absent target copies go to custodians, who are told once it is settled", () => {
  const room = roomOn([
    [1, 2],
    [1, 3],
  ]);
  const { sent } = room.send(5n, texts(2));
  expect(sent.map(({ over }) => over).toSorted((a, b) => a - b)).toEqual([2, 3]);
  expect(parcelsIn(sent).map(({ number, destinations }) => [number, ...destinations])).toEqual([
    [1, 5n],
    [2, 5n],
    [1, 5n],
    [2, 5n],
  ]);
  expect(room.event(() => room.sender.stored(5n, all, custodian, 0)).told).toEqual([]);
  const stored = room.event(() => room.sender.stored(5n, all, nodeOfSeed(3), 0));
  expect(stored.told).toEqual(["1 stored", "2 stored"]);
  const settled = room.event(() => room.sender.confirmed(5n, all, 5n, delivered));
  const receipt = { epoch: ownEpoch, conversation: 5n, status: ReceiptStatus.SETTLED, ranges: [{ first: 1, last: 2 }] };
  expect(receiptsIn(settled.sent)).toMatchObject([receipt, receipt]);
  expect(room.event(() => room.sender.due(500), 500).sent).toEqual([]);
  expect(room.sender.nextDeadlineMs).toBe(1_000_000);
});

test("messages of one instant go to a custodian in one envelope, those of another in another", () => {
  const room = roomOn([[1, 2]]);
  const { sent } = room.send(5n, texts(3));
  expect(envelopesIn(sent)).toHaveLength(1);
  expect(envelopesIn(room.send(5n, texts(2), { nowMs: 1 }).sent)).toHaveLength(1);
  const again = room.event(() => room.sender.due(501), 501).sent;
  expect(envelopesIn(again).map((envelope) => headerOf(envelope).number)).toEqual([1, 4]);
  expect(parcelsIn(again).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
});

test("of what a custodian confirms in part the rest goes to it again, what follows one another together", () => {
  const room = roomOn([[1, 2]]);
  room.send(5n, texts(6));
  room.event(() => room.sender.stored(5n, [{ first: 3, last: 4 }], custodian, 0));
  const { sent } = room.event(() => room.sender.due(500), 500);
  expect(envelopesIn(sent).map((envelope) => headerOf(envelope).number)).toEqual([1, 5]);
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual([1, 2, 5, 6]);
});

test("a window of messages is on its way to a custodian, however many share an envelope", () => {
  const room = roomOn([[1, 2]], { limits: { parcelWindowCountMax: 5, bundleCountMax: 3 } });
  expect(parcelsIn(room.send(5n, texts(9)).sent).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
  const { sent } = room.event(() => room.sender.stored(5n, [{ first: 1, last: 3 }], custodian, 0));
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual([6, 7, 8]);
});

test("copies are repeated until confirmed, and then no more", () => {
  const room = roomOn([[1, 2]]);
  room.send(5n, texts(2));
  room.event(() => room.sender.stored(5n, [{ first: 1, last: 1 }], custodian, 0));
  expect(parcelsIn(room.event(() => room.sender.due(500), 500).sent).map(({ number }) => number)).toEqual([2]);
  const stored = room.event(() => room.sender.stored(5n, all, custodian, 600), 600);
  expect(stored.told).toEqual(["2 stored"]);
  expect(room.event(() => room.sender.due(5_000), 5_000).sent).toEqual([]);
  expect(room.sender.nextDeadlineMs).toBe(1_000_000);
});

test("a custodian that goes is replaced by another, at once and with everything", () => {
  const room = roomOn([[1, 2]]);
  room.send(5n, texts(2));
  const { sent } = reroute(room, [[1, 3]]);
  expect([sent[0]?.over, parcelsIn(sent).map(({ number }) => number)]).toEqual([3, [1, 2]]);
});

test("what is past its time expires, once, and its custodians hear so in one receipt", () => {
  const room = roomOn([[1, 2]]);
  room.send(5n, texts(3), { ttlMs: 700 });
  room.event(() => room.sender.stored(5n, all, custodian, 0));
  const { told, sent } = room.event(() => room.sender.due(700), 700);
  expect(told).toEqual(["1 expired", "2 expired", "3 expired"]);
  expect(receiptsIn(sent)).toMatchObject([{ status: ReceiptStatus.SETTLED, ranges: [{ first: 1, last: 3 }] }]);
  expect(room.sender.nextDeadlineMs).toBe(Infinity);
  expect(room.event(() => room.sender.due(9_000), 9_000).told).toEqual([]);
});

test("after a restart with the clock set back, the time to live on the wire stays within what is allowed", () => {
  const store = new Shelves();
  new Room({ store }).send(5n, texts(1), { nowMs: 10 ** 12, ttlMs: 1_000 });
  const later = new Room({ store, incarnation: 2n });
  const { sent } = reroute(later, line, 5);
  expect(sent[0]?.header.ttlMs).toBe(later.limits.ttlMs);
});

test("a receipt of tens of thousands of ranges is dealt with in one go", () => {
  const room = roomOn([[1, 2]], { limits: { custodians: 1 } });
  room.send(5n, texts(1));
  const ranges = Array.from({ length: 60_000 }, (_, index) => ({ first: 2 * index + 3, last: 2 * index + 3 }));
  const none = room.event(() => {
    room.sender.confirmed(5n, ranges, 5n, delivered);
    room.sender.stored(5n, ranges, custodian, 0);
  });
  expect([none.told, none.sent]).toEqual([[], []]);
});

test("a message to oneself goes to oneself, bound", () => {
  const room = new Room();
  expect(room.send(1n, ["note to self"]).told).toEqual(["1 accepted", "1 delivered"]);
});
