import { expect, test } from "vitest";
import { OneByOne } from "../../src/registry/one-by-one.ts";

test("a job begins when the one before is done, however that ended", async () => {
  const jobs = new OneByOne();
  const seen: string[] = [];
  const job =
    (name: string, fails = false) =>
    async (): Promise<string> => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const [first, second] = [jobs.run(job("a", true)), jobs.run(job("b"))];
  await expect(first).rejects.toThrow("a");
  expect(await second).toBe("b");
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("idle resolves when all is done, and never rejects", async () => {
  const jobs = new OneByOne();
  await jobs.idle();
  let done = false;
  jobs.run(() => Promise.reject(new Error("x"))).catch(() => {});
  void jobs.run(async () => (done = true));
  await jobs.idle();
  expect(done).toBe(true);
});
