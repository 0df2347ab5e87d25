import { expect, test } from "vitest";
import type { Arrival, Aside } from "../../src/core/conversation.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { arrival, InboxRoom, shown } from "./inbox-room.ts";

const group = 900n;

/** Number in the group of a message of an epoch, whose lane to this peer has the epoch's name. */
function said(epoch: bigint, number: number, fields: Partial<Arrival> = {}): Arrival {
  const name = { origin: epoch, epoch, conversation: epoch + 100n };
  return arrival(number, { ...name, group: { id: group, number }, after: [], ...fields });
}

const after = (epoch: bigint, number: number) => ({ after: [{ epoch, number }] });

test("a message of a group waits for those of other lanes that its sender had seen", () => {
  const bench = new InboxRoom();
  bench.arrive([said(8n, 1, after(7n, 2))]);
  bench.arrive([said(7n, 1)]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["7/1"]);
  bench.arrive([said(7n, 2)]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["7/1", "7/2", "8/1"]);
});

test("what never comes is waited for once, for as long as any gap, and the message is marked", () => {
  const bench = new InboxRoom();
  const { gapWaitMs } = bench.room.limits;
  bench.arrive([said(8n, 1, after(7n, 2 ** 53 - 1)), said(8n, 2)]);
  bench.giveUp(true, gapWaitMs - 1);
  bench.persist();
  expect(shown(bench.room.store)).toEqual([]);
  bench.giveUp(true, gapWaitMs);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["unordered 8/1", "8/2"]);
});

test("how far a group has come is kept over restarts, and groups do not count for each other", () => {
  const bench = new InboxRoom();
  bench.arrive([said(7n, 1)]);
  bench.persist();
  const again = new InboxRoom({ store: bench.room.store });
  again.arrive([said(8n, 1, after(7n, 1))]);
  again.arrive([arrival(1, { ...said(9n, 1, after(7n, 1)), group: { id: 901n, number: 1 } })]);
  again.persist();
  expect(shown(again.room.store)).toEqual(["7/1", "8/1"]);
});

test("who joins late is told how far others are, and waits for nothing before; zero is nothing", () => {
  const bench = new InboxRoom();
  bench.arrive([arrival(1, { ...said(7n, 1), group: { id: group, number: 41 }, aside: () => "done" })]);
  bench.arrive([arrival(1, { ...said(9n, 1), group: { id: group, number: 0 }, aside: () => "done" })]);
  bench.arrive([said(8n, 1, after(7n, 41)), said(8n, 2, after(9n, 1))]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["8/1"]);
});

