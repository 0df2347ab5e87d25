import { setTimeout as sleep } from "node:timers/promises";
import { Actor } from "./actor.ts";
import type { FlowOptions } from "./arguments.ts";
import { rateOf, type Rate } from "./rate.ts";

/** What the neighbour d does, to whom e sends, while a sends to c over the same hub. */
export const conditions = ["idle", "stalled", "given up", "read", "unread"] as const;

/** One of conditions. */
export type Condition = (typeof conditions)[number];

/** Rates from a to c under each condition. */
export type Round = Readonly<Record<Condition, Rate>>;

const ids = { hub: 9n, a: 1n, c: 2n, d: 3n, e: 4n };

/** Time for what changed to be over, milliseconds. */
const settleMs = 300;

/** Neighbour: a hub with two pairs, a to c, which is measured, and e to d, which goes wrong. */
export class Neighbour implements AsyncDisposable {
  readonly #hub = new Actor("hub");
  readonly #a = new Actor("a");
  readonly #c = new Actor("c");
  readonly #d = new Actor("d");
  readonly #e = new Actor("e");
  readonly #forMs: number;

  constructor({ seconds }: FlowOptions) {
    this.#forMs = seconds * 1_000;
  }

  async open(): Promise<void> {
    const open = (actor: Actor, id: bigint, peers: readonly string[]): Promise<readonly string[]> =>
      actor.ask({ kind: "open", plans: [{ id, peers, custody: false }] });
    const dials = await open(this.#hub, ids.hub, []);
    await Promise.all([
      open(this.#a, ids.a, dials),
      open(this.#c, ids.c, dials),
      open(this.#d, ids.d, dials),
      open(this.#e, ids.e, dials),
    ]);
    for (const actor of this.#all) await actor.ask({ kind: "sees", ids: Object.values(ids) });
    for (const actor of [this.#c, this.#d]) await actor.ask({ kind: "read" });
    const load = { from: ids.a, to: ids.c, bodyBytes: 64, by: "window", inFlight: 1_024 } as const;
    await this.#a.ask({ kind: "produce", production: load });
    await sleep(this.#forMs);
  }

  /** Measures once under each condition. @param isOdd what is compared is measured in the other order. */
  async round(isOdd: boolean): Promise<Round> {
    if (isOdd) {
      const reads = await this.#reads(isOdd);
      const stalls = await this.#stalls();
      return { ...reads, ...stalls, idle: await this.#rate() };
    }
    const idle = await this.#rate();
    return { idle, ...(await this.#stalls()), ...(await this.#reads(isOdd)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((actor) => actor[Symbol.asyncDispose]()));
  }

  get #all(): readonly Actor[] {
    return [this.#hub, this.#a, this.#c, this.#d, this.#e];
  }

  async #rate(): Promise<Rate> {
    await sleep(settleMs);
    return rateOf([this.#a], [this.#hub], this.#forMs);
  }

  /** The neighbour's process is stopped: first the hub waits for it, then it gives it up. */
  async #stalls(): Promise<Pick<Round, "stalled" | "given up">> {
    this.#d.signal("SIGSTOP");
    await this.#send(65_536);
    const stalled = await this.#rate();
    await this.#e.ask({ kind: "sees", ids: [ids.d], gone: true });
    const givenUp = await this.#rate();
    this.#d.signal("SIGCONT");
    await this.#quiet();
    return { stalled, "given up": givenUp };
  }

  /** The neighbour's program reads what arrives, or does not. */
  async #reads(isOdd: boolean): Promise<Pick<Round, "read" | "unread">> {
    await this.#send(64);
    const rates: Rate[] = [];
    for (const kind of isOdd ? (["pause", "read"] as const) : (["read", "pause"] as const)) {
      await this.#d.ask({ kind });
      rates.push(await this.#rate());
    }
    await this.#d.ask({ kind: "read" });
    await this.#quiet();
    const [first, second] = isOdd ? rates.toReversed() : rates;
    if (first === undefined || second === undefined) throw new Error("a rate was not measured");
    return { read: first, unread: second };
  }

  #send(bodyBytes: number): Promise<unknown> {
    const production = { from: ids.e, to: ids.d, bodyBytes, by: "window", inFlight: 256 } as const;
    return this.#e.ask({ kind: "produce", production });
  }

  /** All that e sent is delivered. */
  async #quiet(): Promise<void> {
    await this.#e.ask({ kind: "halt" });
    await this.#e.ask({ kind: "settled" });
  }
}
