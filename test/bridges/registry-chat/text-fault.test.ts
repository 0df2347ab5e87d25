import { expect, test } from "vitest";
import { textBytesMax, textFault } from "../../../src/bridges/registry-chat/text-fault.ts";

test.each(["Hi there!", "OK", "EXIT", "a && b", "&&exit&&", "see 10:30", "two\n\tlines", "ünïcödé 🎉"])(
  "the wire carries %j",
  (text) => {
    expect(textFault(text)).toBeUndefined();
  },
);

test.each([
  ["a|b", "The text has a vertical bar, which ends a field on this wire: say it without."],
  [
    "&&LOGOUTSUCCESS&&",
    "The text has two ampersands before a capital letter, which begin a command on this wire: put a space between.",
  ],
  [
    "x".repeat(textBytesMax + 1),
    "The text has more than 9600 bytes, the most that this wire carries: send it in parts.",
  ],
  [
    "ü".repeat(textBytesMax / 2 + 1),
    "The text has more than 9600 bytes, the most that this wire carries: send it in parts.",
  ],
  ["\ud800", "The text is not Unicode: half of a surrogate pair is missing."],
])("it does not carry %.20j", (text, fault) => {
  expect(textFault(text)).toBe(fault);
});

test.each(["a\u001b[2J", "a\rserver", "a\u0000", "a\u009b2J"])("nor %j, which would act on a terminal", (text) => {
  expect(textFault(text)).toBe(
    "The text has control characters, which would act on the terminal of whoever is shown it: say it without.",
  );
});
