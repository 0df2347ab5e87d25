import { expect, test } from "vitest";
import { measureCrowd } from "../../../scripts/costs/crowd-costs.ts";

test.each(["random", "line", "star"] as const)("a %s of full cores starts, meets another, and is counted", (name) => {
  const { start, meeting } = measureCrowd(name, 10, 4);
  for (const { ms, counts } of [start, meeting]) {
    expect(ms).toBeGreaterThan(1);
    expect(ms).toBeLessThan(3_000);
    expect(counts.adverts + counts.changes).toBeGreaterThanOrEqual(10);
    expect(counts.advertFrames + counts.digests).toBeLessThanOrEqual(counts.frames);
  }
});
