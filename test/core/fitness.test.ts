import { expect, test } from "vitest";
import { encodeData, encodeText } from "../../src/core/body.ts";
import { isFit, type PlainContent } from "../../src/core/fitness.ts";
import { encodeGroupLetter, type LetterContent } from "../../src/core/group-codec.ts";

/** What a program is asked about, and its answer to everything. */
function program(answer: boolean): {
  readonly asked: PlainContent[];
  readonly accepts: (asked: PlainContent) => boolean;
} {
  const asked: PlainContent[] = [];
  return { asked, accepts: (content) => (asked.push(content), answer) };
}

function letter(content: LetterContent): Uint8Array {
  return encodeGroupLetter({ group: 5n, number: 1, sum: 5n, recipients: 2, content });
}

test.each([
  ["text", encodeText("a|b"), "a|b"],
  ["data", encodeData("image/png", Uint8Array.of(1, 2)), { contentType: "image/png", data: Uint8Array.of(1, 2) }],
  ["text to a group", letter({ case: "text", value: "a|b" }), "a|b"],
  [
    "data to a group",
    letter({ case: "data", value: { contentType: "image/png", data: Uint8Array.of(1) } }),
    { contentType: "image/png", data: Uint8Array.of(1) },
  ],
])("a program is asked about %s, and its answer stands", (_what, body, content) => {
  const willing = program(true);
  expect(isFit(body, willing.accepts)).toBe(true);
  expect(isFit(body, program(false).accepts)).toBe(false);
  expect(willing.asked).toMatchObject([content]);
});

test("a program is not asked about what says nothing: memberships, signals, what is malformed", () => {
  const unwilling = program(false);
  expect(isFit(letter({ case: "membership", value: { name: "", members: [] } }), unwilling.accepts)).toBe(true);
  expect(isFit(Uint8Array.of(0xff, 0xff), unwilling.accepts)).toBe(true);
  expect(unwilling.asked).toEqual([]);
});
