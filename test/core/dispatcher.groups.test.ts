import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import type { Departure } from "../../src/core/dispatcher.ts";
import { unfold } from "../../src/core/multicast.ts";
import { headerOf, nodeOfSeed, Room, type Sent } from "./room.ts";

/** Peer 1 with 2 and 3 behind 2, 4 and 5 behind 4, and nobody at 6. */
function roomOfTwoSides(): Room {
  const room = new Room();
  room.wire([
    [1, 2],
    [2, 3],
    [1, 4],
    [4, 5],
  ]);
  return room;
}

function departure(seed: number, body: Uint8Array): Departure {
  const [destinations, destinationKeys] = [[BigInt(seed)], [nodeOfSeed(seed)]];
  const numbers = { conversation: BigInt(seed + 100), number: seed, attempt: 2, floor: 1, begin: 0 };
  return { ...numbers, destinations, destinationKeys, sentAtMs: 7, ttlMs: 9, body };
}

/** Shares a body with the peers of these seeds, in one event. */
function share(room: Room, body: Uint8Array, ...seeds: readonly number[]): readonly Sent[] {
  return room.event(() => {
    for (const seed of seeds) room.dispatcher.share(nodeOfSeed(seed), departure(seed, body));
    room.dispatcher.flush();
  }).sent;
}

test("what several get leaves as one envelope for each link, in which each has its own line", () => {
  const room = roomOfTwoSides();
  const sent = share(room, encodeText("hi"), 2, 3, 4, 5);
  expect(sent.map(({ over, header }) => [over, header.destinations, header.conversation])).toEqual([
    [2, [2n, 3n], 0n],
    [4, [4n, 5n], 0n],
  ]);
  for (const { header, body } of sent) {
    if (body.kind !== "multicast") throw new Error("it is one for several");
    for (const node of header.destinationKeys) {
      const seed = [2, 3, 4, 5].find((candidate) => nodeOfSeed(candidate) === node) ?? 0;
      const own = unfold(body.bytes, header, node)?.header;
      expect(own).toMatchObject({ conversation: BigInt(seed + 100), number: seed, attempt: 2, floor: 1, sentAtMs: 7 });
    }
  }
});

test("alone on its link, it leaves as it would have without sharing", () => {
  const room = roomOfTwoSides();
  const body = encodeText("hi");
  const sent = share(room, body, 3, 5);
  expect(sent.map(({ over, bytes }) => [over, bytes])).toEqual([
    [2, room.dispatcher.envelope(departure(3, body))],
    [4, room.dispatcher.envelope(departure(5, body))],
  ]);
});

test("only the very same body is shared: equal bytes of another message are another message", () => {
  const room = roomOfTwoSides();
  const sent = room.event(() => {
    room.dispatcher.share(nodeOfSeed(2), departure(2, encodeText("hi")));
    room.dispatcher.share(nodeOfSeed(3), departure(3, encodeText("hi")));
    room.dispatcher.flush();
  }).sent;
  expect(sent.map(({ header }) => header.destinations)).toEqual([[2n], [3n]]);
});

test("what has left does not leave with the next, and numbers of envelopes for several never repeat", () => {
  const room = roomOfTwoSides();
  const body = encodeText("hi");
  const numbers = [1, 2, 3].map(() => share(room, body, 2, 3)[0]?.header.number);
  expect(new Set(numbers).size).toBe(3);
  expect(share(room, body)).toEqual([]);
  const again = new Room({ incarnation: 2n });
  again.wire([
    [1, 2],
    [2, 3],
  ]);
  expect(numbers).not.toContain(share(again, body, 2, 3)[0]?.header.number);
});

test("what this peer sends to itself does not cross a link", () => {
  const room = roomOfTwoSides();
  room.event(() => {
    room.dispatcher.share(nodeOfSeed(1), departure(1, encodeText("hi")));
    room.dispatcher.flush();
    expect(room.dispatcher.takeOwn().map((envelope) => headerOf(envelope).destinations)).toEqual([[1n]]);
  });
});
