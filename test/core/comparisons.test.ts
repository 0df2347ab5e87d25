import { expect, test } from "vitest";
import { Comparisons } from "../../src/core/comparisons.ts";
import { Room } from "./room.ts";

test("it is compared once it has been quiet for a while, once", () => {
  const comparisons = new Comparisons(1_000);
  expect([comparisons.nextDeadlineMs, comparisons.take(5_000)]).toEqual([Infinity, false]);
  comparisons.met();
  expect([comparisons.nextDeadlineMs, comparisons.take(6_000), comparisons.nextDeadlineMs]).toEqual([0, false, 7_000]);
  comparisons.news(6_900);
  expect([comparisons.take(6_900), comparisons.take(7_000), comparisons.nextDeadlineMs]).toEqual([false, false, 7_900]);
  expect([comparisons.take(7_900), comparisons.take(9_000), comparisons.nextDeadlineMs]).toEqual([
    ...[true, false, Infinity],
  ]);
});

test("a neighbour is told all there is now and then at most", () => {
  const comparisons = new Comparisons(1_000);
  const room = new Room();
  room.wire([[1, 2]]);
  const link = room.link(2);
  expect([comparisons.hasListed(link), comparisons.mayList(link, 0), comparisons.hasListed(link)]).toEqual([
    ...[false, true, true],
  ]);
  expect([499, 500, 501].map((nowMs) => comparisons.mayList(link, nowMs))).toEqual([false, true, false]);
});
