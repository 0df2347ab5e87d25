import { Load } from "./load.ts";
import type { Answers, Letter, Opened, Order, Over, Reply, Setup } from "./order.ts";

/** What a role makes of its process. */
export interface Part {
  /** Where it listens; empty when it does not. */
  readonly address: string;
  /** Sends so many messages; load.settled is called for each receipt. */
  readonly send?: (count: number) => void;
  /** Sends so many, and resolves once they are accepted. */
  readonly fill?: (count: number) => Promise<void>;
  readonly held?: () => number;
  /** Resolves once so many messages have arrived in all. */
  readonly drain?: (count: number) => Promise<void>;
  /** Processor time of somebody else whose work is this part's, microseconds. */
  readonly cpuUs?: () => number;
  readonly close: () => Promise<void>;
}

/** A child process of the benchmark: does what its parent asks, and ends with it. */
export function host<S extends Setup>(role: S["role"], open: (setup: S, load: Load) => Promise<Part>): void {
  const child = new Host(role, open);
  process.on("message", (letter: Letter) => void child.take(letter));
  process.on("disconnect", () => child.leave());
  // An interrupt at the terminal is for the parent, which ends with the measurement under way.
  process.on("SIGINT", () => undefined);
}

class Host<S extends Setup> {
  readonly #role: S["role"];
  readonly #open: (setup: S, load: Load) => Promise<Part>;
  readonly #load = new Load({ send: (count) => this.#part.send?.(count), nowMs: () => performance.now() });
  #opened: Part | undefined;

  constructor(role: S["role"], open: (setup: S, load: Load) => Promise<Part>) {
    this.#role = role;
    this.#open = open;
  }

  async take({ id, order }: Letter): Promise<void> {
    const reply = await this.#answer(order).then(
      (value): Reply => ({ id, value }),
      (error: unknown): Reply => ({ id, error: error instanceof Error ? error.message : String(error) }),
    );
    process.send?.(reply, undefined, {}, () => {
      if (order.kind === "close") process.exit(0);
    });
  }

  /** The parent is gone: whatever this process keeps goes, too. */
  leave(): void {
    void (this.#opened?.close() ?? Promise.resolve()).finally(() => process.exit(0));
    setTimeout(() => process.exit(0), 1_000).unref();
  }

  get #part(): Part {
    if (this.#opened === undefined) throw new Error("the process is not open yet");
    return this.#opened;
  }

  async #answer(order: Order): Promise<Answers[Order["kind"]]> {
    switch (order.kind) {
      case "open":
        return this.#start(order.setup);
      case "begin":
        this.#load.begin(order.inFlight, order.step);
        return undefined;
      case "mark":
        return this.#mark();
      case "end":
        return this.#load.end().then(over);
      case "roundTrips":
        return this.#load.roundTrips(order.forMs);
      case "fill":
        await this.#part.fill?.(order.count);
        return undefined;
      case "held":
        return this.#part.held?.() ?? 0;
      case "drain":
        return Promise.resolve(this.#part.drain?.(order.count)).then(over);
      case "close":
        return this.#part.close().then(() => undefined);
    }
  }

  async #start(setup: Setup): Promise<Opened> {
    if (!isOf<S>(setup, this.#role)) throw new Error(`this program is for the role ${this.#role}, not ${setup.role}`);
    this.#opened = await this.#open(setup, this.#load);
    return { address: this.#opened.address, ...over() };
  }

  #mark(): Answers["mark"] {
    const { user, system } = process.cpuUsage();
    const cpuUs = this.#opened?.cpuUs?.() ?? user + system;
    return { settled: this.#load.settledCount, atMs: performance.now(), cpuUs };
  }
}

function isOf<S extends Setup>(setup: Setup, role: S["role"]): setup is S {
  return setup.role === role;
}

function over(): Over {
  return { atMs: performance.timeOrigin + performance.now() };
}
