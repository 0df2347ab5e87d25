import { expect, test } from "vitest";
import { Cache, type Origin } from "../../../src/bridges/gossip/cache.ts";

const origin: Origin = { kind: "peer", link: 1 };

function announcement(type: number, ...data: readonly number[]) {
  return { ttl: 0, type, data: Uint8Array.from(data) };
}

test("the oldest makes room", () => {
  const cache = new Cache(2);
  const [a, b, c] = [1, 2, 3].map((type) => cache.add(announcement(type), origin, "waiting"));
  expect([a, b, c].map((kept) => cache.get(kept?.id ?? 0)?.announcement.type)).toEqual([undefined, 2, 3]);
  expect(cache.size).toBe(2);
});

test("ids go from 1 to 65535 and begin anew, passing over those in use", () => {
  const cache = new Cache(2);
  const ids = [cache.add(announcement(1), origin, "waiting").id];
  while (ids.length < 65_535) {
    const { id } = cache.add(announcement(2), origin, "waiting");
    ids.push(id);
    // Else the first one would make room.
    cache.delete(id);
  }
  expect(ids).toEqual(Array.from({ length: 65_535 }, (_, index) => index + 1));
  expect(cache.add(announcement(3), origin, "waiting").id).toBe(2);
});

test("the untold are those of a type that nobody was told of, oldest first", () => {
  const cache = new Cache(9);
  const [a, told, b] = [1, 2, 3].map((byte) => cache.add(announcement(7, byte), origin, "waiting"));
  cache.add(announcement(8, 1), origin, "waiting");
  told?.told.add(1);
  expect(cache.untold(7)).toEqual([a, b]);
  expect(cache.untoldLike(announcement(7, 3))).toBe(b);
  expect(cache.untoldLike(announcement(7, 2))).toBeUndefined();
  expect(cache.untoldLike(announcement(9, 3))).toBeUndefined();
});
