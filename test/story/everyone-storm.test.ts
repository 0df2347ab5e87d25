import { expect, test } from "vitest";
import { storm } from "./everyone-storm.ts";

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "whatever fails, what is said to everyone is shown to everyone once, in order, after what it answers (seed %i)",
  async (seed) => {
    expect(await storm(seed)).toEqual([]);
  },
);
