import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import type { HeaderFields } from "../../src/core/header.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import type { NumberRange } from "../../src/core/number-range.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf, Room } from "./room.ts";

// Mail from peer 2 (epoch 0xe2, conversation 1) to peer 9, bound to node 66, unless the test says otherwise. A message says
// its number.

interface Said {
  readonly fields?: Partial<HeaderFields>;
  readonly nowMs?: number;
  readonly text?: (number: number) => string;
}

const unbound = { fields: { destinationKeys: [] } };

/** Offers the numbers from first to last in one envelope. @returns what is said of them. */
function offer(room: Room, [first, last]: readonly [number, number], said: Said = {}): readonly unknown[] {
  const { fields = {}, nowMs = 0, text = String } = said;
  const bodies = Array.from({ length: last - first + 1 }, (_, index) => encodeText(text(first + index)));
  const body = bodies.length === 1 ? bodies[0] : encodeBundle(bodies);
  const mail = mailOf(envelopeOf({ number: first, destinations: [9n], destinationKeys: [66n], ...fields }, body));
  const { ranges, refusal } = room.mailbox.offer(mail, nowMs, room.effects);
  const words = ranges.map((range) => `${range.first}-${range.last}`);
  return refusal === undefined ? words : [...words, refusal];
}

/** What is kept, by shelf: the numbers in each envelope, and how many of them are still needed. */
function kept(room: Room): readonly string[] {
  return [...room.mailbox.shelves()].map((shelf) => {
    const all = [...shelf.kept.range(1, 9_999)].map((number) => shelf.kept.get(number));
    return `${shelf.boundTo}: ${all.map((one) => `${one?.first}+${one?.count}(${one?.left})`).join(" ")}`;
  });
}

function shelfOf(room: Room): Shelf {
  const [shelf] = room.mailbox.shelvesOf(0xe2n, 1n);
  if (shelf === undefined) throw new Error("nothing is kept");
  return shelf;
}

function drop(room: Room, first: number, last = first): void {
  room.durably(() => room.mailbox.drop(shelfOf(room), { first, last }, 0, room.effects));
}

function records(room: Room): number {
  return room.store.entries("mailbox").length;
}

test("messages that share an envelope are one record, and count as many (invariant 6)", () => {
  const room = new Room();
  room.durably(() => expect(offer(room, [1, 64])).toEqual(["1-64"]));
  expect([records(room), room.mailbox.size, kept(room)]).toEqual([1, 64, ["66: 1+64(64)"]]);
  const later = new Room({ store: room.store });
  expect([later.mailbox.size, kept(later)]).toEqual([64, ["66: 1+64(64)"]]);
});

test("an envelope stays whole until each of its messages is done with, in whatever order and pieces (invariant 1)", () => {
  const room = new Room();
  room.durably(() => [offer(room, [1, 4]), offer(room, [5, 8])]);
  drop(room, 2, 3);
  drop(room, 4, 6);
  drop(room, 2, 3);
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([["66: 1+4(1) 5+4(2)"], 8, 2]);
  drop(room, 1);
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([["66: 5+4(2)"], 4, 1]);
  drop(room, 1, 2 ** 53 - 1);
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([[], 0, 0]);
});

test("a later life has the whole again: what was done with is not on the disk", () => {
  const room = new Room();
  room.durably(() => offer(room, [1, 4]));
  drop(room, 1, 3);
  expect(kept(room)).toEqual(["66: 1+4(1)"]);
  expect(kept(new Room({ store: room.store }))).toEqual(["66: 1+4(4)"]);
});

test("what is kept already, however it was grouped, is confirmed and not written again (invariant 6)", () => {
  const room = new Room();
  room.durably(() => [offer(room, [1, 4]), offer(room, [5, 6]), offer(room, [7, 7])]);
  const { ops } = room.durably(() => {
    expect(offer(room, [2, 3])).toEqual(["2-3"]);
    expect(offer(room, [1, 7])).toEqual(["1-4", "5-6", "7-7"]);
    expect(offer(room, [6, 6])).toEqual(["6-6"]);
  });
  expect([ops, room.mailbox.size]).toEqual([[], 7]);
});

test("of what is kept in part that part is confirmed, and the rest once it comes by itself (invariant 6)", () => {
  const room = new Room();
  room.durably(() => offer(room, [4, 6]));
  room.durably(() => expect(offer(room, [1, 9])).toEqual(["4-6"]));
  expect(kept(room)).toEqual(["66: 4+3(3)"]);
  room.durably(() => [offer(room, [1, 3]), offer(room, [7, 9])]);
  room.durably(() => expect(offer(room, [1, 9])).toEqual(["1-3", "4-6", "7-9"]));
  expect([kept(room), records(room)]).toEqual([["66: 1+3(3) 4+3(3) 7+3(3)"], 3]);
});

