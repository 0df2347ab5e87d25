import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import { readLine, type EventOf, type PeerEvent } from "../../test/e2e/harness/event.ts";
import { straceWords, type Injection } from "./injection.ts";
import type { Pulse } from "./pulse.ts";

/** How a victim is started. */
export interface VictimSetup {
  readonly program: string;
  readonly listen: string;
  readonly state: string;
  /** Further words: addresses to dial, options. */
  readonly words?: readonly string[];
  readonly injection?: Injection;
  readonly pulse: Pulse;
  readonly heard?: (event: PeerEvent) => void;
}

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const alive = new Set<Victim>();

// However this process ends, it leaves none behind.
process.once("exit", () => {
  for (const victim of alive) victim.strike();
});

/** A real peer in a process of its own, with one worker thread for its files, perhaps under strace. */
export class Victim {
  readonly events: PeerEvent[] = [];
  readonly complaints: string[] = [];
  /** Resolves when the process has ended and what it wrote is read. */
  readonly exited: Promise<Ending>;
  /** Undefined while it runs. */
  ending: Ending | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #setup: VictimSetup;

  constructor(setup: VictimSetup) {
    this.#setup = setup;
    const { program, listen, state, words = [], injection } = setup;
    const command = [process.execPath, program, listen, "--state", state, "--json", ...words];
    const [file = "", ...args] = [...(injection === undefined ? [] : straceWords(injection)), ...command];
    const env = { ...process.env, UV_THREADPOOL_SIZE: "1", NO_COLOR: "1", NODE_OPTIONS: "" };
    // A group of its own: strace and the peer are ended together.
    this.#child = spawn(file, args, { env, detached: true });
    alive.add(this);
    this.#child.stdin.on("error", () => undefined); // What a dead process is told is lost, as it should be.
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#read(line));
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.complaints.push(line));
    this.exited = new Promise((resolve) => {
      this.#child.once("error", (error) => this.complaints.push(`did not start: ${error.message}`));
      this.#child.once("close", (code, signal) => {
        alive.delete(this);
        this.ending = { code, signal };
        setup.pulse.beat();
        resolve(this.ending);
      });
    });
  }

  get listen(): string {
    return this.#setup.listen;
  }

  /** Its first word, once it said it. */
  get ready(): EventOf<"ready"> | undefined {
    return this.events.find((event) => event.event === "ready");
  }

  /** Types lines. */
  type(...lines: readonly string[]): void {
    this.#child.stdin.write(lines.map((line) => `${line}\n`).join(""));
  }

  /** Resolves with true once the condition holds, with false when the process ended first or time is up. */
  async until(condition: () => boolean, forMs?: number): Promise<boolean> {
    let isSo = false;
    await this.#setup.pulse.until(() => {
      isSo = condition();
      return isSo || this.ending !== undefined;
    }, forMs);
    // What was so for a moment was so.
    return isSo;
  }

  /** SIGKILL, without waiting. */
  strike(): void {
    try {
      process.kill(-(this.#child.pid ?? 0), "SIGKILL");
    } catch {
      // The group has ended already.
    }
  }

  /** Ends it as a power cut of the process would. */
  async kill(): Promise<Ending> {
    if (this.ending === undefined) this.strike();
    return this.exited;
  }

  /** Complaints of damage, of which there is none unless a bit was turned. */
  get alarms(): readonly string[] {
    return this.complaints.filter((line) => line.includes("damage"));
  }

  /** What a person needs to see when something went wrong. */
  describe(): string {
    const ending = this.ending === undefined ? "running" : `ended (${this.ending.code ?? this.ending.signal})`;
    const events = this.events.slice(-5).map((event) => JSON.stringify(event).slice(0, 200));
    return [ending, ...events, ...this.complaints.slice(-5).map((line) => line.slice(0, 300))].join("\n      ");
  }

  #read(line: string): void {
    const read = readLine(line);
    // A process killed while it writes leaves half a line.
    if (read.kind !== "event") return;
    this.events.push(read.event);
    this.#setup.heard?.(read.event);
    this.#setup.pulse.beat();
  }
}
