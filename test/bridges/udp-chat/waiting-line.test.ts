import { expect, test } from "vitest";
import { Deadlines } from "../../../src/bridges/deadlines.ts";
import { WaitingLine } from "../../../src/bridges/udp-chat/waiting-line.ts";
import { E3Error } from "../../../src/core/error.ts";
import { HandClock } from "./hand-clock.ts";

/** A registry that lets in as many as it has tokens, and gets one more each second if it does. */
function scene({ tokens, refills }: { readonly tokens: number; readonly refills: boolean }) {
  const clock = new HandClock();
  const line = new WaitingLine(new Deadlines(clock));
  const [inside, refused]: [number[], number[]] = [[], []];
  let [left, tries] = [tokens, 0];
  const enter = (name: number, sinceMs?: number): Promise<void> => {
    const work = (): Promise<void> => {
      tries += 1;
      left -= 1;
      if (left >= 0) return Promise.resolve();
      left = 0;
      return Promise.reject(new E3Error("resource-exhausted", "too many attempts"));
    };
    return line.pass(work, sinceMs).then(
      () => void inside.push(name),
      () => void refused.push(name),
    );
  };
  return {
    ...{ inside, refused, enter },
    tries: () => tries,
    seconds: async (count: number): Promise<void> => {
      for (let passed = 0; passed < count; passed++) {
        if (refills) left += 1;
        clock.pass(1_000);
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      }
    },
  };
}

test("who comes when there is too much to do gets in later, in turn, with few tries", async () => {
  const { inside, refused, enter, seconds, tries } = scene({ tokens: 50, refills: true });
  const all = Array.from({ length: 100 }, (_, name) => enter(name));
  await seconds(55);
  await Promise.all(all);
  expect(refused).toEqual([]);
  expect(inside.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, name) => name));
  expect(inside.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(tries()).toBeLessThan(100 + 50 * 3);
});

test("when nobody gets in, all are told so after some time", async () => {
  const { inside, refused, enter, seconds } = scene({ tokens: 2, refills: false });
  const all = Array.from({ length: 50 }, (_, name) => enter(name));
  await seconds(9);
  expect([inside.length, refused.length]).toEqual([2, 0]);
  await seconds(3);
  await Promise.all(all);
  expect(refused).toHaveLength(48);
});

test("nobody waits for longer than a minute, though others get in, and is not tried once more then", async () => {
  const { inside, refused, enter, seconds, tries } = scene({ tokens: 10, refills: true });
  const all = Array.from({ length: 100 }, (_, name) => enter(name));
  await seconds(59);
  const tried = tries();
  expect(refused).toEqual([]);
  await seconds(2);
  await Promise.all(all);
  expect(inside.length + refused.length).toBe(100);
  expect(refused.length).toBeGreaterThan(20);
  expect(tries() - tried).toBeLessThan(10);
});

test("while ever more come than can get in, those get in whose turn it is", async () => {
  const { inside, enter, seconds } = scene({ tokens: 10, refills: true });
  for (let name = 0; name < 100; name++) void enter(name);
  for (let second = 0; second < 200; second++) {
    void enter(100 + 2 * second);
    void enter(101 + 2 * second);
    await seconds(1);
  }
  expect(inside.length).toBeGreaterThan(200);
  const lately = inside.slice(100);
  expect(lately).toEqual(lately.toSorted((a, b) => a - b));
});

test("who has waited for a minute before it gets to the line is not tried at all", async () => {
  const { inside, refused, enter } = scene({ tokens: 10, refills: true });
  await enter(1, new HandClock().nowMs() - 60_000);
  expect([inside, refused]).toEqual([[], [1]]);
});

test("what goes wrong otherwise is told at once", async () => {
  const line = new WaitingLine(new Deadlines(new HandClock()));
  const failure = new E3Error("bad-credentials", "the password is wrong");
  await expect(line.pass(() => Promise.reject(failure))).rejects.toBe(failure);
});
