import fc from "fast-check";
import { expect, test } from "vitest";
import { foldName, nameFault, showName } from "../../src/core/name.ts";
import { parseWhom } from "../../src/core/whom.ts";
import { anyText } from "./text-arbitrary.ts";

test.each(["ali", "Ali Reza", "Zoë", "علی", "李小龙", "anna 👋", "3com", "o'neil", "a@b", "x".repeat(256)])(
  "%j is a name",
  (name) => {
    expect(nameFault(name, 256)).toBeUndefined();
  },
);

test.each([
  ["", /empty/],
  ["x".repeat(257), /257 bytes of UTF-8; the most is 256/],
  ["x".repeat(10_000), /10000 bytes/],
  ["ü".repeat(129), /258 bytes/],
  ["\ud800", /not Unicode/],
  ["a\u0007", /control characters/],
  ["a\nb", /control characters/],
  ["a\u202eb", /do not show: "a\\u202eb"/],
  ["a\u2066b", /do not show/],
  ["ali\u200b", /do not show/],
  ["a\u2028b", /do not show/],
  [" ali", /space/],
  ["ali\u3000", /space/],
  ["77252666718255106", /number/],
  ["-5", /number/],
  ["٣٤", /number/],
  ["ali@106", /namesakes/],
])("%.20j is no name, for a reason that is told", (name, reason) => {
  expect(nameFault(name, 256)).toMatch(reason);
});

test("names are the same but for case and for how accents are encoded", () => {
  for (const [one, other] of [
    ["ALI", "ali"],
    ["Zoe\u0308", "ZO\u00cb"],
    ["ΟΔΟΣ", "οδος"],
    ["Straße", "STRASSE"],
  ] as const)
    expect(foldName(one)).toBe(foldName(other));
  expect(foldName("ali")).not.toBe(foldName("alí"));
});

test.each([
  ["ali", "ali"],
  ["Zoë", "Zoë"],
  ["o'neil-2", "o'neil-2"],
  ["Ali Reza", '"Ali Reza"'],
  ["77", '"77"'],
  ["*", '"*"'],
  ["/help", '"/help"'],
  ["a] [7", '"a] [7"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["ali@106", '"ali@106"'],
  ["\u202eila", '"\\\\u202eila"'],
])("%j is shown as %s", (name, shown) => {
  expect(showName(name)).toBe(shown);
});

test("a name that shows is read back from what is shown, whatever it is", () => {
  fc.assert(
    fc.property(anyText, (name) => {
      fc.pre(/^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(name));
      expect(parseWhom(showName(name))).toEqual({ kind: "name", name, digits: "" });
    }),
  );
});

test("what is shown of a name is one line, and either one plain word or in quotes", () => {
  fc.assert(
    fc.property(anyText, (name) => {
      expect(showName(name)).toMatch(
        /^(?:\p{L}[\p{L}\p{M}\p{N}._+'-]*|"(?:[^"\\\p{C}]|\\.|\u200d|[\p{Cf}\p{Co}\p{Cn}])*")$/u,
      );
    }),
  );
});