test("what was done with and is offered again is needed again: its envelope stays for it (invariant 1)", () => {
  const room = new Room();
  room.durably(() => offer(room, [1, 3]));
  drop(room, 1, 2);
  expect(offer(room, [2, 2])).toEqual(["2-2"]);
  expect(kept(room)).toEqual(["66: 1+3(2)"]);
  drop(room, 3);
  expect(kept(room)).toEqual(["66: 1+3(1)"]);
  drop(room, 2);
  expect(kept(room)).toEqual([]);
});

test("quotas count messages: what does not fit is refused whole, and what fits exactly is kept (invariant 2)", () => {
  for (const limits of [{ mailboxCountMax: 5 }, { mailboxTargetCountMax: 5 }, { mailboxSenderCountMax: 5 }]) {
    const room = new Room({ limits });
    expect(offer(room, [1, 3])).toEqual(["1-3"]);
    expect(offer(room, [4, 6])).toEqual(["4-6", RefusalReason.MAILBOX_FULL]);
    expect(offer(room, [4, 5])).toEqual(["4-5"]);
    drop(room, 1, 2);
    // All of an envelope is held until all of it is done with.
    expect(offer(room, [6, 6])).toEqual(["6-6", RefusalReason.MAILBOX_FULL]);
    drop(room, 3);
    expect(offer(room, [6, 8])).toEqual(["6-8"]);
    expect(room.mailbox.size).toBe(5);
  }
});

test("messages in one envelope expire together, in their time and not before", () => {
  const room = new Room();
  room.durably(() => offer(room, [1, 4], { fields: { ttlMs: 100 } }));
  drop(room, 2, 3);
  room.durably(() => room.mailbox.expire(99, room.effects));
  expect(kept(room)).toEqual(["66: 1+4(2)"]);
  room.durably(() => room.mailbox.expire(100, room.effects));
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([[], 0, 0]);
});

const bound = { fields: { destinationKeys: [77n] } };

test("what its origin bound since takes the place of what it sent before, however either was grouped (invariant 5)", () => {
  const room = new Room();
  room.durably(() => [offer(room, [1, 4], unbound), offer(room, [5, 5], unbound), offer(room, [6, 7], unbound)]);
  room.durably(() => offer(room, [1, 2], bound));
  expect(kept(room)).toEqual(["0: 3+2(2) 5+1(1) 6+2(2)", "77: 1+2(2)"]);
  room.durably(() => offer(room, [3, 6], bound));
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([["0: 7+1(1)", "77: 1+2(2) 3+4(4)"], 7, 3]);
  expect(offer(room, [1, 5], unbound)).toEqual(["1-2", "3-5"]); // An old copy that comes late.
  expect(room.mailbox.size).toBe(7);
});

test("what its origin bound since needs no room but for its bytes, where it takes the place of as much (invariants 2 and 5)", () => {
  const room = new Room({ limits: { mailboxCountMax: 4 } });
  room.durably(() => offer(room, [1, 4], unbound));
  expect(offer(room, [1, 2], bound)).toEqual(["1-2"]);
  expect(offer(room, [3, 5], bound)).toEqual(["3-5", RefusalReason.MAILBOX_FULL]);
  expect(offer(room, [3, 4], bound)).toEqual(["3-4"]);
  expect([kept(room), room.mailbox.size]).toEqual([["77: 1+2(2) 3+2(2)"], 4]);
});

test("what only pretends to be the same message takes no message's place (invariants 1 and 5)", () => {
  const room = new Room();
  room.durably(() => offer(room, [1, 4], unbound));
  offer(room, [1, 4], { ...bound, text: (number) => (number === 3 ? "forged" : String(number)) });
  expect(kept(room)).toEqual(["0: 3+1(1)", "77: 1+4(4)"]);
  offer(room, [1, 4], { fields: { destinationKeys: [88n], origin: 666n } });
  offer(room, [1, 4], { fields: { destinationKeys: [99n], ttlMs: 1 } });
  expect(kept(room)[0]).toBe("0: 3+1(1)");
});

test("a bundle of the most messages there may be is one record, and one with more is no mail", () => {
  const room = new Room();
  const bundle = (count: number) => encodeBundle(Array.from({ length: count }, () => new Uint8Array(0)));
  room.durably(() => room.mailbox.offer(mailOf(envelopeOf({ destinations: [9n] }, bundle(1_024))), 0, room.effects));
  expect([room.mailbox.size, records(room)]).toEqual([1_024, 1]);
  expect(() => mailOf(envelopeOf({ destinations: [9n] }, bundle(1_025)))).toThrow("nobody");
  expect(() => mailOf(envelopeOf({ destinations: [9n] }, bundle(0)))).toThrow("nobody");
});

