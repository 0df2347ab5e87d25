import { expect, test } from "vitest";
import { Random } from "../../src/testing/random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const draw = (seed: number): readonly number[] => {
    const random = new Random(seed);
    return Array.from({ length: 10 }, () => random.word());
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("whole numbers cover their range evenly, both ends included", () => {
  const random = new Random(3);
  const counts = [0, 0, 0, 0, 0];
  for (let drawn = 0; drawn < 10_000; drawn += 1) {
    const index = random.whole(2, 6) - 2;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(200);
});

test("there is nothing to pick from nothing", () => {
  expect(() => new Random(1).pick([])).toThrow(RangeError);
});
