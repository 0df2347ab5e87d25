import { expect, test } from "vitest";
import { measureCrowd } from "../../../scripts/costs/crowd-costs.ts";
import { flood } from "../../../scripts/costs/flood.ts";
import { shapeOf } from "../../../scripts/costs/shape.ts";

test("the flood alone takes about as long as it does among cores", () => {
  for (const name of ["random", "line"] as const) {
    const { start } = measureCrowd(name, 40, 4);
    const { ms } = flood(shapeOf(name, 40, 4));
    expect(ms / start.ms).toBeGreaterThan(0.6);
    expect(ms / start.ms).toBeLessThan(1.4);
  }
});

test("a flood that does not reach everybody is no result", () => {
  expect(() => flood({ name: "two pieces", peers: 3, links: [[0, 1]] })).toThrow("somebody lacks an edition");
});
