import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import type { GroupNews } from "../../src/core/outcome.ts";
import { Room } from "./room.ts";

const body = encodeText("hi");

test("what becomes of copies is told to groups, copy by copy, and is no status of a send", () => {
  const room = new Room();
  const news: string[] = [];
  const tell = ({ lane, entry, status }: GroupNews) => news.push(`${lane.to}#${entry.number} ${status}`);
  room.outbox.tellGroups(tell);
  const sent = room.durably(() => {
    for (const to of [5n, 6n]) room.outbox.submit({ to, boundTo: 0n, body, ttlMs: 1_000, group: 900n }, 0);
    room.outbox.submit({ to: 5n, boundTo: 0n, body, ttlMs: 1_000 }, 0);
  });
  expect([news, sent.told]).toEqual([["5#1 accepted", "6#1 accepted"], ["1 accepted"]]);
  const [lane] = room.outbox.lanesLike({ to: 5n, group: 900n });
  if (lane === undefined) throw new Error("there is a lane for the group");
  const settled = (status: "delivered" | "refused") => {
    const outcome = { status, reason: "", nowMs: 0 } as const;
    return room.durably(() => room.outbox.settle(lane, [{ first: 1, last: 9 }], outcome, room.effects)).told;
  };
  expect([settled("refused"), settled("delivered")]).toEqual([[], []]);
  expect(news.slice(2)).toEqual(["5#1 refused"]);
  // Numbers of copies are nobody's: who asks for a message to the peer does not mean them.
  expect(room.outbox.epitaphs(1, 5n)).toEqual([]);
});

test("that something was refused is durable before others hear a floor above it: a later life may send it again", () => {
  const room = new Room();
  room.durably(() => {
    for (const at of [1, 2, 3]) room.outbox.submit({ to: 5n, boundTo: 0n, body, ttlMs: 1_000, group: 900n }, at);
  });
  const [lane] = room.outbox.lanesLike({ to: 5n, group: 900n });
  if (lane === undefined) throw new Error("there is a lane for the group");
  const settle = (number: number, status: "delivered" | "refused") => {
    const outcome = { status, reason: "", nowMs: 0 } as const;
    room.outbox.settle(lane, [{ first: number, last: number }], outcome, room.effects);
  };
  room.event(() => settle(1, "delivered"));
  expect(lane.floorTold).toBe(2);
  room.event(() => settle(2, "refused"));
  expect([lane.floor, lane.floorTold]).toEqual([3, 2]);
  room.persist();
  expect(lane.floorTold).toBe(3);
});

test("copies expire as sends do, each told once", () => {
  const room = new Room();
  const news: string[] = [];
  room.outbox.tellGroups(({ lane, entry, status }) => news.push(`${lane.to}#${entry.number} ${status}`));
  room.durably(() => room.outbox.submit({ to: 5n, boundTo: 0n, body, ttlMs: 1_000, group: 900n }, 0));
  room.durably(() => room.sender.due(1_000), 1_000);
  room.durably(() => room.sender.due(9_000), 9_000);
  expect(news).toEqual(["5#1 accepted", "5#1 expired"]);
  expect(room.outbox.size).toBe(0);
});

test("room is checked for all copies together, by count and by bytes", () => {
  const room = new Room({ limits: { outboxCountMax: 3, outboxBytesMax: 100 } });
  room.durably(() => room.outbox.submit({ to: 5n, boundTo: 0n, body: new Uint8Array(40), ttlMs: 1_000 }, 0));
  expect(() => room.outbox.checkRoom(2, 60)).not.toThrow();
  expect(() => room.outbox.checkRoom(3, 0)).toThrow("the outbox is full: 1 messages and 40 bytes");
  expect(() => room.outbox.checkRoom(1, 61)).toThrow("the outbox is full");
});
