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
