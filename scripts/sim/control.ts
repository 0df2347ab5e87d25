import type { Hunter } from "./hunt.ts";

/** Control: the same seeds without any bug. What breaks there too says nothing about bugs. */
export class Control {
  readonly #hunter: Hunter;
  readonly #runs = new Map<number, Promise<string | undefined>>();
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(hunter: Hunter) {
    this.#hunter = hunter;
  }

  /** Whether the seed breaks nothing. Each is run once. */
  async isSound(seed: number): Promise<boolean> {
    const known = this.#runs.get(seed);
    if (known !== undefined) return (await known) === undefined;
    const run = this.#last.then(async () => this.#hunter.brokenBy(seed));
    this.#runs.set(seed, run);
    this.#last = run;
    return (await run) === undefined;
  }

  /** What broke, seed by seed, for people. */
  async faults(): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const [seed, run] of this.#runs) {
      const broken = await run;
      if (broken !== undefined) faults.push(`seed ${seed} breaks without any bug: ${broken}`);
    }
    return faults;
  }
}
