/**
 * Real crashes: real peers, killed at every system call by which they change what is on their disk, at random moments, on
 * disks that fail or are full, and with bits of their files turned over. What they said before is held against what is
 * there afterwards: nothing accepted is lost, nothing is shown twice, and damage is told.
 *
 * Run by `npm run crash -- [options]`:
 *
 *     --only PART     points, eio, full, kills or flips; all unless given
 *     --short         a small share of each, for under a minute
 *     --points N      points to be hit, 1,000 unless given
 *     --kills N       kills at random moments, 1,000 unless given
 *     --flips N       bits turned over, 360 unless given
 *     --seed N        what is drawn at random follows from it; 1 unless given
 *     --dist DIR      the built program, dist/ unless given
 *
 * Exits with 1 when something is not as promised. A part for which a tool is missing says so and is skipped.
 */
import { parseArgs } from "node:util";
import { Eio } from "./crash/eio.ts";
import { Flips } from "./crash/flips.ts";
import { Full } from "./crash/full.ts";
import { Kills } from "./crash/kills.ts";
import { Points } from "./crash/points.ts";
import { Report, type Findings } from "./crash/report.ts";
import { Workplace } from "./crash/workplace.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    short: { type: "boolean", default: false },
    points: { type: "string" },
    kills: { type: "string" },
    flips: { type: "string" },
    seed: { type: "string", default: "1" },
    dist: { type: "string" },
  },
});

const hourMs = 3_600_000;
const seed = Number(values.seed);
/** Free pages with which a first start is tried, on either side of what it needs. */
const manySizes = [0, 1, 2, 3, 4, 5, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128];

// The exit handlers end what still runs, and remove the files.
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));

const report = new Report();
const workplace = new Workplace(values.dist);

/** Each with its full measure, and its small share. */
const parts: Readonly<Record<string, () => Promise<Findings>>> = {
  points: () => {
    const plan = values.short
      ? { points: 40, messages: 6, forMs: 12_000 }
      : { points: 1_000, messages: 90, forMs: 2 * hourMs };
    return new Points(workplace, report).run({ ...plan, points: Number(values.points ?? plan.points) });
  },
  eio: () => new Eio(workplace, report).run(values.short ? { ways: 1, calls: 4 } : { ways: 3, calls: 6 }),
  full: () => {
    const plan = values.short ? { rounds: 1, sizes: [3] } : { rounds: 3, sizes: manySizes };
    return new Full(workplace, report).run(plan);
  },
  kills: () => {
    const plan = values.short ? { kills: 15, forMs: 8_000 } : { kills: 1_000, forMs: hourMs };
    return new Kills(workplace, report).run({ ...plan, seed, kills: Number(values.kills ?? plan.kills) });
  },
  flips: () => {
    const plan = values.short ? { flips: 12, forMs: 10_000 } : { flips: 360, forMs: hourMs };
    return new Flips(workplace, report).run({ ...plan, seed, flips: Number(values.flips ?? plan.flips) });
  },
};

const wanted = Object.entries(parts).filter(([name]) => values.only === undefined || values.only === name);
if (wanted.length === 0) throw new Error(`there is no part ${values.only}; there are ${Object.keys(parts).join(", ")}`);
const all: Findings[] = [];
for (const [, run] of wanted) all.push(await run());
process.exit(report.summary(all) ? 0 : 1);
