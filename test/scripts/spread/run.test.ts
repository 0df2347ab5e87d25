import { expect, test } from "vitest";
import { spreadRun } from "../../../scripts/spread/run.ts";

test("nobody misses what is for everyone, each is handed it about once, and so it is while a fifth come and go", () => {
  const plan = { peers: 10, links: 4, messages: 10, churnPercents: [0, 20], seed: 1 };
  for (const { churnPercent, deliveries, missed, twice, pushed, repaired } of spreadRun(plan)) {
    expect({ churnPercent, deliveries, missed, twice }).toEqual({ churnPercent, deliveries: 90, missed: 0, twice: 0 });
    expect((pushed + repaired) / deliveries).toBeLessThanOrEqual(churnPercent === 0 ? 1.05 : 1.3);
  }
});
