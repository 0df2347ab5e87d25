import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { Turns } from "../../src/peer/turns.ts";
import { calm } from "./time.ts";

/** An outbox with room for one, and a driver that looks again when it is told to. */
class Bench {
  size = 0;
  looks = 0;
  readonly made: string[] = [];
  readonly turns: Turns;
  #waiters: { readonly until: () => boolean; readonly done: () => void }[] = [];

  constructor() {
    const driver = {
      wait: (until: () => boolean, _forMs: number, done: () => void) => void this.#waiters.push({ until, done }),
      kick: () => this.look(),
    };
    this.turns = new Turns({ driver, outboxSize: () => this.size });
  }

  take(name: string, signal?: AbortSignal): Promise<string> {
    return this.turns.take(() => this.#make(name), signal);
  }

  /** Whoever waits for the driver. */
  get waits(): number {
    return this.#waiters.length;
  }

  look(): void {
    this.looks += this.#waiters.length;
    const over = this.#waiters.filter(({ until }) => until());
    this.#waiters = this.#waiters.filter((waiter) => !over.includes(waiter));
    for (const { done } of over) done();
  }

  async settle(): Promise<void> {
    this.size -= 1;
    this.look();
    await calm();
  }

  #make(name: string): string {
    if (name === "bad") throw new E3Error("bad-content", "it is bad");
    if (this.size > 0) throw new E3Error("resource-exhausted", "the outbox is full");
    this.size += 1;
    this.made.push(name);
    return name;
  }
}

function controlled() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort(new Error("no more")) };
}

test("each waits until there is room, in the order of asking, and one alone asks the driver", async () => {
  const bench = new Bench();
  const all = ["a", "b", "c"].map((name) => bench.take(name));
  await calm();
  expect(bench.made).toEqual(["a"]);
  bench.look();
  expect(bench.looks).toBe(1);
  await bench.settle();
  expect(bench.made).toEqual(["a", "b"]);
  await bench.settle();
  expect(await Promise.all(all)).toEqual(["a", "b", "c"]);
});

test("what else goes wrong is told, and the next has its turn", async () => {
  const bench = new Bench();
  const bad = bench.take("bad").catch((error: unknown) => error);
  expect(await bench.take("a")).toBe("a");
  expect(await bad).toMatchObject({ code: "bad-content" });
});

test("whoever calls it off is told at once, wherever in line, is not made, and the next has its turn", async () => {
  const bench = new Bench();
  await bench.take("a");
  const [first, later] = [new AbortController(), new AbortController()];
  const b = bench.take("b", first.signal).catch((error: unknown) => error);
  const c = bench.take("c", later.signal).catch((error: unknown) => error);
  const d = bench.take("d");
  await calm();
  later.abort(new Error("no more"));
  expect(await c).toMatchObject({ message: "no more" });
  first.abort(new Error("nor this"));
  expect(await b).toMatchObject({ message: "nor this" });
  await bench.settle();
  expect(await d).toBe("d");
  expect(bench.made).toEqual(["a", "d"]);
});

test("what was called off before is not made", async () => {
  const bench = new Bench();
  await expect(bench.take("a", AbortSignal.abort(new Error("late")))).rejects.toThrow("late");
  await calm();
  expect(bench.made).toEqual([]);
});

test("of those that are called off nothing is left: neither in line, nor at the driver, nor at the signal", async () => {
  const bench = new Bench();
  await bench.take("a");
  const { signal, abort } = controlled();
  const off = [1, 2, 3, 4].map((index) => bench.take(`off ${index}`, signal).catch(() => "called off"));
  await calm();
  expect([bench.waits, getEventListeners(signal, "abort").length]).toEqual([1, 4]);
  abort();
  expect(new Set(await Promise.all(off))).toEqual(new Set(["called off"]));
  await calm();
  expect([bench.waits, getEventListeners(signal, "abort").length]).toEqual([0, 0]);
  await bench.settle();
  expect(bench.made).toEqual(["a"]);
  expect(await bench.take("b", signal).catch(() => "called off")).toBe("called off");
});

test("what is made leaves nothing at its signal, and cannot be called off any more", async () => {
  const bench = new Bench();
  const { signal, abort } = controlled();
  const a = bench.take("a", signal);
  abort();
  expect(await a).toBe("a");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("who is behind one that is called off has its turn at once: it may need less", async () => {
  const bench = new Bench();
  await bench.take("a");
  const { signal, abort } = controlled();
  const b = bench.take("b", signal).catch(() => "called off");
  const bad = bench.take("bad").catch((error: unknown) => error);
  await calm();
  abort();
  expect([await b, await bad]).toMatchObject(["called off", { code: "bad-content" }]);
});
