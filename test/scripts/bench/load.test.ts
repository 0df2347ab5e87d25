import { expect, test } from "vitest";
import { Load } from "../../../scripts/bench/load.ts";

/** A load whose messages are counted, on a clock that is set by hand. */
function loaded() {
  const sent: number[] = [];
  const clock = { nowMs: 0 };
  const load = new Load({ send: (count) => sent.push(count), nowMs: () => clock.nowMs });
  return { load, sent, clock };
}

test("for each receipt another message is sent", () => {
  const { load, sent } = loaded();
  load.begin(8);
  load.settled(3);
  load.settled(1);
  expect(sent).toEqual([8, 3, 1]);
  expect(load.settledCount).toBe(4);
});

test("with several receivers a message is sent when there is room for all of them", () => {
  const { load, sent } = loaded();
  load.begin(8, 4);
  load.settled(3);
  expect(sent).toEqual([8]);
  load.settled(6);
  expect(sent).toEqual([8, 8]);
});

test("the end comes when all is receipted, with nothing sent in between", async () => {
  const { load, sent } = loaded();
  load.begin(4, 2);
  load.settled(3);
  const end = load.end();
  load.settled(3);
  await end;
  expect(sent).toEqual([4, 2]);
});

test("what is receipted already ends at once", async () => {
  const { load } = loaded();
  load.burst(2);
  load.settled(2);
  await expect(load.end()).resolves.toBeUndefined();
});

test("a message that fails fails the end", async () => {
  const { load } = loaded();
  load.begin(2);
  load.failed(new Error("refused"));
  await expect(load.end()).rejects.toThrow("refused");
});

test("a message that fails meanwhile fails whoever waits", async () => {
  const { load } = loaded();
  load.begin(2);
  const end = load.end();
  load.failed(new Error("refused"));
  await expect(end).rejects.toThrow("refused");
});

test("round trips are made one at a time until time is up", async () => {
  const { load, sent, clock } = loaded();
  const trips = load.roundTrips(10);
  for (const tookMs of [1, 2, 3, 4]) {
    clock.nowMs += tookMs;
    load.settled(1);
  }
  const { count, p50Ms, p99Ms } = await trips;
  expect({ count, p50Ms }).toEqual({ count: 4, p50Ms: 2.5 });
  expect(p99Ms).toBeCloseTo(3.97);
  expect(sent).toEqual([1, 1, 1, 1]);
});
