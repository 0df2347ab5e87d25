import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { root } from "../lib/tree.ts";
import type { DriverNews, DriverOrder } from "./order.ts";

const program = fileURLToPath(new URL("driver.ts", import.meta.url));
const alive = new Set<ChildProcess>();

// However this process ends, it leaves none behind.
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Drivers: processes that link peers with a hub, all at once. */
export class Drivers {
  readonly #children: readonly ChildProcess[];
  readonly #order: DriverOrder;

  /** @param order of which each of the drivers does its share. */
  constructor(count: number, order: DriverOrder) {
    this.#order = order;
    this.#children = Array.from({ length: count }, () =>
      fork(program, { cwd: root, execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"] }),
    );
    for (const child of this.#children) alive.add(child);
  }

  get pids(): readonly number[] {
    return this.#children.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /**
   * Resolves once all peers have their link.
   * @throws Error when a driver ends, or it takes longer than that.
   */
  async link(told: (linked: number) => void, msMax: number): Promise<void> {
    const linked = this.#children.map(() => 0);
    const late = AbortSignal.timeout(msMax);
    const done = this.#children.map((child, index) => {
      const share = Math.floor((this.#order.peers * (index + 1)) / this.#children.length);
      const peers = share - Math.floor((this.#order.peers * index) / this.#children.length);
      return new Promise<void>((resolve, reject) => {
        child.on("message", (news: DriverNews) => {
          linked[index] = news.linked;
          told(linked.reduce((sum, each) => sum + each, 0));
          if (news.linked === peers) resolve();
        });
        child.once("exit", () => reject(new Error("a driver ended")));
        late.addEventListener("abort", () => reject(new Error(`not all are linked after ${msMax} ms`)));
        child.send({ ...this.#order, peers } satisfies DriverOrder);
      });
    });
    await Promise.all(done);
  }

  /** Ends them all, and their peers without a word. */
  async end(): Promise<void> {
    for (const child of this.#children) {
      child.removeAllListeners("exit");
      if (child.exitCode === null && child.signalCode === null) {
        const exited = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await exited;
      }
      alive.delete(child);
    }
  }
}