test("what is said aside is done in its turn, once, and its writes are in one commit with the marks", () => {
  const bench = new InboxRoom();
  const done: number[] = [];
  const aside =
    (number: number): Aside =>
    () => {
      done.push(number);
      return "done";
    };
  bench.arrive([said(7n, 2, { aside: aside(2) })]);
  expect(done).toEqual([]);
  bench.arrive([said(7n, 1, { aside: aside(1) }), said(7n, 1, { aside: aside(1) })]);
  expect(done).toEqual([1, 2]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual([]);
  expect(bench.room.inbox.standing(7n, 107n)?.delivered).toEqual([{ first: 1, last: 2 }]);
});

test("what is refused in its turn is receipted as refused, and tells nothing of the group", () => {
  const bench = new InboxRoom();
  const refused = { aside: () => RefusalReason.NOT_A_MEMBER };
  bench.arrive([said(7n, 1, { ...refused, group: { id: group, number: 2 ** 53 - 1 } })]);
  bench.persist();
  expect(bench.room.inbox.standing(7n, 107n)?.refused).toEqual([{ number: 1, reason: RefusalReason.NOT_A_MEMBER }]);
  expect(bench.room.inbox.standing(7n, group)).toBeUndefined();
});

test("refusals in turn are as few as others: beyond, nothing is taken until their sender knows of them", () => {
  const bench = new InboxRoom({ limits: { holesMax: 3 } });
  const refused = (number: number, floor: number) =>
    said(7n, number, { floor, aside: () => RefusalReason.NOT_A_MEMBER });
  expect(bench.arrive([1, 2, 3, 4, 5].map((number) => refused(number, 1)))).toEqual([true, true, true, false, false]);
  bench.persist();
  expect(bench.room.inbox.standing(7n, 107n)?.refused).toHaveLength(3);
  expect(bench.arrive([4, 5].map((number) => refused(number, 3)))).toEqual([true, true]);
});

test("the lowest that its sender has not settled has room, whatever was refused above it: the floor waits for it", () => {
  const bench = new InboxRoom({ limits: { holesMax: 1 } });
  const refused = { aside: () => RefusalReason.NOT_A_MEMBER };
  bench.arrive([said(7n, 2, refused), said(7n, 3, refused)]);
  bench.giveUp(false, bench.room.limits.gapWaitMs);
  bench.persist();
  expect(bench.room.inbox.standing(7n, 107n)?.refused).toHaveLength(2);
  expect(bench.arrive([said(7n, 1, refused), said(7n, 4, refused)])).toEqual([true, false]);
  bench.persist();
  expect(bench.room.inbox.standing(7n, 107n)).toMatchObject({ delivered: [{ first: 1, last: 3 }] });
  expect(bench.arrive([said(7n, 4, { ...refused, floor: 4 })])).toEqual([true]);
});

test("what comes after all was not missing, though nothing was shown since that could have said so", () => {
  const bench = new InboxRoom();
  const giveUp = () => bench.giveUp(false, bench.room.limits.gapWaitMs);
  const unshown = { aside: () => "done" as const };
  bench.arrive([said(7n, 1), said(7n, 3)]);
  giveUp();
  bench.arrive([said(7n, 6, unshown)]);
  giveUp();
  // Of 2 it was told, of 4 and 5 not yet; only 5 stays away.
  bench.arrive([said(7n, 2), said(7n, 4), said(7n, 7)]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["7/1", "(1 missing) 7/3", "7/2", "7/4", "(1 missing) 7/7"]);
});

test("what a former life gave up on and comes late is not missing, though something not shown came behind it", () => {
  const bench = new InboxRoom();
  bench.arrive([said(7n, 1), said(7n, 3, { aside: () => "done" })]);
  bench.giveUp(false, bench.room.limits.gapWaitMs);
  bench.persist();
  const again = new InboxRoom({ store: bench.room.store });
  again.arrive([said(7n, 2), said(7n, 4)]);
  again.persist();
  expect(shown(again.room.store)).toEqual(["7/1", "7/2", "7/4"]);
});

test("what is next, and waits for others, has room: what came early makes it, and comes again", () => {
  const bench = new InboxRoom({ limits: { heldCountMax: 2 } });
  expect(bench.arrive([said(7n, 2), said(7n, 3), said(7n, 4)])).toEqual([true, true, false]);
  expect(bench.arrive([said(7n, 1, after(8n, 1))])).toEqual([true]);
  bench.giveUp(true, bench.room.limits.gapWaitMs);
  bench.arrive([said(7n, 3), said(7n, 4)]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["unordered 7/1", "7/2", "7/3", "7/4"]);
});

test("where even all that came early makes no room, nothing is held, and nothing is given up on", () => {
  const bench = new InboxRoom({ limits: { heldBytesMax: 300 } });
  expect(bench.arrive([said(7n, 2)])).toEqual([true]);
  const large = { ...after(8n, 1), body: new Uint8Array(400) };
  expect(bench.arrive([said(7n, 1, large)])).toEqual([false]);
  bench.giveUp(false, bench.room.limits.gapWaitMs);
  bench.arrive([said(7n, 1), said(7n, 2)]);
  bench.persist();
  expect(shown(bench.room.store)).toEqual(["7/1", "7/2"]);
});

test("the highest number there is can be reached, and is in the store", () => {
  const bench = new InboxRoom();
  bench.arrive([arrival(1, { ...said(7n, 1), group: { id: group, number: 2 ** 53 - 1 } })]);
  bench.persist();
  const again = new InboxRoom({ store: bench.room.store });
  expect(again.room.inbox.standing(7n, group)?.next).toBeGreaterThanOrEqual(2 ** 53 - 1);
  again.arrive([said(8n, 1, after(7n, 9))]);
  again.persist();
  expect(shown(again.room.store)).toEqual(["7/1", "8/1"]);
});
