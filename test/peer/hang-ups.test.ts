import { expect, test } from "vitest";
import { HangUps } from "../../src/peer/hang-ups.ts";

test("a link that hangs up is cut after two seconds, once", () => {
  const hangUps = new HangUps();
  hangUps.add(7, 1_000);
  expect(hangUps.nextDeadlineMs).toBe(3_000);
  expect(hangUps.due(2_999)).toEqual([]);
  expect(hangUps.due(3_000)).toEqual([7]);
  expect(hangUps.due(9_000)).toEqual([]);
  expect(hangUps.nextDeadlineMs).toBe(Infinity);
});

test("hanging up again does not put the end off", () => {
  const hangUps = new HangUps();
  hangUps.add(7, 1_000);
  hangUps.add(7, 2_500);
  expect(hangUps.due(3_000)).toEqual([7]);
});

test("a wire that is gone in time is not cut", () => {
  const hangUps = new HangUps();
  hangUps.add(1, 1_000);
  hangUps.add(2, 1_500);
  hangUps.gone(1);
  hangUps.gone(3);
  expect(hangUps.nextDeadlineMs).toBe(3_500);
  expect(hangUps.due(9_000)).toEqual([2]);
});

test("links are due in the order in which they hung up", () => {
  const hangUps = new HangUps();
  hangUps.add(3, 1_000);
  hangUps.add(1, 1_001);
  hangUps.add(2, 1_002);
  expect(hangUps.due(3_001)).toEqual([3, 1]);
  expect(hangUps.due(3_002)).toEqual([2]);
});
