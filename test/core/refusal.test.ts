import { expect, test } from "vitest";
import { bodyFields, encodeData, encodeText } from "../../src/core/body.ts";
import { refusalOf } from "../../src/core/refusal.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";

const limits = { bodyBytesMax: 100 };

test("text and data are taken, whatever is in them", () => {
  expect(refusalOf(bodyFields.text, encodeText("hi"), limits)).toBeUndefined();
  expect(refusalOf(bodyFields.data, encodeData("a/b", new Uint8Array(9)), limits)).toBe(undefined);
});

test("no other body is, be it unknown, control traffic, a bundle, or none", () => {
  for (const field of [0, bodyFields.receipts, bodyFields.custody, bodyFields.bundle, 4_000])
    expect(refusalOf(field, encodeText("hi"), limits)).toBe(RefusalReason.UNKNOWN_BODY);
});

test("what belongs to a group or a session is taken from a peer, and not where it is said to everyone", () => {
  for (const field of [bodyFields.group, bodyFields.signal]) {
    expect(refusalOf(field, encodeText("hi"), limits)).toBeUndefined();
    expect(refusalOf(field, encodeText("hi"), limits, "everyone")).toBe(RefusalReason.UNKNOWN_BODY);
  }
  expect(refusalOf(bodyFields.text, encodeText("hi"), limits, "everyone")).toBeUndefined();
});

test("the largest content is taken with its tags and lengths, and more is too large, whatever it is", () => {
  expect(refusalOf(bodyFields.text, encodeText("x".repeat(100)), limits)).toBeUndefined();
  expect(refusalOf(bodyFields.text, new Uint8Array(9_000), limits)).toBe(RefusalReason.TOO_LARGE);
  expect(refusalOf(4_000, new Uint8Array(9_000), limits)).toBe(RefusalReason.TOO_LARGE);
});
