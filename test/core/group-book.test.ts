import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { Entry } from "../../src/core/lane.ts";
import { readPreface, type Preface } from "../../src/core/preface.ts";
import { conversationKey } from "../../src/core/conversation.ts";
import { key64 } from "../../src/core/store-op.ts";
import { GroupRecordSchema, MarkRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { GroupTown, letters, theGroup, type GroupPeer } from "./group-room.ts";

function prefaceOf({ body }: Entry): Preface {
  const preface = readPreface(body);
  if (typeof preface === "string") throw new Error(preface);
  return { after: preface.after, lamport: preface.lamport };
}

/** The prefaces of what waits in a peer's outbox for peer 2. */
function prefaces(peer: GroupPeer): readonly Preface[] {
  const lanes = [...peer.outbox.lanes()].filter(({ to }) => to === 2n);
  return lanes.flatMap((lane) => [...lane.entries.values()].map(prefaceOf));
}

test("what changes is on the disk with the letters that tell it, and in the next life", () => {
  const town = new GroupTown(2);
  town.team(1, 2);
  town.at(1).say("one");
  const record = fromBinary(GroupRecordSchema, town.at(1).store.value("groups", key64(theGroup)) ?? new Uint8Array());
  expect([record.id, record.next, record.membership?.name]).toEqual([theGroup, 2n, "team"]);
  const again = town.start(1n);
  expect([again.seen(), again.say("two")]).toEqual(["1 joined, 2 joined", 2]);
  town.settle();
  expect(town.at(2).shown).toEqual(["1#1 one", "1#2 two"]);
});

test("who invited somebody is on the disk too where two did, and that is no news to people", () => {
  const town = new GroupTown(4);
  town.team(1, 2, 3);
  town.away.add(2n).add(3n);
  town.at(1).event(() => town.at(1).groups.invite(theGroup, [4n]));
  town.at(3).event(() => town.at(3).groups.invite(theGroup, [4n]));
  town.away.clear();
  town.settle();
  const sums = [1, 2, 3, 4].map((id) => {
    const { store } = town.at(id);
    const record = fromBinary(GroupRecordSchema, store.value("groups", key64(theGroup)) ?? new Uint8Array());
    return record.membership?.members.find((member) => member.id === 4n)?.invitedBy;
  });
  expect(sums).toEqual([3n, 3n, 3n, 3n]);
  for (const id of [1, 2, 3, 4]) expect(town.at(id).told.filter((line) => line === "4 invited")).toHaveLength(1);
});

test("what dies with its peer before it is durable was never told to anybody", () => {
  const town = new GroupTown(2);
  town.at(1).event(() => town.at(1).groups.create(theGroup, "team", [2n]), true);
  town.start(1n);
  town.settle();
  expect([town.at(1).groups.list(), town.at(2).groups.list(), town.crossed]).toEqual([[], [], 0]);
});

test("without room in the outbox the change is on the disk, and the letters leave as soon as there is room", () => {
  const town = new GroupTown(3, { outboxCountMax: 3 });
  town.team(1, 2, 3);
  town.away.add(2n);
  town.at(1).say("one");
  town.at(1).event(() => town.at(1).groups.leave(theGroup));
  // Of room for two letters there is one.
  expect([town.at(1).seen(), letters(town.at(1)).length]).toEqual(["1 left, 2 joined, 3 joined", 2]);
  expect(town.at(1).told.at(-1)).toBe("1 left");
  const record = fromBinary(GroupRecordSchema, town.at(1).store.value("groups", key64(theGroup)) ?? new Uint8Array());
  expect(record.membership?.members.map(({ version }) => version)).toEqual([2, 2, 2]);
  town.away.clear();
  town.settle();
  expect([2, 3].map((id) => town.at(id).seen())).toEqual(Array(2).fill("1 left, 2 joined, 3 joined"));
});

test("a message for which there is no room reaches nobody, and leaves no trace: neither number nor what was seen", () => {
  const town = new GroupTown(3, { outboxCountMax: 3 });
  town.team(1, 2, 3);
  town.away.add(2n).add(3n);
  town.at(1).event(() => town.at(1).groups.stands([{ standing: standing(7n, 4) }]));
  expect(town.at(1).say("one")).toBe(1);
  town.at(1).event(() => town.at(1).groups.stands([{ standing: standing(7n, 9) }]));
  expect(() => town.at(1).say("two")).toThrow("the outbox is full");
  town.away.clear();
  town.settle();
  town.away.add(2n).add(3n);
  expect(town.at(1).say("two, again")).toBe(2);
  expect(prefaces(town.at(1))).toEqual([{ after: [{ epoch: 7n, number: 8 }], lamport: 2 }]);
});

test("room for a message counts what it says of others' messages, which may be longer than itself", () => {
  const town = new GroupTown(3, { outboxBytesMax: 3_000 });
  town.team(1, 2, 3);
  const seen = Array.from({ length: 200 }, (_, index) => ({ standing: standing(BigInt(index + 1_000), 4) }));
  town.at(1).event(() => town.at(1).groups.stands(seen));
  expect(() => town.at(1).say("one")).toThrow("the outbox is full");
  expect([letters(town.at(1)), town.at(1).outbox.size]).toEqual([[], 0]);
});

test("where not every member can have a lane, no member gets the message", () => {
  const town = new GroupTown(4, { lanesMax: 5 });
  town.team(1, 2, 3);
  town.away.add(2n).add(3n).add(4n);
  const { outbox } = town.at(1);
  const direct = { boundTo: 0n, body: new Uint8Array(9), ttlMs: 1_000 };
  town.at(1).event(() => [10n, 11n, 12n, 13n].forEach((to) => outbox.submit({ ...direct, to }, 0)));
  expect(() => town.at(1).say("one")).toThrow("targets wait for their receipts");
  expect(letters(town.at(1))).toEqual([]);
  const [lane] = [...outbox.lanes()].filter(({ to }) => to === 10n);
  if (lane === undefined) throw new Error("there is a lane to 10");
  const outcome = { status: "delivered", reason: "", nowMs: 0 } as const;
  town.at(1).event(() => outbox.settle(lane, [{ first: 1, last: 1 }], outcome, town.at(1).effects));
  expect(town.at(1).say("one")).toBe(1);
  expect(letters(town.at(1)).map(({ to }) => to)).toEqual([2n, 3n]);
});

test("what was seen before a restart is named by the first message after it, in a time above all of it", () => {
  const town = new GroupTown(2);
  town.team(1, 2);
  town.at(1).say("one");
  town.settle();
  const { store } = town.at(1);
  const mark = (epoch: bigint, next: bigint) => ({
    table: "marks" as const,
    key: conversationKey(epoch, theGroup),
    value: toBinary(MarkRecordSchema, create(MarkRecordSchema, { epoch, conversation: theGroup, next })),
  });
  // The last is a stranger's word, which is not believed.
  store.write([mark(7n, 5n), mark(8n, 3n), mark(9n, 2n ** 53n)]);
  const again = town.start(1n);
  town.away.add(2n);
  again.say("two");
  again.say("three");
  const after = [
    { epoch: 7n, number: 4 },
    { epoch: 8n, number: 2 },
    { epoch: 9n, number: 2 ** 53 - 1 },
  ];
  expect(prefaces(again)).toEqual([
    { after, lamport: 8 },
    { after: [], lamport: 9 },
  ]);
});

test("messages are in causal order, and who the members are waits for nothing", () => {
  const town = new GroupTown(2);
  town.team(1, 2);
  town.away.add(2n);
  town.at(1).event(() => town.at(1).groups.stands([{ standing: standing(7n, 4) }]));
  town.at(1).event(() => town.at(1).groups.invite(theGroup, [9n]));
  town.at(1).say("one");
  expect(prefaces(town.at(1))).toEqual([
    { after: [], lamport: 0 },
    { after: [{ epoch: 7n, number: 3 }], lamport: 1 },
  ]);
});

function standing(epoch: bigint, next: number) {
  return { epoch, conversation: theGroup, delivered: [], refused: [], next };
}
