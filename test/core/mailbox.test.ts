import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import type { HeaderFields } from "../../src/core/header.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf, Room } from "./room.ts";
import { Shelves } from "./shelves.ts";

const every = { first: 1, last: 2 ** 53 - 1 };

/** Offers a message from peer 2 (epoch 0xe2, conversation 1) to peer 9. */
function offer(room: Room, number: number, fields: Partial<HeaderFields> = {}, nowMs = 0): RefusalReason | undefined {
  const mail = mailOf(envelopeOf({ number, destinations: [9n], ...fields }));
  return room.mailbox.offer(mail, nowMs, room.effects).refusal;
}

function bindAll(room: Room, node: bigint): void {
  for (const shelf of room.mailbox.shelves()) room.mailbox.bind(shelf, node, room.effects);
}

/** The target is done with the numbers from first to last. */
function done(room: Room, first: number, last: number): void {
  for (const shelf of room.mailbox.shelvesOf(0xe2n, 1n)) room.mailbox.drop(shelf, { first, last }, 0, room.effects);
}

function kept(room: Room): readonly string[] {
  return [...room.mailbox.shelves()].map(
    ({ boundTo, kept: numbers }) => `${boundTo}: ${[...numbers.range(1, 99)].join(",")}`,
  );
}

test("what is kept is written, and a later life keeps it too (invariant 1)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => [3, 1, 2].map((number) => offer(room, number, {}, 7)));
  const later = new Room({ store });
  expect([kept(later), later.mailbox.size, later.mailbox.nextDeadlineMs]).toEqual([["0: 1,2,3"], 3, 1_000_007]);
  const [shelf] = later.mailbox.shelves();
  expect([shelf?.origin, shelf?.target, shelf?.epoch]).toEqual([2n, 9n, 0xe2n]);
});

test("an envelope offered again is kept once, and is no refusal", () => {
  const room = new Room({ limits: { mailboxCountMax: 1 } });
  expect([offer(room, 1), offer(room, 1), room.mailbox.size]).toEqual([undefined, undefined, 1]);
});

test("the bytes offered may change afterwards", () => {
  const room = new Room();
  const envelope = envelopeOf({ destinations: [9n] });
  room.mailbox.offer(mailOf(envelope), 0, room.effects);
  envelope.fill(0);
  const [shelf] = room.mailbox.shelves();
  expect(shelf?.kept.get(1)?.envelope).toEqual(envelopeOf({ destinations: [9n] }));
});

test("over any quota it refuses and keeps what it has; what is dropped makes room (invariants 1 and 2)", () => {
  const bytes = envelopeOf({ destinations: [9n] }).length;
  const { MAILBOX_FULL } = RefusalReason;
  for (const limits of [
    { mailboxCountMax: 2 },
    { mailboxTargetCountMax: 2 },
    { mailboxSenderCountMax: 2 },
    { mailboxBytesMax: 2 * bytes + 1 },
  ]) {
    const room = new Room({ limits });
    expect([1, 2, 3].map((number) => offer(room, number))).toEqual([undefined, undefined, MAILBOX_FULL]);
    expect(kept(room)).toEqual(["0: 1,2"]);
    for (const shelf of room.mailbox.shelvesOf(0xe2n, 1n))
      room.mailbox.drop(shelf, { first: 1, last: 1 }, 0, room.effects);
    expect(offer(room, 3)).toBe(undefined);
  }
});

test("quotas of one target and of one sender do not touch others (invariant 2)", () => {
  const room = new Room({ limits: { mailboxTargetCountMax: 1 } });
  expect([offer(room, 1), offer(room, 1, { destinations: [8n] })]).toEqual([undefined, undefined]);
  const other = new Room({ limits: { mailboxSenderCountMax: 1 } });
  expect([offer(other, 1), offer(other, 1, { epoch: 5n })]).toEqual([undefined, undefined]);
});

test("what is dropped is gone from the store, and its shelf with the last of it", () => {
  const room = new Room();
  room.durably(() => [1, 2, 3].map((number) => offer(room, number)));
  const [shelf] = room.mailbox.shelvesOf(0xe2n, 1n);
  if (shelf === undefined) throw new Error("nothing is kept");
  room.durably(() => room.mailbox.drop(shelf, { first: 2, last: 2 }, 0, room.effects));
  expect(room.store.entries("mailbox")).toHaveLength(2);
  room.durably(() => room.mailbox.drop(shelf, every, 0, room.effects));
  expect([room.store.entries("mailbox"), kept(room), room.mailbox.size]).toEqual([[], [], 0]);
  expect(room.mailbox.shelvesOf(0xe2n, 1n)).toEqual([]);
});

