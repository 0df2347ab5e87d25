import { fork, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { root } from "../lib/tree.ts";
import { residentOf, resetPeak, type Resident } from "./memory.ts";
import type { Answers, Letter, Order, Reply } from "./order.ts";

/** Longest that an answer may take, milliseconds. It only ends what has failed. */
const answerMsMax = 120_000;

/** Characters of stderr kept to explain a failure. */
const complaintsMax = 2_000;

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What children run; made for the first of them. */
let program: string | undefined;

/** Every child that has not ended, so that none outlives this process. */
const alive = new Set<ChildProcess>();

process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** Actor: a process of peers, as its parent sees it. */
export class Actor implements AsyncDisposable {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #waiters = new Map<number, Waiter>();
  #complaints = "";
  #nextId = 1;

  constructor(name: string) {
    this.name = name;
    program ??= makeProgram();
    this.#child = fork(program, {
      cwd: root,
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Ids are bigints, which JSON has not.
      serialization: "advanced",
    });
    alive.add(this.#child);
    this.#child.stderr?.on("data", (chunk) => {
      this.#complaints = (this.#complaints + String(chunk)).slice(-complaintsMax);
    });
    this.#child.on("message", (reply: Reply) => this.#take(reply));
    this.#child.on("error", (error) => this.#fail(error.message));
    this.#exited = new Promise((resolve) => {
      this.#child.on("close", (code, signal) => {
        alive.delete(this.#child);
        this.#fail(`ended (${signal ?? code})`);
        resolve();
      });
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.#child.pid;
  }

  /** @throws Error when the child cannot, ends before it answers, or takes too long. */
  async ask<O extends Order>(order: O): Promise<Answers[O["kind"]]> {
    const failure = new Error(`${this.name} did not answer: ${order.kind}`);
    const value = await new Promise<unknown>((resolve, reject) => {
      const id = this.#nextId++;
      const timer = setTimeout(() => this.#settle(id)?.reject(failure), answerMsMax);
      this.#waiters.set(id, { resolve, reject, timer });
      const letter: Letter = { id, order };
      this.#child.send(letter, (error) => {
        if (error !== null) this.#settle(id)?.reject(new Error(`${this.name} is gone: ${error.message}`));
      });
    });
    // The child answers each order with what Answers says.
    return value as Answers[O["kind"]];
  }

  /** Its memory now. */
  resident(): Resident {
    return residentOf(this.pid);
  }

  /** Its memory once garbage is collected. */
  async settledBytes(): Promise<number> {
    await this.ask({ kind: "collect" });
    return this.resident().nowBytes;
  }

  /** The peak is counted from now on. */
  resetPeak(): void {
    resetPeak(this.pid);
  }

  signal(name: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    this.#child.kill(name);
  }

  /** Ends it, whatever it does. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.#exited;
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

  #fail(why: string): void {
    const complaints = this.#complaints === "" ? "" : `\n${this.#complaints}`;
    const error = new Error(`${this.name} ${why}${complaints}`);
    for (const id of [...this.#waiters.keys()]) this.#settle(id)?.reject(error);
  }
}

/** The role as JavaScript: a process that has to translate it first takes twice as long to start, and more memory. */
function makeProgram(): string {
  // As deep below the root as its source, by which it finds the root.
  const outfile = join(root, "node_modules", ".cache", `e3-role-${process.pid}.mjs`);
  const source = fileURLToPath(new URL("role.ts", import.meta.url));
  buildSync({ entryPoints: [source], outfile, bundle: true, platform: "node", format: "esm", target: "node20" });
  process.once("exit", () => rmSync(outfile, { force: true }));
  return outfile;
}
