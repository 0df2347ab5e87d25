import fc from "fast-check";
import { expect, test } from "vitest";
import { fileName } from "../../../src/adapters/node/file-name.ts";

test("a key can be read in its name", () => {
  expect(fileName("udp-chat 127.0.0.1:9000")).toMatch(/^udp-chat-127\.0\.0\.1-9000-[0-9a-f]{32}$/);
});

test("whatever the key, its name is a file's of bounded length, not hidden, and another one for each key", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, other) => {
      expect(fileName(key)).toMatch(/^(?!\.)[A-Za-z0-9.-]{1,65}$/);
      expect(fileName(key) === fileName(other)).toBe(key === other);
    }),
  );
  expect(fileName("../".repeat(1_000))).toMatch(/^[A-Za-z0-9.-]{1,65}$/);
});
