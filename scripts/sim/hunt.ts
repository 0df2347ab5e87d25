import type { DrawOptions } from "../../test/sim/draw.ts";
import type { RunOrder } from "./orders.ts";
import { Pool, WorkerLost } from "./pool.ts";

/** What came of trying seeds on one bundle. */
export interface Catch {
  readonly seed: number;
  /** The invariant that broke. */
  readonly broken: string;
}

/**
 * Longest that one seed may take by the clock on the wall, milliseconds. It takes about a second; a bug that never lets a
 * run end must not keep the others from being tried.
 */
const seedWallMsMax = 60_000;

/**
 * Hunter: runs seeds of one bundle until something breaks. A run that does not end, or uses up its memory, counts as broken.
 */
export class Hunter implements Disposable {
  readonly #pool: Pool;
  readonly #drawingOf: (seed: number) => DrawOptions;

  /**
   * @param worker the bundle of scripts/sim/seed-worker.ts.
   * @param drawingOf how much is drawn from a seed.
   */
  constructor(worker: string, drawingOf: (seed: number) => DrawOptions) {
    this.#pool = new Pool({ worker, jobs: 1, orderWallMsMax: seedWallMsMax });
    this.#drawingOf = drawingOf;
  }

  /** What the seed breaks; undefined when all holds. */
  async brokenBy(seed: number): Promise<string | undefined> {
    const order: RunOrder = {
      kind: "run",
      seed,
      drawing: this.#drawingOf(seed),
      keep: undefined,
      trace: false,
      topology: false,
    };
    try {
      const end = await this.#pool.one(order, () => {});
      return end.kind === "ran" ? end.run.result.violation?.invariant : undefined;
    } catch (error) {
      if (error instanceof WorkerLost) return `a run ends: ${error.message}`;
      throw error;
    }
  }

  /**
   * Tries seeds, one after the other.
   * @param isSound whether a seed breaks nothing without any bug; those that do are passed over.
   * @returns the first that breaks something; undefined when none does.
   */
  async hunt(seeds: Iterable<number>, isSound: (seed: number) => Promise<boolean>): Promise<Catch | undefined> {
    for (const seed of seeds) {
      const broken = await this.brokenBy(seed);
      if (broken !== undefined && (await isSound(seed))) return { seed, broken };
    }
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#pool[Symbol.dispose]();
  }
}
