import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeFrame, frameBytesMax, FrameParser } from "../../../src/bridges/cs2/frame-parser.ts";
import { cut } from "../chunks.ts";

const anyPayload = fc.uint8Array({ maxLength: 300 });

test("a frame is a length of four bytes, big-endian, and so many bytes", () => {
  expect(encodeFrame(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(0, 0, 0, 2, 7, 8));
  expect(new FrameParser().push(Uint8Array.of(0, 0, 0, 2, 7, 8, 0, 0, 0, 0))).toEqual({
    items: [Uint8Array.of(7, 8), new Uint8Array(0)],
    fault: undefined,
  });
});

test("frames arrive as they were written, however their bytes are cut, and nothing else does", () => {
  fc.assert(
    fc.property(fc.array(anyPayload, { maxLength: 6 }), fc.infiniteStream(fc.nat(40)), (payloads, sizes) => {
      const parser = new FrameParser();
      const chunks = cut(Buffer.concat(payloads.map(encodeFrame)), sizes);
      const items = chunks.flatMap((chunk) => parser.push(chunk).items);
      expect(items).toEqual(payloads);
      expect([parser.heldBytes, parser.end().fault]).toEqual([0, undefined]);
    }),
  );
});

test("no bytes make it throw, and what it holds is bounded, in any chunks the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.infiniteStream(fc.nat(20)), (bytes, sizes) => {
      const [whole, parts] = [new FrameParser(), new FrameParser()];
      const once = whole.push(bytes);
      const chunks = cut(bytes, sizes).map((chunk) => parts.push(chunk));
      expect(chunks.flatMap(({ items }) => items)).toEqual(once.items);
      expect(chunks.at(-1)?.fault).toEqual(chunks.length === 0 ? undefined : once.fault);
      expect(parts.heldBytes).toBeLessThanOrEqual(bytes.length);
    }),
  );
});

test("a frame above the greatest is a fault, known by its length, and nothing after it counts", () => {
  const parser = new FrameParser();
  const header = new Uint8Array(4);
  new DataView(header.buffer).setUint32(0, frameBytesMax + 1);
  expect(parser.push(header).fault).toMatchObject({ code: "too-large" });
  expect(parser.push(Uint8Array.of(0, 0, 0, 0))).toMatchObject({ items: [], fault: { code: "too-large" } });
  expect(parser.heldBytes).toBe(0);
  new DataView(header.buffer).setUint32(0, frameBytesMax);
  expect(new FrameParser().push(header).fault).toBeUndefined();
});

test("an end within a frame is a fault", () => {
  const parser = new FrameParser();
  parser.push(Uint8Array.of(0, 0, 0, 2, 7));
  expect(parser.end().fault).toMatchObject({ code: "malformed" });
});
