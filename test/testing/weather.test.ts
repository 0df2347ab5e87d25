import { expect, test } from "vitest";
import { Random } from "../../src/testing/random.ts";
import { fairWeather, Sky } from "../../src/testing/weather.ts";

test("in fair weather every frame arrives, once, after one to three milliseconds", () => {
  const sky = new Sky(fairWeather, new Random(1));
  for (let frame = 0; frame < 1_000; frame += 1) {
    const delayMs = sky.delayMs();
    expect(delayMs >= 1 && delayMs < 3).toBe(true);
    expect([sky.loses(), sky.duplicates()]).toEqual([false, false]);
  }
});

test("as many frames are lost, doubled and late as the weather says", () => {
  const weather = { ...fairWeather, tailRatio: 0.1, tailMs: [50, 60], lossRatio: 0.2, duplicateRatio: 0.3 } as const;
  const sky = new Sky(weather, new Random(1));
  const frames = Array.from({ length: 10_000 }, () => [sky.loses(), sky.duplicates(), sky.delayMs()] as const);
  const count = (of: readonly boolean[]): number => of.filter(Boolean).length;
  expect(Math.abs(count(frames.map(([lost]) => lost)) - 2_000)).toBeLessThan(200);
  expect(Math.abs(count(frames.map(([, twice]) => twice)) - 3_000)).toBeLessThan(200);
  const late = frames.map(([, , delayMs]) => delayMs).filter((delayMs) => delayMs >= 3);
  expect(Math.abs(late.length - 1_000)).toBeLessThan(200);
  expect(late.every((delayMs) => delayMs >= 51 && delayMs < 63)).toBe(true);
});

test("what one thing draws does not shift another", () => {
  const delays = (lossRatio: number): readonly number[] => {
    const sky = new Sky({ ...fairWeather, lossRatio, tailRatio: lossRatio, tailMs: [0, 0] }, new Random(1));
    return Array.from({ length: 100 }, () => {
      sky.loses();
      return sky.delayMs();
    });
  };
  expect(delays(0.5)).toEqual(delays(0));
  const source = new Random(1).fork();
  expect(delays(0)).toEqual(Array.from({ length: 100 }, () => source.between(fairWeather.delayMs)));
});
