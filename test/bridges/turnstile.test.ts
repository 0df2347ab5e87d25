import { expect, test } from "vitest";
import { Turnstile } from "../../src/bridges/turnstile.ts";

test("so many go on at a time, and others follow in the order they came, also when one fails", async () => {
  const turnstile = new Turnstile(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const work = (number: number) => async (): Promise<number> => {
    begun.push(number);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (number === 1) throw new Error("failed");
    return number;
  };
  const passed = [1, 2, 3, 4].map((number) => turnstile.pass(work(number)).catch(() => 0));
  await Promise.resolve();
  expect(begun).toEqual([1, 2]);
  ends[0]?.();
  expect(await passed[0]).toBe(0);
  expect(begun).toEqual([1, 2, 3]);
  ends[1]?.();
  expect(await passed[1]).toBe(2);
  for (const end of ends) end();
  await passed[2];
  for (const end of ends) end();
  expect(await Promise.all(passed)).toEqual([0, 2, 3, 4]);
});
