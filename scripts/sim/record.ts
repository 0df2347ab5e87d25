import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import type { DrawOptions } from "../../test/sim/draw.ts";
import type { Ran } from "./orders.ts";

/** What a record is of. */
export interface RecordedWork {
  /** Of the code that runs (versionOf). */
  readonly version: string;
  readonly drawing: DrawOptions;
}

/** What came of one seed: its figures, or why there are none. */
export type Recorded =
  | { readonly seed: number; readonly run: Pick<Ran, "result" | "coreMs"> }
  | { readonly seed: number; readonly lost: string };

/** One line of the file: what it is about, or a seed of the part with that number, and how long that part took by then. */
type Line = RecordedWork | (Recorded & { readonly part: number; readonly wallMs: number });

/**
 * RunRecord: a file of seeds that were run, so that many can be run in parts, and be told as one.
 *
 * The first line says what the work is, each other one what came of a seed. What is interrupted loses the seeds that were
 * under way. Seeds of other code, or drawn otherwise, are refused: together they would say nothing.
 */
export class RunRecord {
  /** What was run before. */
  readonly runs: readonly Recorded[];
  /** How long that took, all parts together, milliseconds. */
  readonly wallMs: number;
  readonly #path: string;
  readonly #part: number;
  readonly #reached = new Set<string>();

  /** Opens the file, or begins it. @throws Error when it is of other work, or no record. */
  constructor(path: string, work: RecordedWork) {
    const [head, ...lines] = existsSync(path) ? linesOf(path) : [];
    this.#path = path;
    const runs: Recorded[] = [];
    const tookMs = new Map<number, number>();
    if (head === undefined) writeFileSync(path, `${JSON.stringify(work)}\n`);
    else checkSame(path, head, work);
    for (const line of lines) {
      if (!("seed" in line)) throw new Error(`${path} is no record of seeds`);
      runs.push(line);
      tookMs.set(line.part, Math.max(line.wallMs, tookMs.get(line.part) ?? 0));
      if ("run" in line) for (const point of line.run.result.reached) this.#reached.add(point);
    }
    this.runs = runs;
    this.wallMs = [...tookMs.values()].reduce((sum, ms) => sum + ms, 0);
    this.#part = Math.max(0, ...tookMs.keys()) + 1;
  }

  /** Adds a seed. @param wallMs how long this part has taken so far. */
  add(recorded: Recorded, wallMs: number): void {
    const line = { ...("run" in recorded ? this.#short(recorded) : recorded), part: this.#part };
    appendFileSync(this.#path, `${JSON.stringify({ ...line, wallMs: Math.round(wallMs) })}\n`);
  }

  /** Without the points that are in the record already: nearly all seeds come by nearly all. */
  #short({ seed, run: { result, coreMs } }: Extract<Recorded, { run: unknown }>): Recorded {
    const reached = result.reached.filter((point) => !this.#reached.has(point));
    for (const point of reached) this.#reached.add(point);
    return { seed, run: { result: { ...result, reached }, coreMs: Math.round(coreMs) } };
  }
}

/** Names the code: a hash of the bundle, in which is all that runs. */
export function versionOf(bundle: string): string {
  return createHash("sha256").update(readFileSync(bundle)).digest("hex").slice(0, 16);
}

/** A line that an interruption cut short is taken off. */
function linesOf(path: string): readonly Line[] {
  const text = readFileSync(path, "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole.split("\n").flatMap((line): readonly Line[] => (line === "" ? [] : [parsed(path, line)]));
}

function parsed(path: string, line: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch {
    throw new Error(`${path} is no record of seeds`);
  }
}

function checkSame(path: string, head: Line, { version, drawing }: RecordedWork): void {
  if (!("version" in head)) throw new Error(`${path} is no record of seeds`);
  if (JSON.stringify(head.drawing) !== JSON.stringify(drawing))
    throw new Error(`the runs in ${path} were drawn otherwise: ${JSON.stringify(head.drawing)}`);
  if (head.version !== version)
    throw new Error(`the runs in ${path} are of other code, ${head.version}, and this is ${version}`);
}
