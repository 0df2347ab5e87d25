import { expect, test } from "vitest";
import { parseUserName } from "../../src/registry/user-name.ts";

test.each(["a", "ali", "Ömer Korçak", "user-1", "李雷", "a".repeat(64), "é".repeat(32), "👩‍👩‍👧"])(
  "%j is a name",
  (name) => {
    expect(parseUserName(name)).toBe(name);
  },
);

test("a name is brought into form NFC before it is measured and compared", () => {
  expect(parseUserName("e\u0301")).toBe("\u00e9");
  expect(parseUserName("e\u0301".repeat(32))).toBe("\u00e9".repeat(32));
});

test.each([
  ["", "is empty"],
  ["a".repeat(65), "has 65 bytes of UTF-8; the most is 64"],
  ["é".repeat(33), "has 66 bytes of UTF-8; the most is 64"],
  ["a".repeat(1_000_000), "is longer than 64 bytes"],
  ["12345", "is a number"],
  ["٣٤", "is a number"],
  ["ali\u0000", "control characters"],
  ["a\u001b[2J", "control characters"],
  ["ali\u202egnp", "do not show"],
  ["ali\u200b", "do not show"],
  ["ali\u2028", "do not show"],
  [" ali", "begins or ends with a space"],
])("%j is none", (name, why) => {
  expect(() => parseUserName(name)).toThrow(
    expect.objectContaining({ code: "bad-option", message: expect.stringContaining(why) as string }),
  );
});
