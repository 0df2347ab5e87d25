import { Report } from "../../test/sim/report.ts";
import { points } from "../../test/sim/sometimes.ts";
import type { SimOptions } from "./arguments.ts";
import { commandOf } from "./command.ts";
import { failureLines, shrunkLines } from "./failure.ts";
import type { News, Order, Ran, RunOrder } from "./orders.ts";
import { WorkerLost, type End, type Pool } from "./pool.ts";
import { Progress } from "./progress.ts";
import type { RunRecord } from "./record.ts";

/** Failing seeds that are told in full and made small, each with another invariant; the others are counted. */
const failuresMax = 5;
/** Runs spent on making one small. */
const shrinkRunsMax = 500;

/** Simulation: one call of the simulator: some seeds, what broke, and the totals. */
export class Simulation {
  readonly #options: SimOptions;
  readonly #pool: Pick<Pool, "all" | "one">;
  readonly #report = new Report();
  readonly #progress: Progress;
  /** The first failing run of each invariant. */
  readonly #failures = new Map<string, Ran>();
  /** Seeds that are done, above the first that is not. */
  readonly #ahead = new Set<number>();
  readonly #record: RunRecord | undefined;
  #resumeAt: number;
  #stopped = false;

  /** @param record of seeds, which are not run again, and to which all others are added. */
  constructor(options: SimOptions, pool: Pick<Pool, "all" | "one">, record?: RunRecord) {
    this.#options = options;
    this.#pool = pool;
    this.#record = record;
    this.#progress = new Progress(this.#report, options, record?.wallMs ?? 0);
    this.#resumeAt = options.seed;
    for (const { seed, ...recorded } of record?.runs ?? []) {
      if (seed < options.seed || seed >= options.seed + options.seeds) continue;
      if ("run" in recorded) this.#report.add(seed, recorded.run.result, recorded.run.coreMs);
      else this.#report.addBroken(seed, `a run ends: ${recorded.lost}`);
      this.#ahead.add(seed);
    }
    this.#advance();
  }

  get hasFailed(): boolean {
    return this.#report.violations > 0;
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  /** No more seeds: those that run are the last. */
  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    if (this.#options.seeds === 1) await this.#runOne();
    else await this.#pool.all(this.#orders(), (order, end) => this.#done(order, end));
    this.#progress.clear();
    if (!this.#options.shrink) return;
    for (const failure of this.#failures.values()) if (!this.#stopped) await this.#shrink(failure);
  }

  summarize(): void {
    const { json, seed, seeds, drawing } = this.#options;
    const { wallMs } = this.#progress;
    const names = points.map(({ name }) => name);
    if (json) return console.log(JSON.stringify({ event: "totals", ...this.#report.totals(wallMs, names) }));
    console.log("");
    for (const line of this.#report.lines(wallMs, names)) console.log(line);
    for (const { invariant, count, seed: first } of this.#report.broken)
      console.log(`  broken ${count} times, first by seed ${first}: ${invariant}`);
    const left = seed + seeds - this.#resumeAt;
    if (this.#stopped && left > 0) console.log(`\ngo on with: ${commandOf(this.#resumeAt, drawing)} --seeds ${left}`);
  }

  *#orders(): Generator<Order> {
    const { seed, seeds } = this.#options;
    for (let next = this.#resumeAt; next < seed + seeds && !this.#stopped; next += 1)
      if (next >= this.#resumeAt && !this.#ahead.has(next)) yield this.#order(next);
  }

  #order(seed: number): RunOrder {
    const { drawing, keep, trace, topology } = this.#options;
    return { kind: "run", seed, drawing, keep, trace, topology };
  }

  async #runOne(): Promise<void> {
    const order = this.#order(this.#options.seed);
    const heard = (news: News): void => {
      if (news.kind === "lines") for (const line of news.lines) console.log(line);
    };
    const end = await this.#pool.one(order, heard).catch(lost);
    this.#done(order, end);
    if (!(end instanceof WorkerLost) && end.kind === "ran" && !this.#options.json)
      console.log(`seed ${order.seed}: hash ${end.run.result.hash}`);
  }

  #done(order: Order, end: End | WorkerLost): void {
    const { seed } = order;
    const { partMs } = this.#progress;
    if (end instanceof WorkerLost) this.#record?.add({ seed, lost: end.message }, partMs);
    else if (end.kind === "ran") this.#record?.add({ seed, run: end.run }, partMs);
    if (end instanceof WorkerLost) this.#lost(seed, end);
    else if (end.kind === "ran") this.#ran(end.run);
    this.#ahead.add(seed);
    this.#advance();
    this.#progress.show(this.#resumeAt);
  }

  #advance(): void {
    while (this.#ahead.delete(this.#resumeAt)) this.#resumeAt += 1;
  }

  #ran(run: Ran): void {
    const { seed, result, coreMs } = run;
    this.#report.add(seed, result, coreMs);
    const { violation, hash, figures } = result;
    if (this.#options.json && this.#options.seeds === 1)
      console.log(JSON.stringify({ event: "seed", seed, hash, ...figures, coreMs: Math.round(coreMs) }));
    if (violation === undefined) return;
    const isNew = !this.#failures.has(violation.invariant) && this.#failures.size < failuresMax;
    if (isNew) this.#failures.set(violation.invariant, run);
    if (this.#options.json)
      console.log(JSON.stringify({ event: "violation", seed, hash, ...violation, replay: this.#replay(seed) }));
    else if (isNew) this.#print(failureLines(run, this.#options));
  }

  #lost(seed: number, { message }: WorkerLost): void {
    this.#report.addBroken(seed, `a run ends: ${message}`);
    if (this.#options.json) console.log(JSON.stringify({ event: "lost", seed, message, replay: this.#replay(seed) }));
    else this.#print(["", `seed ${seed}: ${message}`, `  replay it: ${this.#replay(seed)}`]);
  }

  async #shrink({ seed, result }: Ran): Promise<void> {
    const { drawing, keep, json } = this.#options;
    const { violation } = result;
    if (violation === undefined) return;
    const order = { kind: "shrink", seed, drawing, keep, violation, runsMax: shrinkRunsMax } as const;
    const heard = (news: News): void => {
      if (news.kind === "shrinking" && process.stdout.isTTY)
        this.#progress.transient(`making seed ${seed} small, run ${news.runs}: ${news.size}`);
    };
    const end = await this.#pool.one(order, heard).catch(lost);
    if (end instanceof WorkerLost || end.kind !== "shrunk") return;
    const { shrunk } = end;
    const replay = commandOf(seed, drawing, shrunk.keep);
    if (json) console.log(JSON.stringify({ event: "shrunk", seed, ...shrunk, replay }));
    else this.#print(shrunkLines(seed, shrunk, this.#options));
  }

  #replay(seed: number): string {
    return commandOf(seed, this.#options.drawing, this.#options.keep);
  }

  #print(lines: readonly string[]): void {
    this.#progress.clear();
    for (const line of lines) console.log(line);
  }
}

function lost(error: unknown): WorkerLost {
  if (error instanceof WorkerLost) return error;
  throw error;
}
