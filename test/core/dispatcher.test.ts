import { expect, test } from "vitest";
import { encodeReceipts, encodeText } from "../../src/core/body.ts";
import { headerOf, nodeOfSeed, ownEpoch, Room } from "./room.ts";

const receipts = encodeReceipts([]);
const departure = { conversation: 5n, number: 3, attempt: 2, floor: 1, sentAtMs: 7, ttlMs: 9, begin: 2 };
const unbound = { destinations: [2n], destinationKeys: [] };

test("an envelope says where it comes from and goes to, and may make all its hops", () => {
  const room = new Room();
  const body = encodeText("hi");
  const header = headerOf(room.dispatcher.envelope({ ...departure, destinations: [2n], destinationKeys: [77n], body }));
  const named = { origin: 1n, epoch: ownEpoch, destinations: [2n], destinationKeys: [77n], bodyField: 16 };
  expect(header).toEqual({ ...departure, ...named, hopsLeft: room.limits.hopsMax });
  expect(headerOf(room.dispatcher.envelope({ ...departure, ...unbound, body })).destinationKeys).toEqual([]);
});

test("envelopes leave by the first link of the road, unless there is none or it is full", () => {
  const room = new Room();
  room.wire([
    [1, 2],
    [2, 3],
  ]);
  const envelope = room.dispatcher.envelope({ ...departure, ...unbound, body: encodeText("hi") });
  const hasRoom = (seed: number) => room.dispatcher.hasRoom(nodeOfSeed(seed));
  const send = () => room.event(() => [3, 4].forEach((seed) => room.dispatcher.send(nodeOfSeed(seed), envelope))).sent;
  expect([hasRoom(1), hasRoom(3), hasRoom(4)]).toEqual([true, true, false]);
  expect(send().map(({ over }) => over)).toEqual([2]);
  room.link(2).full = true;
  expect([hasRoom(3), send()]).toEqual([false, []]);
});

test("receipts leave by a full link too, since they make room; parcels wait", () => {
  const room = new Room();
  room.wire([[1, 2]]);
  room.link(2).full = true;
  const control = (kind: "receipt" | "parcel") => room.dispatcher.control(nodeOfSeed(2), encodeText("hi"), kind);
  expect([control("receipt"), control("parcel")]).toEqual([true, false]);
});

test("control traffic is bound to its node, under the id that holds now", () => {
  const room = new Room();
  room.ids.set(2, 222n);
  room.wire([[1, 2]]);
  const { sent } = room.event(() => room.dispatcher.control(nodeOfSeed(2), receipts));
  expect(sent[0]?.header).toMatchObject({ conversation: 0n, destinations: [222n], destinationKeys: [nodeOfSeed(2)] });
  expect(room.dispatcher.control(nodeOfSeed(9), receipts)).toBe(false);
});

test("numbers of control traffic never repeat, within a life and over lives", () => {
  const numbers = [1n, 2n, 3n].flatMap((incarnation) => {
    const room = new Room({ incarnation });
    room.wire([[1, 2]]);
    const { sent } = room.event(() => [1, 2, 3].map(() => room.dispatcher.control(nodeOfSeed(2), receipts)));
    return sent.map(({ header }) => header.number);
  });
  expect(new Set(numbers).size).toBe(9);
  expect(numbers.every(Number.isSafeInteger)).toBe(true);
});

test("the largest incarnation there is still makes numbers that can be sent", () => {
  const room = new Room({ incarnation: 2n ** 64n - 1n });
  room.wire([[1, 2]]);
  const { sent } = room.event(() => room.dispatcher.control(nodeOfSeed(2), receipts));
  expect(sent).toHaveLength(1);
});

test("what this peer sends to itself is given back, once", () => {
  const room = new Room();
  expect(room.dispatcher.control(nodeOfSeed(1), receipts)).toBe(true);
  expect(room.dispatcher.hasOwn).toBe(true);
  expect(room.dispatcher.takeOwn()).toHaveLength(1);
  expect([room.dispatcher.hasOwn, room.dispatcher.takeOwn()]).toEqual([false, []]);
});
