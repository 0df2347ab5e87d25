import { expect, test } from "vitest";
import { ShownMark } from "../../src/cli/shown-mark.ts";

test("what is shown already is not waited for, and the rest until it is", async () => {
  const mark = new ShownMark(3n);
  expect([mark.until(2n), mark.until(3n)]).toEqual([undefined, undefined]);
  const reached: string[] = [];
  const waits = [4n, 6n].map((cursor) => mark.until(cursor)?.then(() => reached.push(`${cursor}`)));
  mark.reach(5n);
  await waits[0];
  expect(reached).toEqual(["4"]);
  mark.reach(4n);
  expect(mark.until(5n)).toBeUndefined();
  mark.reach(6n);
  await waits[1];
  expect(reached).toEqual(["4", "6"]);
});
