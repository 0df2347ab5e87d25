/** Real crashes. */
import { parseArgs } from "node:util";
import { Eio } from "./crash/eio.ts";
import { Full } from "./crash/full.ts";
import { Flips } from "./crash/flips.ts";
import { Kills } from "./crash/kills.ts";
import { Points } from "./crash/points.ts";
import { Report, type Findings } from "./crash/report.ts";
import { Workplace } from "./crash/workplace.ts";

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "1000" },
    messages: { type: "string", default: "40" },
    kills: { type: "string", default: "1000" },
    dist: { type: "string" },
    flips: { type: "string", default: "300" },
    seed: { type: "string", default: "1" },
    only: { type: "string"},
  },
});
process.once("SIGINT", () => process.exit(130));
process.once("SIGTERM", () => process.exit(143));
const report = new Report();
const workplace = new Workplace(values.dist);
const all: Findings[] = [];
if (values.only === undefined || values.only === "points") all.push(await new Points(workplace, report).run({ points: Number(values.points), messages: Number(values.messages), forMs: 3_600_000 }));
if (values.only === undefined || values.only === "kills") all.push(await new Kills(workplace, report).run({ kills: Number(values.kills), seed: 1, forMs: 3_600_000 }));
if (values.only === undefined || values.only === "eio") all.push(await new Eio(workplace, report).run());
if (values.only === undefined || values.only === "full") all.push(await new Full(workplace, report).run({rounds: 3, sizes: [0,1,2,3,4,5,6,8,10,12,14,16,20,24]}));
if (values.only === undefined || values.only === "flips") all.push(await new Flips(workplace, report).run({flips: Number(values.flips), seed: Number(values.seed), forMs: 3_600_000}));
process.exit(report.summary(all) ? 0 : 1);
