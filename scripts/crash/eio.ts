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
  readonly error: "EIO" | "ENOSPC";
  /** In the state directory. */
  readonly files: readonly string[];
}

const store = ["store.mdb", "store.mdb-lock"] as const;

const failures: readonly Failure[] = [
  { name: "sync fails", calls: ["fdatasync", "fsync", "msync"], error: "EIO", files: store },
  { name: "writing the store fails", calls: ["pwrite64", "writev"], error: "EIO", files: store },
  { name: "no room in the store", calls: ["pwrite64", "writev"], error: "ENOSPC", files: store },
  { name: "writing the shown cursor fails", calls: ["pwrite64"], error: "EIO", files: ["shown"] },
];

/** The first calls that fail, counted from the start of the process: those by which it starts go well. */
const first = 30;
const count = 6;

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

  /** @param most failures that are tried. */
  async run(most = failures.length): Promise<Findings> {
    if (!hasTool("strace")) return { part: "eio", skipped: "strace is not installed", figures: [], violations: [], seconds: 0 };
    const startMs = performance.now();
    for (const failure of failures.slice(0, most)) {
      for (const fault of await this.#suffer(failure)) this.#violations.push(`${failure.name}: ${fault}`);
    }
    const seconds = (performance.now() - startMs) / 1_000;
    return { part: "eio", figures: this.#figures, violations: this.#violations, seconds };
  }

  async #suffer({ name, calls, error, files }: Failure): Promise<readonly string[]> {
    const crossing = new Crossing({ workplace: this.#workplace, pulse: new Pulse(), state: this.#workplace.fresh("eio") });
    await crossing.open();
    const trace = `${crossing.state}.trace`;
    const fault: Fault = { kind: "error", calls, error, first, last: first + count - 1 };
    const victim = await crossing.start({ trace, files: files.map((file) => join(crossing.state, file)), fault });
    const faults = [...(await this.#watch(name, crossing, victim))];
    await victim.kill();
    const failed = new Trace(trace).calls.filter(({ result }) => result.endsWith("(INJECTED)"));
    if (failed.length === 0) faults.push("no call failed");
    this.#figures.push([`${name}: calls that failed (${error})`, `${failed.length}`]);
    const clean = await crossing.start();
    faults.push(...(await crossing.finish(clean)));
    await clean.kill();
    return faults;
  }

  async #watch(name: string, crossing: Crossing, victim: Victim): Promise<readonly string[]> {
    if (!(await crossing.talk(victim, () => crossing.refusals > 0))) return [stuck("nothing is refused", victim)];
    const beganMs = performance.now();
    const before = { forwarded: crossing.forwarded, accepted: crossing.accepted };
    const answer = await crossing.ask();
    const isBack = await crossing.talk(victim, () => crossing.accepted > before.accepted + 3);
    const forwarded = crossing.forwarded - before.forwarded;
    const codes = [...crossing.refused].map(([code, times]) => `${times} x ${code}`).join(", ");
    this.#figures.push(
      [`${name}: sends refused`, codes],
      [`${name}: the local API then`, answer],
      [`${name}: forwarded meanwhile`, `${forwarded}`],
      [`${name}: accepting again after`, `${((performance.now() - beganMs) / 1_000).toFixed(1)} s`],
    );
    this.#report.tell(`eio: ${name}: ${codes}; ${forwarded} forwarded meanwhile`);
    return [
      ...(isBack ? [] : [stuck("accepting does not resume", victim)]),
      ...(forwarded > 0 ? [] : ["nothing was forwarded meanwhile"]),
    ];
  }
}
