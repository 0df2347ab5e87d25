import { expect, test } from "vitest";
import { eccentricityOf, neighboursOf, shapeNames, shapeOf } from "../../../scripts/costs/shape.ts";

test.each(shapeNames)(
  "a %s is in one piece, each of its links is there once, and nobody is linked with itself",
  (name) => {
    const shape = shapeOf(name, 50, 4);
    expect(eccentricityOf(neighboursOf(shape), 0)).toBeLessThan(50);
    expect(new Set(shape.links.map(([low, high]) => low * 50 + high)).size).toBe(shape.links.length);
    for (const [low, high] of shape.links) expect(low).toBeLessThan(high);
  },
);

test("a random shape has the degree that is asked for, and is the same each time", () => {
  expect(shapeOf("random", 100, 4).links).toHaveLength(200);
  expect(shapeOf("random", 100, 4)).toEqual(shapeOf("random", 100, 4));
});

test("a shape of several pieces is told from one", () => {
  expect(eccentricityOf([[1], [0], []], 0)).toBe(Infinity);
  expect(eccentricityOf([[1], [0, 2], [1]], 0)).toBe(2);
});
