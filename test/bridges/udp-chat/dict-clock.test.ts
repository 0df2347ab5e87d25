import fc from "fast-check";
import { expect, test } from "vitest";
import { readClock, writeClock } from "../../../src/bridges/udp-chat/dict-clock.ts";

test("a clock is written as Python writes a dict", () => {
  const clock = new Map([
    ["4621", 0],
    ["9101", 3],
  ]);
  expect(writeClock(clock)).toBe("{'4621': 0, '9101': 3}");
  expect(writeClock(new Map())).toBe("{}");
});

test("a clock is read whatever its spaces", () => {
  expect(readClock("{'4621':0,'9101' : 3 }")).toEqual(
    new Map([
      ["4621", 0],
      ["9101", 3],
    ]),
  );
  expect(readClock("{}")).toEqual(new Map());
});

test("of an id that stands twice the higher counter holds", () => {
  expect(readClock("{'1': 7, '1': 3}")).toEqual(new Map([["1", 7]]));
});

test.each([
  "",
  "{",
  "{'1': 1,}",
  "{1: 1}",
  '{"1": 1}',
  "{'a': 1}",
  "{'1': -1}",
  "{'1': 1.5}",
  "{'1': 9007199254740993}",
  "{'1': 1} ",
  "['1']",
  "{'1': 1}{'2': 1}",
])("%j is no clock", (text) => {
  expect(readClock(text)).toBeUndefined();
});

test("what was written is read again", () => {
  const entry = fc.tuple(fc.nat({ max: 99_999 }).map(String), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ([id]) => id }), (entries) => {
      const clock = new Map(entries);
      expect(readClock(writeClock(clock))).toEqual(clock);
    }),
  );
});
