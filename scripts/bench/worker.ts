import { fork, type ChildProcess } from "node:child_process";
import type { Answers, Letter, Order, Reply } from "./order.ts";

/** Longest that an answer may take, milliseconds; some answers are those to much work. */
const answerMsMax = 60_000;
const workMsMax = 900_000;
const works: ReadonlySet<Order["kind"]> = new Set(["fill", "drain", "end", "roundTrips"]);

/** How long a child may take to leave once nobody talks with it any more, milliseconds. */
const leaveMsMax = 3_000;

/** Characters of stderr kept to explain a failure. */
const complaintsMax = 2_000;

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** How a child is started. */
export interface WorkerSetup {
  /** For messages. */
  readonly name: string;
  /** The program, absolute. */
  readonly program: string;
  /** Words for node itself. */
  readonly nodeWords: readonly string[];
  /** Told when it ends without having been asked to. */
  readonly died: (error: Error) => void;
}

/** A process that takes part in a measurement, as its parent sees it. */
export class Worker {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #waiters = new Map<number, Waiter>();
  #complaints = "";
  #nextId = 1;
  #leaving = false;

  constructor({ name, program, nodeWords, died }: WorkerSetup) {
    this.name = name;
    this.#child = fork(program, { execArgv: [...nodeWords], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#child.stderr?.on(
      "data",
      (chunk) => (this.#complaints = (this.#complaints + String(chunk)).slice(-complaintsMax)),
    );
    this.#child.on("message", (reply: Reply) => this.#take(reply));
    this.#child.on("error", (error) => this.#fail(error.message));
    this.#exited = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        const error = this.#fail(`ended (${signal ?? code})`);
        if (!this.#leaving) died(error);
        resolve();
      });
    });
  }

  /** @throws Error when the child cannot, ends before it answers, or takes too long. */
  async ask<O extends Order>(order: O): Promise<Answers[O["kind"]]> {
    const value = await new Promise<unknown>((resolve, reject) => {
      const id = this.#nextId++;
      const late = (): void => this.#settle(id)?.reject(new Error(`${this.name} did not answer: ${order.kind}`));
      this.#waiters.set(id, {
        resolve,
        reject,
        timer: setTimeout(late, works.has(order.kind) ? workMsMax : answerMsMax),
      });
      const letter: Letter = { id, order };
      this.#child.send(letter, (error) => {
        if (error !== null) this.#settle(id)?.reject(new Error(`${this.name} is gone: ${error.message}`));
      });
    });
    // The child answers each order with what Answers says.
    return value as Answers[O["kind"]];
  }

  /** Has it leave in good order; resolves when the process has ended. */
  async close(): Promise<void> {
    this.#leaving = true;
    await this.ask({ kind: "close" });
    await this.#exited;
  }

  /** Ends it, whatever it does. A child that nobody talks with any more leaves, and takes with it what it keeps. */
  async kill(): Promise<void> {
    this.#leaving = true;
    if (this.#child.connected) this.#child.disconnect();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), leaveMsMax);
    await this.#exited;
    clearTimeout(late);
  }

  #take({ id, value, error }: Reply): void {
    const waiter = this.#settle(id);
    if (error === undefined) waiter?.resolve(value);
    else waiter?.reject(new Error(`${this.name}: ${error}`));
  }

  #settle(id: number): Waiter | undefined {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (waiter !== undefined) clearTimeout(waiter.timer);
    return waiter;
  }

  #fail(why: string): Error {
    const complaints = this.#complaints === "" ? "" : `\n${this.#complaints}`;
    const error = new Error(`${this.name} ${why}${complaints}`);
    for (const id of [...this.#waiters.keys()]) this.#settle(id)?.reject(error);
    return error;
  }
}
