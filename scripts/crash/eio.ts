import { join } from "node:path";
import { Crossing } from "./crossing.ts";
import type { DurableCall, Fault } from "./injection.ts";
import { Pulse } from "./pulse.ts";
import type { Findings, Report } from "./report.ts";
import { stuck } from "./role.ts";
import { Trace } from "./trace.ts";
import type { Victim } from "./victim.ts";
import { hasTool, type Workplace } from "./workplace.ts";

/** A way in which a disk fails for a while. */
interface Failure {
  readonly name: string;
  readonly calls: readonly DurableCall[];
  /** In the state directory. */
  readonly files: readonly string[];
  /**
   * Whether the process lives through it. lmdb 3.5.6 writes the message of a failed write beyond the memory it has for it,
   * which some of the time ends the process; a peer that cannot note what it shows ends itself rather than show it twice.
   */
  readonly end: "never" | "perhaps" | "always";
}

const store = ["store.mdb", "store.mdb-lock"] as const;

const failures: readonly Failure[] = [
  { name: "sync fails", calls: ["fdatasync", "fsync", "msync"], files: store, end: "never" },
  { name: "writing the store fails", calls: ["pwrite64", "writev"], files: store, end: "perhaps" },
  { name: "noting what is shown fails", calls: ["pwrite64"], files: ["shown"], end: "always" },
];

/** The first calls that fail, counted for each thread from the start of the process: those of the start go well. */
const first = 30;
/** The shown cursor is written once for each message shown. */
const firstShown = 5;

/** Has the system calls of a real peer's disk fail for a while, and watches what it does meanwhile and afterwards. */
export class Eio {
  readonly #workplace: Workplace;
  readonly #report: Report;
  readonly #figures: [string, string][] = [];
  readonly #violations: string[] = [];

  constructor(workplace: Workplace, report: Report) {
    this.#workplace = workplace;
    this.#report = report;
  }

  /** @param plan how many ways of failing are tried, and how many calls fail in each. */
  async run({ ways, calls }: { readonly ways: number; readonly calls: number }): Promise<Findings> {
    if (!hasTool("strace"))
      return { part: "eio", skipped: "strace is not installed", figures: [], violations: [], seconds: 0 };
    const startMs = performance.now();
    for (const failure of failures.slice(0, ways)) {
      for (const fault of await this.#suffer(failure, calls)) this.#violations.push(`${failure.name}: ${fault}`);
    }
    const seconds = (performance.now() - startMs) / 1_000;
    return { part: "eio", figures: this.#figures, violations: this.#violations, seconds };
  }

  async #suffer(failure: Failure, count: number): Promise<readonly string[]> {
    const { name, calls, files } = failure;
    const state = this.#workplace.fresh("eio");
    const crossing = new Crossing({ workplace: this.#workplace, pulse: new Pulse(), state });
    await crossing.open();
    const from = files.includes("shown") ? firstShown : first;
    const fault: Fault = { kind: "error", calls, error: "EIO", first: from, last: from + count - 1 };
    const trace = `${state}.trace`;
    const victim = await crossing.start({ trace, files: files.map((file) => join(state, file)), fault });
    const faults = [...(await this.#watch(failure, crossing, victim))];
    await victim.kill();
    const failed = new Trace(trace).calls.filter(({ result }) => result.endsWith("(INJECTED)"));
    if (failed.length === 0) faults.push("no call failed");
    this.#figures.push([`${name}: calls that failed`, `${failed.length}`]);
    const clean = await crossing.start();
    faults.push(...(await crossing.finish(clean)));
    await clean.kill();
    return faults;
  }

  async #watch({ name, end }: Failure, crossing: Crossing, victim: Victim): Promise<readonly string[]> {
    const isRefused = await crossing.talk(victim, () => crossing.refusals > 0);
    if (victim.ending !== undefined) return this.#ended(name, end, victim);
    if (!isRefused) return [stuck("nothing is refused", victim)];
    const beganMs = performance.now();
    const before = { forwarded: crossing.forwarded, accepted: crossing.accepted };
    const answer = await crossing.ask();
    const isBack = await crossing.talk(victim, () => crossing.accepted > before.accepted + 3);
    if (victim.ending !== undefined) return this.#ended(name, end, victim);
    const forwarded = crossing.forwarded - before.forwarded;
    const seconds = (performance.now() - beganMs) / 1_000;
    this.#figures.push(
      [`${name}: sends refused`, crossing.refusedByCode],
      [`${name}: the local API then`, answer],
      [`${name}: forwarded meanwhile`, `${forwarded}`],
      [`${name}: accepting again after`, `${seconds.toFixed(1)} s`],
    );
    this.#report.tell(`eio: ${name}: ${crossing.refusedByCode}; ${forwarded} forwarded meanwhile`);
    return [
      ...(isBack ? [] : [stuck("accepting does not resume", victim)]),
      ...(forwarded > 0 ? [] : ["nothing was forwarded meanwhile"]),
      ...(end === "always" ? ["it goes on, though it cannot note what it shows"] : []),
    ];
  }

  #ended(name: string, end: Failure["end"], victim: Victim): readonly string[] {
    const { ending, complaints } = victim;
    const how = ending?.signal ?? `exit code ${ending?.code}: ${complaints.at(-1) ?? ""}`;
    this.#report.tell(`eio: ${name}: the process ended, ${how}`);
    this.#figures.push([`${name}: the process ended`, how]);
    if (end === "never") return [stuck("the process ended", victim)];
    return end === "always" && ending?.code !== 1 ? [stuck("the process ended without a word", victim)] : [];
  }
}
