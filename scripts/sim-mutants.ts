/**
 * Tests the tester: plants each bug of test/sim/mutants in turn, and counts the seeds until the simulator finds it.
 *
 *     npm run sim:mutants -- [--seeds 300] [--only NAME]... [--jobs 2] [--short] [--record]
 *
 * --short tries the seed that is known to find each bug (test/sim/mutants/caught-at.json) before the first few others;
 * --record writes them down. Exits 1 when a bug is not found, half of them need more than 100 seeds, or a seed breaks
 * something without any bug.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { DrawOptions } from "../test/sim/draw.ts";
import { mutants } from "../test/sim/mutants/all.ts";
import { patchesOf, plant, type Mutant } from "../test/sim/mutants/mutant.ts";
import { root } from "./lib/tree.ts";
import { bundle } from "./sim/bundle.ts";
import { Control } from "./sim/control.ts";
import { Hunter, type Catch } from "./sim/hunt.ts";

const entry = "scripts/sim/seed-worker.ts";
/** Small and full of faults: more is found in the same time than in long runs of many peers. */
const brief: DrawOptions = { peers: 5, messages: 100, forMs: 60_000, mix: "all" };
/** Long enough for ids to be free again, and for what was given up on to arrive after all. */
const long: DrawOptions = { peers: 6, messages: 150, forMs: 600_000, mix: "all" };
const drawingOf = (seed: number): DrawOptions => (seed % 4 === 0 ? long : brief);
/** What more is drawn for bugs that need it. */
const more: Readonly<Record<NonNullable<Mutant["drawn"]>, Partial<DrawOptions>>> = {
  broadcasts: { broadcasts: 40 },
  deeds: { groups: 30, sessions: 30 },
};
const record = join(root, "test/sim/mutants/caught-at.json");
const seedsDefault = 300;
const seedsShort = 10;
const medianMax = 100;

interface Row {
  readonly mutant: Mutant;
  readonly caught: Catch | undefined;
}

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    only: { type: "string", multiple: true },
    jobs: { type: "string", default: "2" },
    short: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});

/** Seeds that were written down, by bug. */
function seedsIn(text: string): ReadonlyMap<string, number> {
  const seeds: unknown = JSON.parse(text);
  return new Map(Object.entries(seeds ?? {}).map(([name, seed]) => [name, Number(seed)]));
}

function seedsFor(name: string, known: ReadonlyMap<string, number>): readonly number[] {
  const most = Number(values.seeds ?? (values.short ? seedsShort : seedsDefault));
  const seeds = Array.from({ length: most }, (_, index) => index + 1);
  const first = values.short ? known.get(name) : undefined;
  return first === undefined ? seeds : [first, ...seeds.filter((seed) => seed !== first)];
}

/** Does the work on all items, so many at a time; results in the order of the items. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  const runner = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, runner));
  return results;
}

/** @throws Error when a bug has lost its place in the source: before any work is done. */
async function checkPlaces(chosen: readonly Mutant[]): Promise<void> {
  for (const mutant of chosen)
    for (const { file } of patchesOf(mutant)) plant(mutant, file, await readFile(join(root, file), "utf8"));
}

/** Mail alone, or what the bug needs beside it. */
function drawingFor({ drawn }: Pick<Mutant, "drawn">): (seed: number) => DrawOptions {
  return drawn === undefined ? drawingOf : (seed) => ({ ...drawingOf(seed), ...more[drawn] });
}

async function plantAndHunt(mutant: Mutant, seeds: readonly number[], control: Control): Promise<Row> {
  const outfile = join(directory, `${mutant.name}.mjs`);
  await bundle(entry, { mutant, outfile });
  using hunter = new Hunter(outfile, drawingFor(mutant));
  const caught = await hunter.hunt(seeds, async (seed) => control.isSound(seed));
  await rm(outfile);
  console.log(line([mutant.name, mutant.file, String(caught?.seed ?? "-"), caught?.broken ?? "NOT CAUGHT"]));
  return { mutant, caught };
}

function line(columns: readonly string[]): string {
  const widths = [30, 26, 7];
  return columns.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ");
}

/** Prints how it went. @returns what is to be complained of. */
function judge(rows: readonly Row[]): readonly string[] {
  const missed = rows.filter(({ caught }) => caught === undefined);
  // One that was never found needs more seeds than any.
  const needed = rows.map(({ caught }) => caught?.seed ?? Infinity).toSorted((a, b) => a - b);
  const median = needed[Math.floor((needed.length - 1) / 2)] ?? Infinity;
  console.log(`\n${rows.length - missed.length} caught, ${missed.length} not; half of them within ${median} seeds`);
  return [
    ...missed.map(({ mutant }) => `not caught: ${mutant.name}: ${mutant.says} It breaks "${mutant.breaks}".`),
    ...(median > medianMax && !values.short ? [`half of them need more than ${medianMax} seeds`] : []),
  ];
}

async function writeDown(rows: readonly Row[], known: ReadonlyMap<string, number>): Promise<void> {
  const found = new Map(rows.map(({ mutant, caught }) => [mutant.name, caught?.seed]));
  const seeds = mutants.flatMap(({ name }) => {
    const seed = found.has(name) ? found.get(name) : known.get(name);
    return seed === undefined ? [] : [[name, seed] as const];
  });
  await writeFile(record, `${JSON.stringify(Object.fromEntries(seeds), undefined, 2)}\n`);
}

const directory = await mkdtemp(join(tmpdir(), "e3-mutants-"));
try {
  const known = seedsIn(await readFile(record, "utf8"));
  const chosen = mutants.filter(({ name }) => values.only === undefined || values.only.includes(name));
  await checkPlaces(chosen);
  const plain = join(directory, "no-bug.mjs");
  await bundle(entry, { outfile: plain });
  using hunter = new Hunter(plain, drawingOf);
  using loudHunter = new Hunter(plain, drawingFor({ drawn: "broadcasts" }));
  using busyHunter = new Hunter(plain, drawingFor({ drawn: "deeds" }));
  const controls = {
    mail: new Control(hunter),
    broadcasts: new Control(loudHunter),
    deeds: new Control(busyHunter),
  };
  console.log(line(["planted bug", "in", "at seed", "caught by"]));
  const rows = await inTurns(chosen, async (mutant) =>
    plantAndHunt(mutant, seedsFor(mutant.name, known), controls[mutant.drawn ?? "mail"]),
  );
  const unsound = await Promise.all(Object.values(controls).map(async (control) => control.faults()));
  const faults = [...judge(rows), ...unsound.flat()];
  for (const fault of faults) console.log(fault);
  if (values.record) await writeDown(rows, known);
  if (chosen.length === 0 || faults.length > 0) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true });
}
