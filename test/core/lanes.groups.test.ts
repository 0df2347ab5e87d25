import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { Lane } from "../../src/core/lane.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Room } from "./room.ts";

const body = encodeText("hi");

/** Submits to ids, in one event, for a group or for the ids alone, and waits for the disk. */
function submit(room: Room, group: bigint, ...to: readonly bigint[]): readonly Lane[] {
  const lanes: Lane[] = [];
  room.durably(() => {
    for (const id of to) lanes.push(room.outbox.submit({ to: id, boundTo: 0n, body, ttlMs: 1_000, group }, 0).lane);
  });
  return lanes;
}

function settle(room: Room, lane: Lane | undefined): void {
  if (lane === undefined) throw new Error("there is no such lane");
  const outcome = { status: "delivered", reason: "", nowMs: 0 } as const;
  room.durably(() => room.outbox.settle(lane, [{ first: 1, last: 99 }], outcome, room.effects));
}

test("what is for a group and what is for its member alone travel apart, each with numbers of its own", () => {
  const room = new Room();
  const [direct] = submit(room, 0n, 5n);
  const [grouped] = submit(room, 900n, 5n);
  const [other] = submit(room, 901n, 5n);
  expect(new Set([direct, grouped, other]).size).toBe(3);
  expect([direct, grouped, other].map((lane) => [lane?.group, lane?.next])).toEqual([
    [0n, 2],
    [900n, 2],
    [901n, 2],
  ]);
  const [again] = submit(room, 900n, 5n);
  expect(again).toBe(grouped);
  expect(room.outbox.lanesLike({ to: 5n, group: 900n })).toEqual([grouped]);
});

test("ids and groups that look alike in a row of bits do not share a lane", () => {
  const room = new Room();
  const lanes = [
    ...submit(room, 1n, 2n),
    ...submit(room, 2n, 1n),
    ...submit(room, 0n, 2n),
    ...submit(room, 2n ** 62n, 1n),
  ];
  expect(new Set(lanes).size).toBe(4);
});

test("after a restart lanes are for the groups they were for, also where a lane's own record is lost", () => {
  const room = new Room();
  submit(room, 900n, 5n, 6n);
  submit(room, 0n, 5n);
  const [first] = room.store.entries("lanes");
  if (first === undefined) throw new Error("lanes have records");
  room.store.write([{ table: "lanes", key: first.key, value: undefined }]);
  const again = new Room({ store: room.store, incarnation: 2n });
  expect([...again.outbox.lanes()].map(({ to, group }) => `${to} for ${group}`).sort()).toEqual([
    "5 for 0",
    "5 for 900",
    "6 for 900",
  ]);
  expect(again.outbox.lanesLike({ to: 5n, group: 900n })).toHaveLength(1);
});

test("a lane says in its record, and in those of its entries, what group it is for", () => {
  const lane = new Lane({ conversation: 7n, to: 5n, group: 900n, boundTo: 0n, next: 1 }, defaultLimits);
  const { value } = lane.record();
  expect(value && Lane.from(value, defaultLimits).group).toBe(900n);
});

test("whether all of some targets can have a lane is known before any has: nothing is begun in vain", () => {
  const room = new Room({ limits: { lanesMax: 3 } });
  const check = (...to: readonly bigint[]) =>
    room.outbox.checkLanes(to.map((id) => ({ to: id, boundTo: 0n, group: 900n })));
  expect(() => check(5n, 6n, 7n)).not.toThrow();
  expect(() => check(5n, 6n, 7n, 8n)).toThrow("targets wait for their receipts");
  const [five, six] = submit(room, 900n, 5n, 6n);
  // Those that wait already have one.
  expect(() => check(5n, 6n, 7n)).not.toThrow();
  expect(() => check(7n, 8n)).toThrow("messages to 2 targets");
  settle(room, five);
  // One that is open and waits for nothing may have to go for another.
  expect(() => check(7n, 8n)).not.toThrow();
  expect(() => check(5n, 7n, 8n)).toThrow("messages to 1 targets");
  settle(room, six);
  expect(() => submit(room, 900n, 5n, 7n, 8n)).not.toThrow();
});

test("whatever the check lets pass can be submitted", () => {
  for (const [first, second] of [
    [[5n], [5n, 6n, 7n]],
    [
      [5n, 6n, 7n],
      [8n, 9n, 10n],
    ],
    [
      [5n, 6n],
      [6n, 7n, 8n],
    ],
  ] as const) {
    const room = new Room({ limits: { lanesMax: 3 } });
    for (const lane of submit(room, 900n, ...first)) settle(room, lane);
    room.outbox.checkLanes(second.map((to) => ({ to, boundTo: 0n, group: 900n })));
    expect(submit(room, 900n, ...second)).toHaveLength(3);
  }
});
