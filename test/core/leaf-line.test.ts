import { expect, test } from "vitest";
import { DigestSum } from "../../src/core/advert-digest.ts";
import { toldLine } from "../../src/core/leaf-line.ts";

const told = { node: 7n, id: 5n, present: true, claimedAtMs: 1_000 };

function sumOf(...lines: readonly (typeof told)[]): bigint {
  const sum = new DigestSum();
  for (const line of lines) sum.add(toldLine(line));
  return sum.value;
}

test("whatever is told of a peer makes another sum", () => {
  const others = [
    { ...told, node: 8n },
    { ...told, id: 6n },
    { ...told, present: false },
    { ...told, claimedAtMs: 1_001 },
  ];
  expect(new Set([told, ...others].map((each) => sumOf(each))).size).toBe(5);
  expect(sumOf({ ...told })).toBe(sumOf(told));
});