test("mail expires when its time to live is over, 7 days at most, and not before (invariant 1)", () => {
  const room = new Room({ limits: { ttlMs: 500 } });
  room.durably(() => [offer(room, 1, { ttlMs: 100 }), offer(room, 2, { ttlMs: 2 ** 32 - 1 })]);
  expect(room.mailbox.nextDeadlineMs).toBe(100);
  room.durably(() => room.mailbox.expire(99, room.effects));
  expect(kept(room)).toEqual(["0: 1,2"]);
  room.durably(() => room.mailbox.expire(100, room.effects));
  expect([kept(room), room.mailbox.nextDeadlineMs]).toEqual([["0: 2"], 500]);
  room.durably(() => room.mailbox.expire(500, room.effects));
  expect([kept(room), room.store.entries("mailbox"), room.mailbox.nextDeadlineMs]).toEqual([[], [], Infinity]);
});

test("mail that expires one by one is not looked through for each (invariant 4)", () => {
  const room = new Room();
  for (let number = 1; number <= 4_000; number += 1) offer(room, number, { ttlMs: number });
  let [looks, nowMs] = [0, 0];
  for (; room.mailbox.nextDeadlineMs !== Infinity; looks += 1) {
    const due = room.mailbox.nextDeadlineMs > nowMs;
    nowMs = room.mailbox.nextDeadlineMs;
    room.mailbox.expire(nowMs, room.effects);
    if (!due) throw new Error("the deadline does not move");
  }
  expect([room.mailbox.size, looks < 3_000, nowMs < 4_010]).toEqual([0, true, true]);
});

test("mail that its origin bound to different keys, or to none, never shares a shelf (invariant 3)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => {
    offer(room, 1);
    offer(room, 2, { destinationKeys: [77n] });
    offer(room, 2, { destinationKeys: [88n] });
  });
  expect(kept(room)).toEqual(["0: 1", "77: 2", "88: 2"]);
  expect(kept(new Room({ store })).toSorted()).toEqual(["0: 1", "77: 2", "88: 2"]);
});

test("once bound here, mail stays bound, also what is added to it and over lives; what the origin binds elsewhere does not join (invariant 3)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => offer(room, 1));
  room.durably(() => bindAll(room, 55n));
  room.durably(() => [offer(room, 2), offer(room, 3, { destinationKeys: [66n] })]);
  expect(kept(room)).toEqual(["55: 1,2", "66: 3"]);
  expect(kept(new Room({ store })).toSorted()).toEqual(["55: 1,2", "66: 3"]);
});

test("to bind mail costs the same however much there is, and is undone with the last of it", () => {
  const room = new Room();
  room.durably(() => Array.from({ length: 100 }, (_, index) => offer(room, index + 1)));
  const { effects } = room.durably(() => bindAll(room, 55n));
  const ops = effects.flatMap((effect) => (effect.kind === "persist" ? effect.ops : []));
  expect(ops.map(({ table }) => table)).toEqual(["shelves", "shelves"]);
  room.durably(() => done(room, 1, 99));
  expect(room.store.entries("shelves")).toHaveLength(2);
  room.durably(() => done(room, 100, 100));
  expect(room.store.entries("shelves")).toEqual([]);
});

test.each([0, 1])("mail stays bound over lives where damage takes one record of that, %d (invariant 3)", (lost) => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => offer(room, 1));
  room.durably(() => bindAll(room, 55n));
  const { key = "" } = store.entries("shelves")[lost] ?? {};
  store.write([{ table: "shelves", key, value: undefined }]);
  const next = new Room({ store });
  expect(kept(next)).toEqual(["55: 1"]);
  next.durably(() => done(next, 1, 1));
  expect(store.entries("shelves")).toEqual([]);
});

test("mail stays bound however often damage takes a record of that, one in each life (invariant 3)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => offer(room, 1));
  room.durably(() => bindAll(room, 55n));
  for (const lost of [0, 1]) {
    const { key = "" } = store.entries("shelves")[lost] ?? {};
    store.write([{ table: "shelves", key, value: undefined }]);
    const next = new Room({ store });
    next.durably(() => {});
    expect([kept(next), store.entries("shelves").length]).toEqual([["55: 1"], 2]);
  }
  const { ops } = new Room({ store }).durably(() => {});
  expect(ops).toEqual([]);
});

