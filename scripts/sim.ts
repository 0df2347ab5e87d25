/**
 * The simulator: runs seeds, checks every event, and makes what breaks small. Run by `npm run sim -- OPTIONS`; --help
 * tells of the options.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./lib/tree.ts";
import { parseSimArguments } from "./sim/arguments.ts";
import { bundle } from "./sim/bundle.ts";
import { Pool } from "./sim/pool.ts";
import { RunRecord, versionOf } from "./sim/record.ts";
import { Simulation } from "./sim/simulation.ts";

/** Longest that one seed, or making one small, may take by the clock on the wall, milliseconds. */
const orderWallMsMax = 1_800_000;

const options = await parseSimArguments(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}; --help tells of all options`);
  process.exit(1);
});
const cache = join(root, "node_modules", ".cache");
await mkdir(cache, { recursive: true });
const work = await mkdtemp(join(cache, "e3-sim-"));
try {
  const worker = join(work, "seed-worker.mjs");
  await bundle("scripts/sim/seed-worker.ts", { outfile: worker });
  const jobs = Math.min(options.jobs, options.seeds);
  using pool = new Pool({ worker, jobs, orderWallMsMax });
  const { record, drawing } = options;
  const kept = record === undefined ? undefined : new RunRecord(record, { version: versionOf(worker), drawing });
  const simulation = new Simulation(options, pool, kept);
  process.once("SIGINT", () => simulation.stop());
  // Whoever read along has seen enough.
  process.stdout.on("error", () => simulation.stop());
  await simulation.run();
  simulation.summarize();
  if (simulation.hasFailed) process.exitCode = 1;
  else if (simulation.isStopped) process.exitCode = 130;
} finally {
  await rm(work, { recursive: true, force: true });
}
