import fc from "fast-check";
import { expect, test } from "vitest";
import { contentKey, nextHop } from "../../../src/bridges/gossip/announcement.ts";
import { anyAnnouncement } from "./arbitrary.ts";

const data = Uint8Array.of(1);

test("each hop takes one from the ttl, and the last one takes the announcement", () => {
  expect(nextHop({ ttl: 255, type: 1, data })).toEqual({ ttl: 254, type: 1, data });
  expect(nextHop({ ttl: 2, type: 1, data })).toEqual({ ttl: 1, type: 1, data });
  expect(nextHop({ ttl: 1, type: 1, data })).toBeUndefined();
});

test("a ttl of 0 is no limit and stays none", () => {
  expect(nextHop({ ttl: 0, type: 1, data })).toEqual({ ttl: 0, type: 1, data });
});

test("announcements are the same when type and data are, whatever their ttl", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(contentKey({ ttl: 1, type: 5, data: bytes })).toBe(contentKey({ ttl: 9, type: 5, data: bytes.slice() }));
  const keys = [...bytes].map((byte) => contentKey({ ttl: 0, type: 1, data: Uint8Array.of(byte) }));
  expect(new Set(keys).size).toBe(256);
});

test("others differ", () => {
  fc.assert(
    fc.property(anyAnnouncement, anyAnnouncement, (one, other) => {
      const same = one.type === other.type && Buffer.compare(one.data, other.data) === 0;
      expect(contentKey(one) === contentKey(other)).toBe(same);
    }),
  );
});
