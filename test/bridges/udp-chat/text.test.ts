import fc from "fast-check";
import { expect, test } from "vitest";
import { announcementOf, plainly, substituteFor, textBytesMax, textFault } from "../../../src/bridges/udp-chat/text.ts";

test.each(["hi there", "", "it's {fine}: 'ok'", "iki\nsatır", "👩‍👧"])("%j is carried", (text) => {
  expect(textFault(text)).toBeUndefined();
});

test.each([
  ["a|b", /bar/],
  ["who?", /question mark/],
  ["é".repeat(451), /902 bytes/],
  ["\ud800", /surrogate/],
])("%j is not, and why is told", (text, reason) => {
  expect(textFault(text)).toMatch(reason);
});

test("900 bytes are carried, and one more is not", () => {
  expect(textFault("a".repeat(900))).toBeUndefined();
  expect(textFault("a".repeat(901))).toMatch(/901/);
});

test("what is shown in place of a text, and what is said of a fault, can be carried", () => {
  for (const text of ["a|b", "a?b", "a".repeat(1_000)]) {
    expect(textFault(substituteFor(text))).toBeUndefined();
    expect(textFault(textFault(text) ?? "|")).toBeUndefined();
  }
  expect(textFault(announcementOf("4621"))).toBeUndefined();
});

test("any text of ours can be made plain", () => {
  expect(plainly("why? a|b")).toBe("why. a/b");
  expect(plainly("plain")).toBe("plain");
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 2 * textBytesMax }),
      (text) => textFault(plainly(text)) === undefined,
    ),
  );
});