type Step = readonly [what: "offer" | "drop", first: number, count: number, key: bigint];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom<Step[0]>("offer", "offer", "drop"),
  fc.integer({ min: 1, max: 20 }),
  fc.integer({ min: 1, max: 6 }),
  fc.constantFrom(0n, 5n),
);

function numbersIn(ranges: readonly NumberRange[]): readonly number[] {
  return ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}

/** The numbers that the mailbox holds under a binding, needed or not. */
function held(room: Room, key: bigint): readonly number[] {
  return room.mailbox
    .shelvesOf(0xe2n, 1n)
    .filter(({ declaredTo }) => declaredTo === key)
    .flatMap(({ kept: all }) => [...all.values()].map(({ first, count }) => ({ first, last: first + count - 1 })))
    .flatMap((range) => numbersIn([range]));
}

test("whatever is offered and dropped: what was confirmed stays until it is done with, nothing is there twice, and counts are right", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const room = new Room({ limits: { mailboxCountMax: 30 } });
      const needed = new Set<number>();
      for (const [what, first, count, key] of steps) {
        const range = { first, last: first + count - 1 };
        room.durably(() => {
          if (what === "offer") {
            const bodies = numbersIn([range]).map((number) => encodeText(String(number)));
            const mail = mailOf(
              envelopeOf({ number: first, destinations: [9n], destinationKeys: [key] }, encodeBundle(bodies)),
            );
            const said = room.mailbox.offer(mail, 0, room.effects);
            if (said.refusal === undefined) for (const number of numbersIn(said.ranges)) needed.add(number);
          } else {
            for (const shelf of room.mailbox.shelvesOf(0xe2n, 1n)) room.mailbox.drop(shelf, range, 0, room.effects);
            for (const number of numbersIn([range])) needed.delete(number);
          }
        });
        const all = [held(room, 0n), held(room, 5n)];
        for (const one of all) expect(new Set(one).size).toBe(one.length); // invariant 6
        expect([...needed].filter((number) => !all.flat().includes(number))).toEqual([]); // invariant 1
        expect(room.mailbox.size).toBe(all.flat().length);
        expect(room.mailbox.size).toBeLessThanOrEqual(30); // invariant 2
        expect(new Room({ store: room.store }).mailbox.size).toBe(room.mailbox.size);
      }
      for (const shelf of room.mailbox.shelvesOf(0xe2n, 1n))
        room.durably(() => room.mailbox.drop(shelf, { first: 1, last: 99 }, 0, room.effects));
      expect([room.mailbox.size, records(room)]).toEqual([0, 0]);
    }),
    { numRuns: 60 },
  );
});

test("a receipt of tens of thousands of ranges within one envelope is dealt with in one go", () => {
  const room = new Room();
  room.mailbox.offer(
    mailOf(
      envelopeOf(
        { destinations: [9n], destinationKeys: [66n] },
        encodeBundle(Array.from({ length: 1_024 }, () => new Uint8Array(0))),
      ),
    ),
    0,
    room.effects,
  );
  const shelf = shelfOf(room);
  for (let index = 0; index < 60_000; index += 1)
    room.mailbox.drop(shelf, { first: 1 + (index % 2), last: 1_023 }, 0, room.effects);
  expect(kept(room)).toEqual(["66: 1+1024(1)"]);
});

test("mail of other conversations and targets is not touched by what is done with", () => {
  const room = new Room();
  offer(room, [1, 2]);
  offer(room, [1, 2], { fields: { destinations: [8n] } });
  offer(room, [1, 2], { fields: { conversation: 3n } });
  drop(room, 1, 2);
  expect(kept(room)).toEqual(["66: 1+2(2)", "66: 1+2(2)"]);
});

test("what its origin did not bind is kept without what is done with, also on the disk: the id may go to others (invariant 3)", () => {
  const room = new Room();
  room.durably(() => offer(room, [1, 8], unbound));
  drop(room, 1, 2);
  drop(room, 5);
  expect([kept(room), room.mailbox.size, records(room)]).toEqual([["0: 3+2(2) 6+3(3)"], 5, 2]);
  const later = new Room({ store: room.store });
  expect([kept(later), later.mailbox.size]).toEqual([["0: 3+2(2) 6+3(3)"], 5]);
  drop(later, 3, 8);
  expect([kept(later), later.mailbox.size, records(later)]).toEqual([[], 0, 0]);
});
