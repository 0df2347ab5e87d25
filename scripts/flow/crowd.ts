import { setTimeout as sleep } from "node:timers/promises";
import { Actor } from "./actor.ts";
import type { FlowOptions } from "./arguments.ts";
import { rateOf, type Rate } from "./rate.ts";

/** What was seen of a hub with many small peers. */
export interface CrowdFigures {
  readonly leaves: number;
  /** Time until all were linked, and knew all others where they are whole peers, seconds. */
  readonly joinSeconds: number;
  /** Resident memory of the hub for each link, bytes, while nothing is sent. */
  readonly linkBytes: number;
  /** Every one sends to another through the hub. */
  readonly everybody: Rate;
  /** Half of them do; and while a quarter of all is stopped, and another quarter sends to it. */
  readonly rounds: readonly CrowdRound[];
}

/** What the half was seen to do once without, and once with the others stalled. */
export interface CrowdRound {
  readonly half: Rate;
  readonly stalled: Rate;
  /** The most resident memory of the hub while they are, above what it was before, bytes. */
  readonly moreBytes: number;
}

const hubId = 9n;
const groups = 4;

/** Crowd: a hub, and leaves in four processes: the first two write to each other, and so do the last two. */
export class Crowd implements AsyncDisposable {
  readonly #hub = new Actor("hub");
  readonly #groups = Array.from({ length: groups }, (_, index) => new Actor(`group ${index + 1}`));
  readonly #size: number;
  readonly #forMs: number;
  readonly #isFull: boolean;
  readonly #rounds: number;

  constructor({ leaves, seconds, full, rounds }: FlowOptions) {
    this.#size = leaves / groups;
    this.#isFull = full;
    this.#rounds = Math.max(1, rounds);
    this.#forMs = seconds * 1_000;
  }

  async measure(): Promise<CrowdFigures> {
    const dials = await this.#hub.ask({ kind: "open", plans: [{ id: hubId, peers: [], custody: false }] });
    const aloneBytes = await this.#hub.settledBytes();
    const startMs = performance.now();
    await Promise.all(this.#groups.map((_, group) => this.#join(group, dials)));
    await this.#hub.ask({ kind: "sees", ids: this.#allIds });
    const joinSeconds = (performance.now() - startMs) / 1_000;
    const leaves = this.#size * groups;
    const linkBytes = ((await this.#hub.settledBytes()) - aloneBytes) / leaves;

    for (let group = 0; group < groups; group += 1) await this.#write(group);
    const everybody = await this.#rate(this.#groups);
    for (const group of [2, 3]) await this.#halt(group);
    const rounds: CrowdRound[] = [];
    while (rounds.length < this.#rounds) rounds.push(await this.#round());
    return { leaves, joinSeconds, linkBytes, everybody, rounds };
  }

  async #round(): Promise<CrowdRound> {
    const half = await this.#rate(this.#groups.slice(0, 2));
    await this.#hub.ask({ kind: "collect" });
    this.#hub.resetPeak();
    const beforeBytes = this.#hub.resident().nowBytes;
    this.#groups[3]?.signal("SIGSTOP");
    await this.#write(2);
    const stalled = await this.#rate(this.#groups.slice(0, 2));
    const moreBytes = this.#hub.resident().peakBytes - beforeBytes;
    this.#groups[3]?.signal("SIGCONT");
    await this.#halt(2);
    return { half, stalled, moreBytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#hub, ...this.#groups].map((actor) => actor[Symbol.asyncDispose]()));
  }

  #ids(group: number): readonly bigint[] {
    return Array.from({ length: this.#size }, (_, index) => BigInt(1_000 * (group + 1) + index));
  }

  get #allIds(): readonly bigint[] {
    return this.#groups.flatMap((_, group) => this.#ids(group));
  }

  async #join(group: number, peers: readonly string[]): Promise<void> {
    const actor = this.#groups[group];
    const kind = this.#isFull ? { custody: false } : { leaf: true };
    await actor?.ask({ kind: "open", plans: this.#ids(group).map((id) => ({ id, peers, ...kind })) });
    if (this.#isFull) await actor?.ask({ kind: "sees", ids: this.#allIds });
    await actor?.ask({ kind: "read" });
  }

  /** Each of a group writes to its partner in the next one: 1 KiB, 64 unsettled. */
  async #write(group: number): Promise<void> {
    const targets = this.#ids(group % 2 === 0 ? group + 1 : group - 1);
    for (const [index, from] of this.#ids(group).entries()) {
      const production = { from, to: targets[index] ?? 0n, bodyBytes: 1_024, by: "window", inFlight: 64 } as const;
      await this.#groups[group]?.ask({ kind: "produce", production });
    }
  }

  async #halt(group: number): Promise<void> {
    await this.#groups[group]?.ask({ kind: "halt" });
    await this.#groups[group]?.ask({ kind: "settled" });
  }

  async #rate(senders: readonly Actor[]): Promise<Rate> {
    await sleep(this.#forMs / 2);
    return rateOf(senders, [this.#hub], this.#forMs);
  }
}
