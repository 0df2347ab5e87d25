import { fork, type ChildProcess } from "node:child_process";
import type { News, Order } from "./orders.ts";

/** What ends an order. */
export type End = Extract<News, { kind: "ran" | "shrunk" }>;

/** How a pool works. */
export interface PoolOptions {
  /** The bundled worker. */
  readonly worker: string;
  /** Orders at a time. */
  readonly jobs: number;
  /** Longest that an order may take by the clock on the wall, milliseconds. */
  readonly orderWallMsMax: number;
}

/** A worker gave no answer: too late, or out of memory. */
export class WorkerLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = "WorkerLost";
  }
}

/** What one worker may take before it is ended, MiB. */
const heapMibMax = 2_048;
/** What it makes before it looks for what is not needed any more, MiB: frames and effects are gone by then. */
const youngMibMax = 32;

/** Pool: processes that work on orders, one each at a time. One that is lost is replaced. */
export class Pool implements Disposable {
  readonly #options: PoolOptions;
  readonly #idle: ChildProcess[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /**
   * Works on all orders, so many at a time, and asks for the next when there is a process for it.
   * @param done told how each ended, in no certain order.
   */
  async all(orders: Iterable<Order>, done: (order: Order, end: End | WorkerLost) => void): Promise<void> {
    const iterator = orders[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
        const order = next.value;
        done(order, await this.#do(order, () => {}));
      }
    };
    await Promise.all(Array.from({ length: this.#options.jobs }, work));
  }

  /** @param heard told what comes before the end. @throws WorkerLost when there is none. */
  async one(order: Order, heard: (news: News) => void): Promise<End> {
    const end = await this.#do(order, heard);
    if (end instanceof WorkerLost) throw end;
    return end;
  }

  [Symbol.dispose](): void {
    for (const child of this.#idle.splice(0)) child.kill("SIGKILL");
  }

  async #do(order: Order, heard: (news: News) => void): Promise<End | WorkerLost> {
    const child = this.#idle.pop() ?? this.#start();
    const end = await this.#ask(child, order, heard);
    if (end instanceof WorkerLost) child.kill("SIGKILL");
    else this.#idle.push(child);
    return end;
  }

  #start(): ChildProcess {
    return fork(this.#options.worker, {
      serialization: "advanced",
      execArgv: [`--max-old-space-size=${heapMibMax}`, `--max-semi-space-size=${youngMibMax}`],
      stdio: ["ignore", "inherit", "ignore", "ipc"],
    });
  }

  async #ask(child: ChildProcess, order: Order, heard: (news: News) => void): Promise<End | WorkerLost> {
    const { orderWallMsMax } = this.#options;
    let alarm: NodeJS.Timeout | undefined;
    const end = await new Promise<End | WorkerLost>((resolve) => {
      const lose = (why: string): void => resolve(new WorkerLost(why));
      alarm = setTimeout(() => lose(`no end after ${orderWallMsMax / 1_000} s`), orderWallMsMax);
      child.once("exit", (code, signal) => lose(`its process ended (${signal ?? String(code)})`));
      child.once("error", ({ message }) => lose(message));
      child.on("message", (news: News) => {
        if (news.kind === "ran" || news.kind === "shrunk") resolve(news);
        else heard(news);
      });
      child.send(order);
    });
    clearTimeout(alarm);
    child.removeAllListeners();
    return end;
  }
}
