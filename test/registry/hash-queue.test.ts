import { expect, test } from "vitest";
import { HashQueue } from "../../src/registry/hash-queue.ts";

const never = new AbortController().signal;

/** Jobs that a test lets go on. */
class Jobs {
  readonly began: string[] = [];
  readonly #ends = new Map<string, () => void>();

  make(name: string): () => Promise<string> {
    return () => {
      this.began.push(name);
      return new Promise((resolve) => this.#ends.set(name, () => resolve(name)));
    };
  }

  end(name: string): void {
    this.#ends.get(name)?.();
  }
}

test("so many jobs run, the others in the order in which they came", async () => {
  const queue = new HashQueue({ hashesMax: 2, hashesWaitingMax: 2 });
  const jobs = new Jobs();
  const done = ["a", "b", "c", "d"].map((name) => queue.run(jobs.make(name), never));
  expect(jobs.began).toEqual(["a", "b"]);
  jobs.end("b");
  await done[1];
  await Promise.resolve();
  expect(jobs.began).toEqual(["a", "b", "c"]);
  jobs.end("a");
  await done[0];
  await Promise.resolve();
  expect(jobs.began).toEqual(["a", "b", "c", "d"]);
  for (const name of ["c", "d"]) jobs.end(name);
  expect(await Promise.all(done)).toEqual(["a", "b", "c", "d"]);
});

test("when too many wait, the next one is refused, and there is room again afterwards", async () => {
  const queue = new HashQueue({ hashesMax: 1, hashesWaitingMax: 1 });
  const jobs = new Jobs();
  const [first, second] = [queue.run(jobs.make("a"), never), queue.run(jobs.make("b"), never)];
  await expect(queue.run(jobs.make("c"), never)).rejects.toMatchObject({ code: "resource-exhausted" });
  jobs.end("a");
  await first;
  const third = queue.run(jobs.make("d"), never);
  jobs.end("b");
  await second;
  await Promise.resolve();
  jobs.end("d");
  expect(await third).toBe("d");
  expect(jobs.began).toEqual(["a", "b", "d"]);
});

test("a job that fails makes room like any other", async () => {
  const queue = new HashQueue({ hashesMax: 1, hashesWaitingMax: 1 });
  await expect(queue.run(() => Promise.reject(new Error("no memory")), never)).rejects.toThrow("no memory");
  expect(await queue.run(async () => "next", never)).toBe("next");
});

test("a job that nobody waits for any more does not begin", async () => {
  const queue = new HashQueue({ hashesMax: 1, hashesWaitingMax: 2 });
  const jobs = new Jobs();
  const caller = new AbortController();
  const first = queue.run(jobs.make("a"), never);
  const second = queue.run(jobs.make("b"), caller.signal);
  const third = queue.run(async () => "c", never);
  caller.abort();
  jobs.end("a");
  await first;
  await expect(second).rejects.toMatchObject({ code: "closed" });
  expect(await third).toBe("c");
  expect(jobs.began).toEqual(["a"]);
});
