import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { repeatsWithin } from "./pace.ts";

test("waits double from half a second to half a minute, and stay there", () => {
  const times = [0, 499, 500, 1_499, 1_500, 31_500, 61_499, 61_500, 91_500, 600_000];
  expect(times.map((ms) => repeatsWithin(ms, defaultLimits))).toEqual([1, 1, 2, 2, 3, 7, 7, 8, 9, 25]);
});
