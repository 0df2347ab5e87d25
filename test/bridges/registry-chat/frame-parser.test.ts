import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, headerBytes, payloadReadBytesMax } from "../../../src/bridges/registry-chat/frame.ts";
import { FrameParser } from "../../../src/bridges/registry-chat/frame-parser.ts";
import type { Parsed } from "../../../src/bridges/parser.ts";
import { bytesOf } from "./bytes.ts";

/** Everything that comes of bytes cut at these places, and of their end. */
function parse(bytes: Uint8Array, cuts: readonly number[]): Parsed<string> {
  const parser = new FrameParser();
  const items: string[] = [];
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  for (const [index, from] of at.entries()) {
    items.push(...parser.push(bytes.subarray(from, at[index + 1] ?? bytes.length)).items);
    expect(parser.heldBytes).toBeLessThanOrEqual(headerBytes + payloadReadBytesMax);
  }
  const { fault } = parser.end();
  return { items, fault };
}

const text = fc.string({ unit: "grapheme", maxLength: 60 });
/** Bytes of all kinds, among them some that are nearly frames. */
const noise = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      text.map((payload) => encodeFrame(payload)),
      fc.constantFrom("     ", " 3   ", "99999", "16385", "&&OK&&|", "0    ").map((each) => bytesOf(each)),
    ),
    { maxLength: 8 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

test("what a client registers with", () => {
  expect(parse(bytesOf("21   &&REGISTER&&|ali|4920"), [])).toEqual({
    items: ["&&REGISTER&&|ali|4920"],
    fault: undefined,
  });
});

test("each frame is one payload, whatever is in it and however the bytes are cut", () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), fc.array(fc.nat({ max: 2_000 })), (payloads, cuts) => {
      const bytes = Uint8Array.from(payloads.flatMap((payload) => [...encodeFrame(payload)]));
      expect(parse(bytes, cuts)).toEqual({ items: payloads, fault: undefined });
    }),
  );
});

test("bytes of any kind come to the same however they are cut", () => {
  fc.assert(
    fc.property(noise, fc.array(fc.nat({ max: 2_000 })), (bytes, cuts) => {
      expect(parse(bytes, cuts)).toEqual(parse(bytes, []));
    }),
  );
});

test("after a fault whatever follows is ignored, and what came before stands", () => {
  const parser = new FrameParser();
  const fault = { code: "malformed", reason: "a header is not a length in five characters, such as ' 13  '" };
  expect(parser.push(bytesOf(" 2   hithere"))).toEqual({ items: ["hi"], fault });
  expect(parser.push(bytesOf(" 2   hi"))).toEqual({ items: [], fault });
  expect(parser.end()).toEqual({ items: [], fault });
  expect(parser.heldBytes).toBe(0);
});

test("a payload that is not UTF-8 is a fault", () => {
  const parser = new FrameParser();
  expect(parser.push(Uint8Array.from([...bytesOf(" 2   "), 0xc3, 0x28]))).toEqual({
    items: [],
    fault: { code: "malformed", reason: "a payload is not UTF-8" },
  });
});

test("an end within a frame is a fault, and one between frames is none", () => {
  const parser = new FrameParser();
  expect(parser.push(bytesOf(" 2   hi"))).toEqual({ items: ["hi"], fault: undefined });
  expect(parser.end().fault).toBeUndefined();
  parser.push(bytesOf(" 2   h"));
  expect(parser.end().fault).toEqual({ code: "malformed", reason: "the connection ended within a frame" });
});

test("a length over the limit costs no memory", () => {
  const parser = new FrameParser();
  expect(parser.push(bytesOf("99999xxx")).fault).toMatchObject({ code: "too-large" });
  expect(parser.heldBytes).toBe(0);
});
