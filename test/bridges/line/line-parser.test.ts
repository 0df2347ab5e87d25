import fc from "fast-check";
import { expect, test } from "vitest";
import { lineBytesMax, LineParser } from "../../../src/bridges/line/line-parser.ts";
import { encodeLine } from "../../../src/bridges/line/write-line.ts";

const author = { address: "127.0.0.1:8080", team: "P1", bracketed: false };

test("what comes at one time is one line, and several may come on one connection", () => {
  const parser = new LineParser();
  const lines = ["one", "two"].flatMap((text) => parser.push(encodeLine(author, text)).items);
  expect(lines).toEqual([
    { kind: "text", author, text: "one" },
    { kind: "text", author, text: "two" },
  ]);
  expect(parser.end()).toEqual({ items: [], fault: undefined });
});

test("a chunk that ends within a character waits for the rest of it, wherever it was cut", () => {
  for (const text of ["ç", "€", "😀"]) {
    const bytes = encodeLine(author, text);
    const width = Buffer.byteLength(text);
    for (let cut = bytes.length - width + 1; cut < bytes.length; cut += 1) {
      const parser = new LineParser();
      expect(parser.push(bytes.subarray(0, cut)).items).toEqual([]);
      expect(parser.push(bytes.subarray(cut)).items).toEqual([{ kind: "text", author, text }]);
    }
  }
});

test("one line in is one line out, whatever its text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.boolean(), (said, bracketed) => {
      const text = `x${said}x`;
      const { items } = new LineParser().push(encodeLine({ ...author, bracketed }, text));
      expect(items).toEqual([{ kind: "text", author: { ...author, bracketed }, text }]);
    }),
  );
});

test("no bytes make it throw, what it holds is bounded, and no text of what was UTF-8 is lost", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 30 })), (chunks) => {
      const parser = new LineParser();
      for (const chunk of chunks) {
        const { items } = parser.push(chunk);
        expect(items.length).toBeLessThanOrEqual(1);
        expect(parser.heldBytes).toBeLessThanOrEqual(lineBytesMax);
      }
      parser.end();
      expect(parser.heldBytes).toBe(0);
    }),
  );
});

test("a line that is too long, or not UTF-8, is a fault", () => {
  expect(new LineParser().push(new Uint8Array(lineBytesMax + 1).fill(65)).fault).toMatchObject({ code: "too-large" });
  const parser = new LineParser();
  expect(parser.push(Uint8Array.of(0xff, 0x41)).fault).toMatchObject({ code: "malformed" });
  expect(parser.push(encodeLine(author, "after")).items).toEqual([]);
  const cut = new LineParser();
  cut.push(Uint8Array.of(0x41, 0xc3));
  expect(cut.end().fault).toMatchObject({ code: "malformed" });
});
