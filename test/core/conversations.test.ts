import { expect, test } from "vitest";
import { Conversations } from "../../src/core/conversations.ts";
import { Effects } from "../../src/core/effects.ts";
import { everyone } from "../../src/core/everyone.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { arrival, gaps, InboxRoom, logged } from "./inbox-room.ts";
import { Shelves } from "./shelves.ts";

const dayMs = 86_400_000;
/** Longer than anybody keeps a message. */
const overMs = defaultLimits.ttlMs + dayMs;
const limits = { marksMax: 2 };

function of(epoch: bigint, number = 1) {
  return arrival(number, { epoch });
}

/** What of the store's conversations there is. */
function marksOf({ room }: InboxRoom): readonly string[] {
  return room.store.entries("marks").map(({ key }) => key.slice(0, 16).replace(/^0+/, ""));
}

test("where there are too many, one of which nothing came for longer than anybody keeps a message makes room", () => {
  const inbox = new InboxRoom({ limits });
  expect(inbox.arrive([of(1n), of(2n), of(3n)])).toEqual([true, true, false]);
  expect(inbox.arrive([of(2n, 2)], dayMs)).toEqual([true]);
  expect(inbox.arrive([of(3n)], overMs - 1)).toEqual([false]);
  expect(inbox.arrive([of(3n), of(4n)], overMs + dayMs / 2)).toEqual([true, false]);
  inbox.persist();
  expect(marksOf(inbox)).toEqual(["2", "3"]);
  expect(inbox.arrive([of(2n), of(2n, 2), of(2n, 3)], overMs + dayMs / 2)).toEqual([true, true, true]);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 1, 2, 1, 3]);
});

test("while there is room none is forgotten, however long ago it was", () => {
  const inbox = new InboxRoom({ limits });
  inbox.arrive([of(1n)]);
  inbox.arrive([of(2n)], 10 * overMs);
  expect(inbox.arrive([of(1n)], 10 * overMs)).toEqual([true]);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 1]);
});

test("a repetition is a sign of life: its sender, or who keeps a copy, may send it again", () => {
  const inbox = new InboxRoom({ limits });
  inbox.arrive([of(1n), of(2n)], dayMs);
  inbox.arrive([of(1n)], 3 * dayMs);
  expect(inbox.arrive([of(3n), of(4n)], overMs + 2 * dayMs)).toEqual([true, false]);
  inbox.persist();
  expect(marksOf(inbox)).toEqual(["1", "3"]);
});

test("what waits for an earlier message is not forgotten", () => {
  const inbox = new InboxRoom({ limits: { marksMax: 1 } });
  inbox.arrive([of(1n, 2)]);
  expect(inbox.arrive([of(3n)], 2 * overMs)).toEqual([false]);
  expect(inbox.arrive([of(1n, 1)], 2 * overMs)).toEqual([true]);
  inbox.persist();
  expect(logged(inbox.room.store)).toEqual([1, 2]);
});

test("what former lives heard counts as heard when room is first needed, and is forgotten on the disk, too", () => {
  const store = new Shelves();
  const former = new InboxRoom({ store, limits });
  former.arrive([of(1n), of(2n)]);
  former.persist();
  const later = new InboxRoom({ store, limits, incarnation: 2n });
  const startMs = 100 * dayMs;
  expect(later.arrive([of(3n)], startMs)).toEqual([false]);
  expect(later.arrive([of(3n)], startMs + overMs - 1)).toEqual([false]);
  expect(later.arrive([of(3n)], startMs + overMs + 60_000)).toEqual([true]);
  later.persist();
  expect(marksOf(later)).toEqual(["3"]);
});

test("a sender that goes on in a forgotten conversation is heard, after what it numbered before as missing", () => {
  const inbox = new InboxRoom({ limits: { marksMax: 1 } });
  inbox.arrive([of(1n, 1), of(1n, 2)], 1);
  inbox.arrive([of(9n)], overMs + 1);
  inbox.persist();
  expect(inbox.arrive([arrival(3, { epoch: 1n, floor: 3, begin: 1 })], 3 * overMs)).toEqual([true]);
  inbox.persist();
  expect([logged(inbox.room.store), gaps(inbox.room.store)]).toEqual([
    [1, 2, 1, 3],
    [0, 0, 0, 2],
  ]);
});

test("what was only heard of is not forgotten before it can come, however long ago room was first needed", () => {
  const inbox = new InboxRoom({ limits });
  const { room } = inbox;
  const nowMs = 2 * overMs;
  inbox.arrive([of(1n), of(2n), of(3n)]);
  inbox.arrive([of(3n)], nowMs);
  inbox.event(() => room.inbox.skipTo({ epoch: 4n, conversation: everyone }, 5, nowMs, room.effects), nowMs);
  inbox.persist();
  expect(inbox.arrive([of(5n)], nowMs + dayMs)).toEqual([false]);
  expect(room.inbox.next(4n, everyone)).toBe(5);
});

test("while there is hardly anything to forget, not all of them are looked through for each one that comes", () => {
  const conversations = new Conversations({ limits: { ...defaultLimits, marksMax: 1_000 }, isChanged: () => false });
  const effects = new Effects();
  const find = (epoch: number, nowMs: number) => conversations.find({ ...of(BigInt(epoch)) }, nowMs, effects);
  let looks = 0;
  for (let epoch = 1; epoch <= 1_000; epoch += 1) {
    // One after the other is over.
    const directMs = epoch / 10;
    Object.defineProperty(find(epoch, directMs), "directMs", { get: () => ((looks += 1), directMs) });
  }
  for (let epoch = 1; epoch <= 1_000; epoch += 1) find(1_000 + epoch, overMs + epoch / 10);
  expect(looks).toBeLessThan(200_000);
  expect(find(9_999, overMs + 1_000)).toBeDefined();
});

test("a peer that is started anew each day makes room, too", () => {
  const store = new Shelves();
  const taken = Array.from({ length: 10 }, (_, day) => {
    const life = new InboxRoom({ store, limits, incarnation: BigInt(day + 1) });
    const [isTaken] = life.arrive([of(BigInt(day + 1))], day * dayMs + 1);
    life.persist();
    return isTaken;
  });
  expect(taken).toEqual([true, true, false, false, false, false, false, false, true, true]);
});