test("where damage takes bound mail, its binding goes, too: what comes next is bound anew", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => offer(room, 1));
  room.durably(() => bindAll(room, 55n));
  store.write(store.entries("mailbox").map(({ key }) => ({ table: "mailbox" as const, key, value: undefined })));
  const next = new Room({ store });
  next.durably(() => offer(next, 2));
  expect([kept(next), kept(new Room({ store })), store.entries("shelves")]).toEqual([["0: 2"], ["0: 2"], []]);
});

test("what the origin bound since takes the place of what it sent before, over lives too (invariant 5)", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => [offer(room, 1), offer(room, 2)]);
  room.durably(() => expect(offer(room, 2, { destinationKeys: [77n] })).toBe(undefined));
  expect([kept(room), room.mailbox.size]).toEqual([["0: 1", "77: 2"], 2]);
  expect(kept(new Room({ store })).toSorted()).toEqual(["0: 1", "77: 2"]);
  room.durably(() => expect(offer(room, 2)).toBe(undefined)); // An old copy that comes late.
  expect(kept(room)).toEqual(["0: 1", "77: 2"]);
});

test("what the origin bound since needs no room of its own but for its bytes (invariants 2 and 5)", () => {
  const room = new Room({ limits: { mailboxCountMax: 1 } });
  room.durably(() => offer(room, 1));
  expect(offer(room, 1, { destinationKeys: [77n] })).toBe(undefined);
  expect([kept(room), room.mailbox.size]).toEqual([["77: 1"], 1]);
  const bytes = envelopeOf({ destinations: [9n] }).length;
  const narrow = new Room({ limits: { mailboxBytesMax: bytes } });
  narrow.durably(() => offer(narrow, 1));
  expect(offer(narrow, 1, { destinationKeys: [77n] })).toBe(RefusalReason.MAILBOX_FULL);
  expect(kept(narrow)).toEqual(["0: 1"]);
});

test("what somebody else says, or says with less time to live, takes no message's place (invariants 1 and 5)", () => {
  const room = new Room();
  room.durably(() => offer(room, 1));
  room.durably(() => offer(room, 1, { destinationKeys: [66n], origin: 666n }));
  room.durably(() => offer(room, 1, { destinationKeys: [77n], ttlMs: 1 }));
  expect(kept(room)).toEqual(["0: 1", "66: 1", "77: 1"]);
  const forged = envelopeOf({ number: 2, destinations: [9n], destinationKeys: [88n] }, encodeText("forged"));
  room.durably(() => room.mailbox.offer(mailOf(forged), 0, room.effects));
  room.durably(() => offer(room, 2));
  expect(kept(room)).toEqual(["0: 1,2", "66: 1", "77: 1", "88: 2"]);
});

test("a damaged record is passed over, the others live", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.durably(() => offer(room, 1));
  const [entry] = store.entries("mailbox");
  store.write([{ table: "mailbox", key: `${entry?.key}0`, value: Uint8Array.of(10, 1, 255) }]);
  expect(kept(new Room({ store }))).toEqual(["0: 1"]);
});

test("whatever is offered and dropped, its count is that of its store, and it ends empty (invariants 1 and 2)", () => {
  const step = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 9 }), fc.constantFrom(7n, 9n), fc.constantFrom(0n, 5n));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const store = new Shelves();
      const room = new Room({ store, limits: { mailboxCountMax: 12 } });
      for (const [put, number, target, key] of steps) {
        room.durably(() => {
          if (put) offer(room, number, { destinations: [target], destinationKeys: [key] });
          else
            for (const shelf of room.mailbox.shelvesOf(0xe2n, 1n))
              room.mailbox.drop(shelf, { first: number, last: number }, 0, room.effects);
        });
        expect(store.entries("mailbox")).toHaveLength(room.mailbox.size);
        expect(room.mailbox.size).toBeLessThanOrEqual(12);
      }
      const later = new Room({ store });
      expect(kept(later).toSorted()).toEqual(kept(room).toSorted());
      later.durably(() => later.mailbox.expire(Infinity, later.effects));
      expect([later.mailbox.size, store.entries("mailbox")]).toEqual([0, []]);
    }),
    { numRuns: 60 },
  );
});

test("a text of the greatest size is kept whole", () => {
  const room = new Room();
  const envelope = envelopeOf({ destinations: [9n] }, encodeText("x".repeat(room.limits.bodyBytesMax)));
  room.durably(() => room.mailbox.offer(mailOf(envelope), 0, room.effects));
  const later = new Room({ store: room.store });
  const [kept] = [...later.mailbox.shelves()].map((shelf) => shelf.kept.get(1)?.envelope);
  // Not toEqual, which takes seconds for a million bytes.
  expect(Buffer.compare(kept ?? new Uint8Array(), envelope)).toBe(0);
});
