import { vi } from "vitest";
import { recordingLog } from "../../src/adapters/memory/log.ts";
import { Core } from "../../src/core/core.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { writeTo } from "../../src/peer/committer.ts";
import { Driver, type Told } from "../../src/peer/driver.ts";
import type { Transport, WireHandler } from "../../src/ports/transport.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { Disk } from "./disk.ts";
import { FakeWire } from "./fake-wire.ts";
import { Time } from "./time.ts";

/** A driver around a core whose steps a test writes. */
export class Bench {
  readonly time = new Time();
  readonly clock = this.time.clock();
  readonly disk = new Disk();
  readonly log = recordingLog();
  readonly wires: FakeWire[] = [];
  readonly handlers: WireHandler[] = [];
  /** Events as the core got them, each as its kind. */
  readonly events: CoreEvent[] = [];
  readonly told: Told[] = [];
  readonly failures: string[] = [];
  nextDeadlineMs = Infinity;
  /** What the core answers to an event. */
  answer: (event: CoreEvent) => readonly Effect[] = () => [];
  onTold: (told: Told) => void = () => {};
  dialFails: Error | undefined;
  depth = 0;
  deepest = 0;
  readonly driver: Driver;

  constructor() {
    const { clock, disk: store, log } = this;
    const options = { desiredId: 0n, name: "", custody: true, stored: () => [] };
    const entropy = { bytes: (count: number) => new Uint8Array(count).fill(7) };
    const core = new Core({ ...options, signer: testSigner(1), entropy, limits: defaultLimits }, clock.nowMs());
    vi.spyOn(core, "nextDeadlineMs", "get").mockImplementation(() => this.nextDeadlineMs);
    vi.spyOn(core, "step").mockImplementation((event) => {
      this.events.push(event);
      this.depth += 1;
      this.deepest = Math.max(this.deepest, this.depth);
      try {
        return this.answer(event);
      } finally {
        this.depth -= 1;
      }
    });
    const transport: Transport = {
      listen: (address) => Promise.resolve(address),
      dial: (_, handler) => {
        if (this.dialFails !== undefined) throw this.dialFails;
        return this.#wire(handler);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    this.driver = new Driver({
      ...{ core, clock, write: writeTo(store), soon: queueMicrotask, transport, log, limits: defaultLimits },
      tell: (told) => {
        this.told.push(told);
        this.onTold(told);
      },
      storeFailed: (error) => this.failures.push(`store: ${error.message}`),
      storeWorks: () => this.failures.push("store: works"),
      failed: (error) => this.failures.push(error.message),
    });
  }

  #wire(handler: WireHandler): FakeWire {
    const wire = new FakeWire();
    this.wires.push(wire);
    this.handlers.push(handler);
    return wire;
  }

  get kinds(): readonly string[] {
    return this.events.map(({ kind }) => kind);
  }

  /** What errors and warnings the log has. */
  get complaints(): readonly string[] {
    return this.log.entries.flatMap(({ level, message }) =>
      level === "error" || level === "warn" ? [`${level}: ${message}`] : [],
    );
  }
}

/** Nothing but the time. */
export const alarm: CoreEvent = { kind: "alarm" };
/** One write to make durable. */
export const persist = (commit: number): Extract<Effect, { kind: "persist" }> => ({
  kind: "persist",
  commit,
  ops: [{ table: "meta", key: "a", value: new Uint8Array(1) }],
});

/** Answers events of this kind with these effects, others with nothing. */
export function on(kind: CoreEvent["kind"], ...effects: readonly Effect[]): (event: CoreEvent) => readonly Effect[] {
  return (event) => (event.kind === kind ? effects : []);
}
