import fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, type SplitLine } from "../../src/cli/line-splitter.ts";

function split(chunks: readonly Uint8Array[], lineBytesMax: number): readonly (string | number)[] {
  const splitter = new LineSplitter(lineBytesMax);
  const lines: SplitLine[] = [];
  for (const chunk of chunks) lines.push(...splitter.push(chunk));
  const last = splitter.end();
  if (last) lines.push(last);
  return lines.map((line) => (line.kind === "overlong" ? line.bytes : Buffer.from(line.bytes).toString("latin1")));
}

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

test("lines are cut at line feeds, and the rest is the last line", () => {
  expect(split([bytes("a\n\nbc"), bytes("d\r\nend")], 100)).toEqual(["a", "", "bcd\r", "end"]);
  expect(split([bytes("a\n")], 100)).toEqual(["a"]);
  expect(split([], 100)).toEqual([]);
});

test("a line over the limit is lost, counted, and the next one is whole again", () => {
  expect(split([bytes("1234567"), bytes("89\nok\n12345"), bytes("6")], 5)).toEqual([9, "ok", 6]);
  expect(split([bytes("12345\n")], 5)).toEqual(["12345"]);
});

test("however the bytes are cut into chunks, the lines are the same", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "\r", "\n", "\xff") });
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (whole, cuts) => {
      const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)), whole.length].toSorted((a, b) => a - b);
      const chunks = at.slice(1).map((end, index) => bytes(whole.slice(at[index], end)));
      const lines = whole.split("\n");
      if (lines.at(-1) === "") lines.pop();
      expect(split(chunks, 100)).toEqual(lines);
    }),
  );
});
