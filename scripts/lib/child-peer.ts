import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "./tree.ts";

/** One line of `e3 --json`, and when it arrived. */
export interface PeerLine {
  /** Milliseconds of this process's monotonic clock. */
  readonly atMs: number;
  readonly event: string;
  /** All fields of the line; ids and numbers are strings. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What to wait for. */
export interface Wanted {
  /** In words, for the error when it does not come. */
  readonly what: string;
  matches(line: PeerLine): boolean;
}

interface Waiter extends Wanted {
  resolve(line: PeerLine): void;
  reject(error: Error): void;
}

/** Lines of stderr kept to explain a failure. */
const complaintsMax = 20;

const alive = new Set<ChildProcessWithoutNullStreams>();

// However this process ends, it leaves none behind.
process.once("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

/** The built program, as `npm run build` leaves it. */
export const program = join(root, "dist", "cli", "main.js");

/** An e3 in a process of its own, driven through its standard input and its JSON lines. */
export class ChildPeer {
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  readonly #lines: PeerLine[] = [];
  readonly #taken = new Set<PeerLine>();
  readonly #complaints: string[] = [];
  readonly #waiters = new Set<Waiter>();

  /**
   * Starts the program.
   * @param name for messages.
   * @param args the command line; `--json` is added.
   */
  constructor(name: string, args: readonly string[]) {
    this.name = name;
    this.#child = spawn(process.execPath, [program, ...args, "--json"], { stdio: "pipe" });
    alive.add(this.#child);
    // "close" comes once all that the process wrote has been read.
    this.#exited = once(this.#child, "close").then(() => {
      alive.delete(this.#child);
      this.#fail(`ended (${this.#child.signalCode ?? String(this.#child.exitCode)})`);
    });
    createInterface(this.#child.stdout).on("line", (line) => this.#take(line));
    createInterface(this.#child.stderr).on("line", (line) => {
      this.#complaints.push(line);
      if (this.#complaints.length > complaintsMax) this.#complaints.shift();
    });
    // A write to a process that is gone: its exit says more.
    this.#child.stdin.on("error", () => undefined);
  }

  /** Of the process. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error(`${this.name} was not started`);
    return pid;
  }

  /** All lines so far. */
  get lines(): readonly PeerLine[] {
    return this.#lines;
  }

  /**
   * The first matching line that no earlier call has taken, already there or still to come.
   * @throws Error when the process ends first, or the signal says that it is late.
   */
  async next(wanted: Wanted, signal: AbortSignal): Promise<PeerLine> {
    const there = this.#lines.find((line) => !this.#taken.has(line) && wanted.matches(line));
    const line = there ?? (await this.#wait(wanted, signal));
    this.#taken.add(line);
    return line;
  }

  /** Types one line. */
  type(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends the process as a power cut would (SIGKILL). */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks the process to leave (SIGTERM). Resolves with its exit code; null when a signal ended it. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    await this.#exited;
    return this.#child.exitCode;
  }

  #wait(wanted: Wanted, signal: AbortSignal): Promise<PeerLine> {
    return new Promise<PeerLine>((resolve, reject) => {
      const done = (line: PeerLine): void => {
        signal.removeEventListener("abort", late);
        resolve(line);
      };
      const matches = (line: PeerLine): boolean => wanted.matches(line);
      const waiter = { what: wanted.what, matches, resolve: done, reject };
      this.#waiters.add(waiter);
      const late = (): void => this.#reject(waiter, "it did not happen in time");
      if (signal.aborted) late();
      else if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        this.#reject(waiter, "its process has ended");
      else signal.addEventListener("abort", late, { once: true });
    });
  }

  #take(text: string): void {
    const line = parse(text);
    if (line === undefined) return this.#fail(`printed something that is no JSON event: ${text}`);
    this.#lines.push(line);
    for (const waiter of this.#waiters) {
      if (!waiter.matches(line)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(line);
      // Others may wait for the next of the same kind.
      return;
    }
  }

  #fail(why: string): void {
    for (const waiter of this.#waiters) this.#reject(waiter, `${this.name} ${why}`);
  }

  #reject(waiter: Waiter, why: string): void {
    this.#waiters.delete(waiter);
    const complaints = this.#complaints.map((line) => `\n    ${this.name}: ${line}`).join("");
    waiter.reject(new Error(`waited for ${waiter.what}: ${why}${complaints}`));
  }
}

function parse(text: string): PeerLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("event" in value) || typeof value.event !== "string")
      return undefined;
    return { atMs: performance.now(), event: value.event, fields: Object.fromEntries(Object.entries(value)) };
  } catch {
    return undefined;
  }
}
