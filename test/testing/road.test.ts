import { expect, test } from "vitest";
import { Road } from "../../src/testing/road.ts";

test("a road is clogged while any direction is, and what waits for it is handed back once none is", () => {
  const road = new Road();
  road.clog("a");
  road.clog("b");
  const waiting = (): void => {};
  road.hold(waiting);
  expect([road.isClogged, road.unclog("a"), road.unclog("a")]).toEqual([true, [], []]);
  expect([road.unclog("b"), road.isClogged]).toEqual([[waiting], false]);
  expect(road.heal()).toEqual([]);
});

test("a road is silent as a whole or in a direction, until it is healed", () => {
  const road = new Road();
  expect(road.isSilent).toBe(false);
  road.mute("a");
  expect(road.isSilent).toBe(true);
  road.heal();
  expect(road.isSilent).toBe(false);
  road.silence();
  expect([road.isSilent, road.state]).toEqual([true, "silent"]);
  road.clog("a");
  road.hold(() => {});
  expect(road.heal()).toHaveLength(1);
  expect([road.isSilent, road.isClogged, road.state]).toEqual([false, false, "open"]);
});
