import { expect, test } from "vitest";
import { ship } from "../../src/core/parcels.ts";
import { Run, type Sized } from "../../src/core/run.ts";
import { Sequence } from "../../src/core/sequence.ts";
import { envelopeOf, nodeOfSeed, parcelsIn, Room, type Outcome } from "./room.ts";

function shipped(room: Room, todo: Sequence<Sized>, run = new Run(room.limits)): Outcome {
  const next = () => {
    const number = run.next(todo, 0);
    return number === undefined ? undefined : envelopeOf({ number });
  };
  return room.event(() => ship({ node: nodeOfSeed(2), next }, { dispatcher: room.dispatcher, limits: room.limits }));
}

function todoOf(count: number): Sequence<Sized> {
  const todo = new Sequence<Sized>();
  for (let number = 1; number <= count; number += 1) todo.put(number, { bytes: 60 });
  return todo;
}

function roomWithNeighbour(limits = {}): Room {
  const room = new Room({ limits });
  room.wire([[1, 2]]);
  return room;
}

test("everything that the run allows leaves, in order, in as few parcels as their bound allows", () => {
  const { sent } = shipped(roomWithNeighbour({ windowCountMax: 700 }), todoOf(1_000));
  expect(sent).toHaveLength(2);
  expect(parcelsIn(sent).map(({ number }) => number)).toEqual(Array.from({ length: 700 }, (_, index) => index + 1));
  expect(sent.every(({ over, header }) => over === 2 && header.conversation === 0n)).toBe(true);
});

test("parcels are bounded in bytes too", () => {
  const { sent } = shipped(roomWithNeighbour({ batchBytesMax: 100 }), todoOf(10));
  expect(sent.length).toBeGreaterThan(3);
  expect(parcelsIn(sent)).toHaveLength(10);
});

test("with nothing to do, or without a road, nothing leaves; what could not is due again", () => {
  expect(shipped(roomWithNeighbour(), todoOf(0)).sent).toEqual([]);
  const room = new Room();
  const run = new Run(room.limits);
  expect(shipped(room, todoOf(3), run).sent).toEqual([]);
  expect(run.dueMs).toBe(room.limits.resendMinMs);
});
