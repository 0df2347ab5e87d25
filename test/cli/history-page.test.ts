import { expect, test } from "vitest";
import { parsePage } from "../../src/cli/history-page.ts";

test("a count is a whole number from 1 to 1000, and 20 when left out", () => {
  const counts = [[], ["1"], ["1000"]].map((words) => parsePage(words).count);
  expect(counts).toEqual([20, 1, 1_000]);
  for (const typed of ["0", "1001", "-1", "1.5", "many", "1e2"])
    expect(() => parsePage([typed])).toThrow("is no count from 1 to 1000");
});

test("a cursor goes on with what was said before it, with a count or without", () => {
  expect(parsePage(["before", "h1-7"])).toEqual({ count: 20, before: "h1-7" });
  expect(parsePage(["5", "before", "h1-7"])).toEqual({ count: 5, before: "h1-7" });
  expect(parsePage(["5"])).toEqual({ count: 5, before: undefined });
});

test.each([[["before"]], [["5", "before"]], [["5", "6"]], [["before", "a", "b"]]])(
  "%j is told to be wrong",
  (words) => {
    expect(() => parsePage(words)).toThrow("write /history name [count] [before cursor]");
  },
);
