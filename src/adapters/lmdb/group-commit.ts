/**
 * Group commit: jobs that arrive while a write is under way share the next one.
 *
 *     add ──► waiting ──── the write before is done ────► writing ──► resolved, or rejected with the whole group
 *
 * Invariants
 * 1. Groups are written one after the other, their jobs in the order of the calls to add.
 * 2. A job settles only once the group it was written in has.
 * 3. A group stays within the weight given, unless a single job is heavier. A job of infinite weight is a group of its own.
 */
export class GroupCommit<Job> {
  readonly #write: (jobs: readonly Job[]) => Promise<void>;
  readonly #weightMax: number;
  #waiting: Waiting<Job>[] = [];
  #running: Promise<void> | undefined;

  /** @param write makes a group durable, all of it or nothing. What it rejects with reaches every job of the group. */
  constructor(weightMax: number, write: (jobs: readonly Job[]) => Promise<void>) {
    this.#weightMax = weightMax;
    this.#write = write;
  }

  /** Resolves once the job's group is written. */
  add(job: Job, weight: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, weight, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves once nothing waits or is written. Never rejects. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    // One microtask later, so that the calls of one turn of the driver share the first group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const group = this.#take();
      try {
        await this.#write(group.map(({ job }) => job));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#running = undefined;
  }

  #take(): readonly Waiting<Job>[] {
    let weight = 0;
    let count = 0;
    for (const waiting of this.#waiting) {
      weight += waiting.weight;
      if (count > 0 && weight > this.#weightMax) break; // invariant 3
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }
}

interface Waiting<Job> {
  readonly job: Job;
  readonly weight: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}
