import { expect, test } from "vitest";
import { allTo, Frontier } from "../../src/core/frontier.ts";
import { held, saying, sayings, SpreadRoom } from "./spread-room.ts";

const pairOfLinks = [
  [1, 2],
  [1, 3],
] as const;

test("a newcomer asks others for what its neighbour has not any more, and tells nobody that it has that", () => {
  const peer = new SpreadRoom(pairOfLinks, { limits: { repairMs: 1_000 } });
  peer.hear(2, { held: [held(7n, 6, 6, [2, 3])] });
  peer.take(2, [saying("7/6")]);
  peer.hear(2, { held: [held(7n, 6, 6, [2, 3])], answer: true });
  expect(peer.told(3, peer.hear(3, { list: true }))).toEqual(["7 is 6-6 but 1-5"]);
  expect(peer.told(3, peer.hear(3, { held: [held(7n, 4, 6)] }))).toEqual(["7 wants 4-5"]);
  peer.take(3, [saying("7/4"), saying("7/5")]);
  peer.hear(3, { held: [held(7n, 4, 6)], answer: true });
  expect(peer.shown).toEqual(["7/6", "7/4", "7/5"]);
  expect(peer.told(2, peer.due(20_000)).at(-1)).toBe("7 is 4-6 but 1-3");
});

test("who lacks the beginning of something lists all at once, and asks every neighbour for its list", () => {
  const newcomer = new SpreadRoom(pairOfLinks);
  newcomer.hear(3, { held: [held(7n, 4, 5)] });
  newcomer.take(3, sayings(7, 4, 5));
  const { room } = newcomer;
  const greeting = room.durably(() => room.spread.repair.greet(room.link(2)));
  expect(newcomer.told(2, greeting)).toEqual(["sum", "7 is 4-5 but 1-3, list"]);
  expect(newcomer.told(2, newcomer.hear(2, { held: [held(7n, 2, 5)] }))).toEqual(["7 wants 2-3"]);
  newcomer.take(2, sayings(7, 2, 3));
  expect(newcomer.shown).toEqual(["7/4", "7/5", "7/2", "7/3"]);
});

test("who begins where nothing is left has got as far as its neighbour", () => {
  const newcomer = new SpreadRoom(pairOfLinks);
  newcomer.hear(3, { held: [held(7n, 6, 5)] });
  expect(newcomer.told(2, newcomer.hear(2, { list: true }))).toEqual(["7 is 6-5 but 1-5"]);
  const neighbour = new Frontier();
  neighbour.raise(7n, allTo(5));
  expect(newcomer.told(3, newcomer.hear(3, { summary: neighbour.summary }))).toEqual([]);
});

test("who is offered the beginning waits for that, whatever another neighbour begins with", () => {
  const newcomer = new SpreadRoom(pairOfLinks);
  expect(newcomer.told(2, newcomer.hear(2, { held: [held(7n, 1, 3)] }))).toEqual(["7 wants 1-3"]);
  newcomer.hear(3, { held: [held(7n, 4, 5)] });
  newcomer.take(3, sayings(7, 4, 5));
  newcomer.take(2, sayings(7, 1, 2, 3));
  expect(newcomer.shown).toEqual(["7/1", "7/2", "7/3", "7/4", "7/5"]);
});

test("who does not give the beginning is gone on without, and asked for it again", () => {
  const newcomer = new SpreadRoom(pairOfLinks, { limits: { askMs: 2_000, gapWaitMs: 1_000_000 } });
  newcomer.hear(2, { held: [held(7n, 1, 3)] });
  for (let nowMs = 2_000; nowMs <= 20_000; nowMs += 2_000) {
    newcomer.hear(2, { answer: true }, nowMs);
    newcomer.due(nowMs);
  }
  newcomer.hear(3, { held: [held(7n, 4, 5)] }, 22_000);
  newcomer.take(3, sayings(7, 4, 5), 22_000);
  expect(newcomer.shown).toEqual(["7/4", "7/5"]);
  const told = [30_000, 60_000, 90_000].flatMap((nowMs) => newcomer.told(2, newcomer.due(nowMs)));
  expect(told).toContain("7 wants 1-3");
});

test("who has got as far, and began with less, asks a neighbour that did not list yet what it has", () => {
  const newcomer = new SpreadRoom(pairOfLinks);
  newcomer.hear(3, { held: [held(7n, 4, 5)] });
  newcomer.take(3, sayings(7, 4, 5));
  const neighbour = new Frontier();
  neighbour.raise(7n, allTo(5));
  // Its link came up when nothing was known here yet, and it says so only now.
  const told = newcomer.told(2, newcomer.hear(2, { summary: neighbour.summary }));
  expect(told.at(-1)).toMatch(/list$/);
  expect(newcomer.told(2, newcomer.hear(2, { held: [held(7n, 1, 5)] }))).toEqual(["7 wants 1-3"]);
  // Once is enough.
  expect(newcomer.told(2, newcomer.hear(2, { summary: neighbour.summary }, 60_000))).toEqual([]);
});
