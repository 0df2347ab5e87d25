import { expect, test } from "vitest";
import { parsePassword } from "../../src/registry/password.ts";

test.each(["12345678", "p".repeat(1_024), "é".repeat(4), "with \u0000 and \u202e"])("%j is taken", (password) => {
  expect(Buffer.from(parsePassword(password)).toString("utf8")).toBe(password);
});

test("two ways to write a letter are one password", () => {
  expect(parsePassword("cafe\u0301 au lait")).toEqual(parsePassword("caf\u00e9 au lait"));
});

test.each(["", "1234567", "é".repeat(3), "p".repeat(1_025), "é".repeat(513), "p".repeat(10_000_000)])(
  "a password that is too short or too long is refused, and not repeated",
  (password) => {
    const refusal = { code: "bad-option", message: "a password has 8 to 1024 bytes of UTF-8" };
    expect(() => parsePassword(password)).toThrow(expect.objectContaining(refusal));
  },
);
