import { expect, test } from "vitest";
import { Presence } from "../../src/registry/presence.ts";

const where = { addresses: ["127.0.0.1:8081"], busy: false };
const here = { ...where, alone: true };

test("a user is online from its beat until it was silent for so long", () => {
  const presence = new Presence(200_000);
  presence.beat("ali", here, 1_000);
  expect(presence.expire(200_999)).toEqual([]);
  expect(presence.of("ali")).toEqual({ kind: "online", ...where });
  expect(presence.expire(201_000)).toEqual(["ali"]);
  expect(presence.of("ali")).toEqual({ kind: "offline", sinceMs: 1_000 });
  expect(presence.expire(500_000)).toEqual([]);
});

test("every beat counts anew, and says where the user is now", () => {
  const presence = new Presence(200_000);
  presence.beat("ali", here, 0);
  presence.beat("veli", here, 10);
  presence.beat("ali", { addresses: ["127.0.0.1:9"], busy: true, alone: true }, 150_000);
  expect(presence.nextDeadlineMs).toBe(200_010);
  expect(presence.expire(300_000)).toEqual(["veli"]);
  expect(presence.of("ali")).toEqual({ kind: "online", addresses: ["127.0.0.1:9"], busy: true });
  expect(presence.count).toBe(1);
});

test("whoever leaves is offline at once", () => {
  const presence = new Presence(200_000);
  presence.beat("ali", here, 0);
  presence.leave("ali", 5);
  expect([presence.of("ali"), presence.isOnline("ali")]).toEqual([{ kind: "offline", sinceMs: 5 }, false]);
  presence.leave("ali", 9);
  expect(presence.of("ali")).toEqual({ kind: "offline", sinceMs: 5 });
});

test("of whom it has never seen it does not say since when", () => {
  const presence = new Presence(200_000);
  expect(presence.of("ali")).toEqual({ kind: "offline", sinceMs: undefined });
  expect([presence.count, presence.nextDeadlineMs]).toEqual([0, Infinity]);
});

test("it counts those with links, whatever becomes of them", () => {
  const presence = new Presence(200_000);
  const linked = { ...where, alone: false };
  for (const [name, atMs] of [
    ["ali", 0],
    ["veli", 10],
    ["selami", 20],
    ["ali", 30],
  ] as const)
    presence.beat(name, linked, atMs);
  expect([presence.linked, presence.isAlone("ali"), presence.isAlone("nobody")]).toEqual([3, false, true]);
  presence.beat("ali", here, 40);
  expect([presence.linked, presence.isAlone("ali")]).toEqual([2, true]);
  presence.leave("veli", 50);
  presence.expire(500_000);
  expect(presence.linked).toBe(0);
});
