/** Runs seeds in a process of its own: an order comes, news go back, the last of which ends the order. */
import { draw } from "../../test/sim/draw.ts";
import { keepOf, parseKeep, printKeep, reduce } from "../../test/sim/keep.ts";
import { planWords } from "../../test/sim/plan-words.ts";
import type { Plan } from "../../test/sim/plan.ts";
import { runPlan } from "../../test/sim/run.ts";
import { shrink } from "../../test/sim/shrink.ts";
import type { News, Order, RunOrder, ShrinkOrder } from "./orders.ts";

/** Lines of a trace in one message, and lines told of a failure. */
const linesAtOnce = 500;
const lastMax = 40;

const tell = (news: News): void => void process.send?.(news);
// An interrupt is for scripts/sim.ts, which lets seeds that run come to their end.
process.on("SIGINT", () => {});
process.on("message", (order: Order) => (order.kind === "run" ? run(order) : shrinkSeed(order)));

function planOf({ seed, drawing, keep }: Order): Plan {
  const drawn = draw(seed, drawing);
  return keep === undefined ? drawn : reduce(drawn, parseKeep(keep));
}

function run(order: RunOrder): void {
  const plan = planOf(order);
  const start = process.cpuUsage();
  const result = order.trace ? traced(plan, order.topology) : runPlan(plan);
  const { user, system } = process.cpuUsage(start);
  const last = result.violation === undefined ? [] : lastLines(plan);
  tell({ kind: "ran", run: { seed: order.seed, result, coreMs: (user + system) / 1_000, last } });
}

function traced(plan: Plan, topology: boolean): ReturnType<typeof runPlan> {
  let lines: string[] = [...planWords(plan), ""];
  const flush = (): void => {
    tell({ kind: "lines", lines });
    lines = [];
  };
  const result = runPlan(plan, { topology, line: (line) => lines.push(line) >= linesAtOnce && flush() });
  flush();
  return result;
}

function lastLines(plan: Plan): readonly string[] {
  let lines: string[] = [];
  runPlan(plan, {
    line: (line) => {
      lines.push(line);
      if (lines.length > 2 * lastMax) lines = lines.slice(-lastMax);
    },
  });
  return lines.slice(-lastMax);
}

function shrinkSeed(order: ShrinkOrder): void {
  const from = planOf(order);
  const { plan, violation, runs } = shrink(from, {
    violation: order.violation,
    runsMax: order.runsMax,
    run: (candidate) => runPlan(candidate).violation,
    progress: (spent, { peers, sends, faults }) => {
      tell({
        kind: "shrinking",
        runs: spent,
        size: `${peers.length} peers, ${sends.length} sends, ${faults.length} faults`,
      });
    },
  });
  const keep = printKeep(keepOf(plan, draw(order.seed, order.drawing)));
  tell({ kind: "shrunk", shrunk: { keep, violation, runs, plan: planWords(plan), last: lastLines(plan) } });
}
