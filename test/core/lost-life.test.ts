import { expect, test } from "vitest";
import { Lane } from "../../src/core/lane.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { partedByLife, tellsOfLostLife } from "../../src/core/lost-life.ts";

/** A lane that was taken up at 5, and has given 5 and 6 since. */
function taken(): Lane {
  const lane = new Lane({ conversation: 1n, to: 2n, boundTo: 0n, next: 7 }, defaultLimits);
  lane.formerNext = 5;
  return lane;
}

test("a target that has no more than was numbered tells of no lost life, and one that has more does", () => {
  expect(tellsOfLostLife(taken(), [{ first: 1, last: 6 }])).toBe(false);
  expect(
    tellsOfLostLife(taken(), [
      { first: 1, last: 3 },
      { first: 5, last: 7 },
    ]),
  ).toBe(true);
});

test("of a lane that this life opened no lost life can know, whatever its target says", () => {
  const lane = new Lane({ conversation: 1n, to: 2n, boundTo: 0n, next: 7 }, defaultLimits);
  expect(tellsOfLostLife(lane, [{ first: 1, last: 99 }])).toBe(false);
});

test("what former lives numbered is remembered, and what this one did is doubtful", () => {
  expect(
    partedByLife(taken(), [
      { first: 1, last: 2 },
      { first: 4, last: 9 },
    ]),
  ).toEqual({
    remembered: [
      { first: 1, last: 2 },
      { first: 4, last: 4 },
    ],
    doubtful: [{ first: 5, last: 9 }],
  });
});
