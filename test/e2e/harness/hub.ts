import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, expect } from "vitest";
import { Actor } from "../../../scripts/flow/actor.ts";
import type { Counts } from "../../../scripts/flow/order.ts";
import { setup } from "./build.ts";

/** How a peer of a hub is opened. */
export interface SpokePlan {
  readonly id: bigint;
  /** Addresses it dials; the hub's unless told otherwise. */
  readonly dials?: readonly string[];
  /** Keeps its state on disk. Default: in memory. */
  readonly durable?: boolean;
}

/** A peer in a process of its own. */
export interface Spoke {
  readonly id: bigint;
  readonly actor: Actor;
  readonly listen: string;
  readonly durable: boolean;
}

/**
 * Resident memory of a process under some load, bytes. Of one with a database, what is its own: pages of the file that it
 * has looked at count as resident too, and the system takes them back when it has another use for them.
 */
export interface Held {
  /** The most there was. */
  readonly peakBytes: number;
  /** What there is once garbage is collected. */
  readonly settledBytes: number;
}

/** A hub and peers linked to it, each a program built on the library; none keeps mail for others, unless asked. */
export class HubMesh implements AsyncDisposable {
  readonly hub: Spoke;
  readonly #directory: string;
  readonly #actors: Actor[];

  private constructor(directory: string, hub: Spoke) {
    this.#directory = directory;
    this.hub = hub;
    this.#actors = [hub.actor];
  }

  static async open(): Promise<HubMesh> {
    const directory = await mkdtemp(join(tmpdir(), "e3-flow-"));
    const actor = new Actor("hub");
    const [listen = ""] = await actor.ask({ kind: "open", plans: [{ id: 9n, peers: [], custody: false }] });
    return new HubMesh(directory, { id: 9n, actor, listen, durable: false });
  }

  async spoke(name: string, { id, dials = [this.hub.listen], durable = false }: SpokePlan): Promise<Spoke> {
    const actor = new Actor(name);
    this.#actors.push(actor);
    const where = durable ? { state: join(this.#directory, name) } : {};
    const [listen = ""] = await actor.ask({ kind: "open", plans: [{ id, peers: dials, custody: false, ...where }] });
    return { id, actor, listen, durable };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#actors.map((actor) => actor[Symbol.asyncDispose]()));
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A mesh for each test of this file: call it once at the top, and ask it for the mesh inside a test. */
export function useHub(): () => Promise<HubMesh> {
  let mesh: HubMesh | undefined;
  beforeAll(setup, 180_000);
  afterEach(async () => {
    const closing = mesh;
    mesh = undefined;
    await closing?.[Symbol.asyncDispose]();
  }, 30_000);
  return async () => (mesh ??= await HubMesh.open());
}

/** Resolves once all of them see each other. */
export async function converged(...spokes: readonly Spoke[]): Promise<void> {
  const ids = spokes.map(({ id }) => id);
  await Promise.all(spokes.map(({ actor }) => actor.ask({ kind: "sees", ids })));
}

/** Messages of 64 bytes flow from one to the other, a few hundred at a time, until the sender is halted. */
export async function stream(from: Spoke, to: Spoke): Promise<void> {
  await to.actor.ask({ kind: "read" });
  const production = { from: from.id, to: to.id, bodyBytes: 64, by: "window", inFlight: 256 } as const;
  await from.actor.ask({ kind: "produce", production });
}

/** So many more messages of windows are delivered: the load under which something is measured. */
export async function delivers({ actor }: Spoke, count: number): Promise<Counts> {
  const { delivered } = await actor.ask({ kind: "counts" });
  return actor.ask({ kind: "reach", count: "delivered", least: delivered + count });
}

/** The memory of these while the work is done, and after it. */
export async function heldDuring(spokes: readonly Spoke[], work: () => Promise<unknown>): Promise<readonly Held[]> {
  const peaks = new Map(spokes.map((spoke) => [spoke, 0]));
  const look = (): void => {
    for (const [spoke, peakBytes] of peaks) peaks.set(spoke, Math.max(peakBytes, spoke.actor.resident().ownBytes));
  };
  for (const { actor } of spokes) actor.resetPeak();
  const looking = setInterval(look, lookMs);
  try {
    await work();
  } finally {
    clearInterval(looking);
  }
  look();
  return Promise.all(
    [...peaks].map(async ([{ actor, durable }, ownPeakBytes]) => {
      // The system counts the peak of all without a gap, that of the process's own nobody does.
      const peakBytes = durable ? ownPeakBytes : actor.resident().peakBytes;
      await actor.ask({ kind: "collect" });
      const { nowBytes, ownBytes } = actor.resident();
      return { peakBytes, settledBytes: durable ? ownBytes : nowBytes };
    }),
  );
}

/** Time between looks at memory, milliseconds. */
const lookMs = 10;

/** What a stalled neighbour may cost: design, "Speed". */
const costBytesMax = 64 * 1_024 * 1_024;
/** Buffers that V8 lets become garbage before it looks for it: where much flows, the most there was has that much chance in it. */
const garbageBytesMax = 64 * 1_024 * 1_024;

/**
 * What is held while something stalls is within the bound of what was held under the same load before.
 *
 * @param garbage whether what is garbage counts too, as it does for the one whose neighbour stalls; for others, which
 * send megabytes again and again, within V8's allowance only.
 */
export function expectBounded(
  what: string,
  [before, during]: readonly [Held | undefined, Held | undefined],
  garbage: "counts" | "allowed",
): void {
  if (before === undefined || during === undefined) throw new Error(`${what} was not measured`);
  const peakBytesMax = costBytesMax + (garbage === "counts" ? 0 : garbageBytesMax);
  expect(during.peakBytes - before.peakBytes, `${what}: the most, bytes more`).toBeLessThanOrEqual(peakBytesMax);
  const more = during.settledBytes - before.settledBytes;
  expect(more, `${what}: without garbage, bytes more`).toBeLessThanOrEqual(costBytesMax);
}
