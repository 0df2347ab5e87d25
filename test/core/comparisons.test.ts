import { expect, test } from "vitest";
import { Comparisons } from "../../src/core/comparisons.ts";
import type { Link } from "../../src/core/links.ts";
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

function neighbour(): Link {
  const room = new Room();
  room.wire([[1, 2]]);
  return room.link(2);
}

test("a neighbour is told all there is now and then at most", () => {
  const comparisons = new Comparisons(1_000);
  const link = neighbour();
  expect([comparisons.hasListed(link), comparisons.mayList(link, 0), comparisons.hasListed(link)]).toEqual([
    ...[false, true, true],
  ]);
  expect([499, 500, 501].map((nowMs) => comparisons.mayList(link, nowMs))).toEqual([false, true, false]);
});

test("where that left the sums as different as they were, it is told again much later, or once they differ otherwise", () => {
  const comparisons = new Comparisons(1_000);
  const link = neighbour();
  const mayList = (nowMs: number, difference?: bigint): boolean => comparisons.mayList(link, nowMs, difference);
  expect([mayList(0, 7n), mayList(500, 7n), mayList(31_999, 7n), mayList(32_000, 7n)]).toEqual([
    ...[true, false, false, true],
  ]);
  expect([mayList(32_500, 8n), mayList(33_000), mayList(33_500, 8n), mayList(33_500, 7n)]).toEqual([
    ...[true, true, false, true],
  ]);
});
