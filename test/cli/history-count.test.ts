import { expect, test } from "vitest";
import { parseCount } from "../../src/cli/history-count.ts";

test("a count is a whole number from 1 to 1000, and 20 when left out", () => {
  expect([parseCount(undefined), parseCount("1"), parseCount("1000")]).toEqual([20, 1, 1_000]);
  for (const typed of ["0", "1001", "-1", "1.5", "many", "1e2"])
    expect(() => parseCount(typed)).toThrow("is no count from 1 to 1000");
});
