import type { Limits } from "../../src/core/limits.ts";

/**
 * How often something may have been sent in that time, at most, by whoever repeats it after resendMinMs and then waits
 * twice as long each time, up to resendMaxMs.
 */
export function repeatsWithin(ms: number, { resendMinMs, resendMaxMs }: Limits): number {
  let times = 1;
  let waitMs = resendMinMs;
  for (let leftMs = ms; leftMs >= waitMs; times += 1) {
    leftMs -= waitMs;
    waitMs = Math.min(2 * waitMs, resendMaxMs);
    if (waitMs === resendMaxMs) return times + 1 + Math.floor(leftMs / waitMs);
  }
  return times;
}
