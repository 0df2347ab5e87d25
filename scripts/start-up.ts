/**
 * How long e3 takes to start, beside a node that does nothing: the version printed, and a peer that is ready. Run by
 * `npm run start-up -- OPTIONS`, on the built package.
 *
 *     --rounds N   starts of each, in turns; 15 unless given
 *     --json       all samples as one JSON object
 *
 * Exits with 1 when a target is missed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ratiosOf, spreadOf } from "./bench/figures.ts";
import { timeSpawns, type Spawn } from "./costs/spawns.ts";
import { aligned } from "./costs/text.ts";
import { program } from "./lib/child-peer.ts";
import { scriptOptions } from "./lib/options.ts";

const { rounds, json } = scriptOptions(import.meta.url, {
  rounds: { unless: 15, min: 1, max: 1_000 },
  json: false,
});

const state = mkdtempSync(join(tmpdir(), "e3-start-up-"));
const fresh = join(state, "fresh");
const known = join(state, "known");
const ready = '"ready"';
const peer = [program, "127.0.0.1:0", "--json"];

const bare = "node -e 0";
const heads = ["start", "median ms", "least", "most", `over ${bare}`, "wanted"];

/** What is started, and how long it may take at the median, milliseconds. */
const spawns: readonly (Spawn & { readonly wantedMs?: number })[] = [
  { name: bare, args: ["-e", "0"], line: undefined },
  { name: "e3 --version", args: [program, "--version"], line: undefined, wantedMs: 120 },
  { name: "e3 --help", args: [program, "--help"], line: undefined },
  { name: "ready, in memory", args: [...peer, "--store", "memory"], line: ready, wantedMs: 400 },
  { name: "ready, first start", args: [...peer, "--state", fresh], line: ready, wantedMs: 400 },
  { name: "ready, started before", args: [...peer, "--state", known], line: ready, wantedMs: 400 },
];

try {
  const samples = await timeSpawns(spawns, rounds, () => rmSync(fresh, { recursive: true, force: true }));
  const missed = spawns.filter(
    ({ name, wantedMs = Infinity }) => (spreadOf(samples[name] ?? [])?.median ?? 0) > wantedMs,
  );
  console.log(json ? JSON.stringify(samples, undefined, 2) : aligned([heads, ...spawns.map(row)]).join("\n"));
  if (missed.length > 0) process.exitCode = 1;

  function row({ name, wantedMs }: (typeof spawns)[number]): readonly string[] {
    const { median, min, max } = spreadOf(samples[name] ?? []) ?? { median: 0, min: 0, max: 0 };
    const wanted = wantedMs === undefined ? "" : `${wantedMs}: ${median <= wantedMs ? "met" : "missed"}`;
    const ratio = ratiosOf(samples[name] ?? [], samples[bare] ?? [])?.median ?? Number.NaN;
    return [name, median.toFixed(0), min.toFixed(0), max.toFixed(0), `${ratio.toFixed(1)} x`, wanted];
  }
} finally {
  rmSync(state, { recursive: true, force: true });
}
