import { availableParallelism } from "node:os";
import yargs from "yargs";
import { mixes, type DrawOptions, type Mix } from "../../test/sim/draw.ts";
import { parseKeep } from "../../test/sim/keep.ts";

/** What `npm run sim` is asked for. */
export interface SimOptions {
  readonly seed: number;
  readonly seeds: number;
  readonly drawing: DrawOptions;
  readonly jobs: number;
  /** Tell the story of the run. */
  readonly trace: boolean;
  /** The story tells what peers say about links, too. */
  readonly topology: boolean;
  /** What is left of the plan; undefined for all of it. */
  readonly keep: string | undefined;
  readonly shrink: boolean;
  readonly json: boolean;
  /** File that keeps what was run; undefined for none. */
  readonly record: string | undefined;
}

/** Where a number may lie. */
interface Range {
  readonly min: number;
  readonly max: number;
}

const seedRange: Range = { min: 0, max: 2 ** 32 - 1 };
const ranges: Readonly<Record<string, Range>> = {
  seed: seedRange,
  seeds: { min: 1, max: 10_000_000 },
  peers: { min: 2, max: 500 },
  messages: { min: 0, max: 100_000 },
  broadcasts: { min: 0, max: 100_000 },
  groups: { min: 0, max: 100_000 },
  sessions: { min: 0, max: 100_000 },
  minutes: { min: 0.05, max: 100_000 },
  hours: { min: 0.001, max: 2_000 },
  jobs: { min: 1, max: 256 },
};
/** Those that may have a fraction. */
const fractional = new Set(["minutes", "hours"]);

/** The defaults, which the command that replays a run leaves out. */
export const defaults = {
  peers: 10,
  messages: 100,
  broadcasts: 0,
  groups: 0,
  sessions: 0,
  minutes: 10,
  mix: "all",
} as const;

/** Takes the command line apart. Asked for help, it prints that and ends the process. @throws Error that says what is wrong. */
export async function parseSimArguments(argv: readonly string[]): Promise<SimOptions> {
  const parsed = await builder(argv).parseAsync();
  const minutes = parsed.hours === undefined ? parsed.minutes : parsed.hours * 60;
  return {
    seed: parsed.seed,
    seeds: parsed.seeds,
    drawing: {
      peers: parsed.peers,
      messages: parsed.messages,
      forMs: Math.round(minutes * 60_000),
      mix: parsed.mix,
      ...(parsed.broadcasts === 0 ? {} : { broadcasts: parsed.broadcasts }),
      ...(parsed.groups === 0 ? {} : { groups: parsed.groups }),
      ...(parsed.sessions === 0 ? {} : { sessions: parsed.sessions }),
    },
    jobs: parsed.jobs,
    trace: parsed.trace,
    topology: parsed.topology,
    keep: parsed.keep,
    shrink: parsed.shrink,
    json: parsed.json,
    record: parsed.record,
  };
}

function builder(argv: readonly string[]) {
  const mixNames = Object.keys(mixes).filter((name): name is Mix => name in mixes);
  return yargs([...argv])
    .scriptName("npm run sim --")
    .usage("$0 [options]\n\nRuns whole peers in a simulated world, from a seed, and checks every event.")
    .detectLocale(false)
    .strict()
    .version(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new Error(message ?? "the command line cannot be understood");
    })
    .parserConfiguration({ "duplicate-arguments-array": false })
    .options({
      seed: { type: "number", default: 1, describe: "First seed, 0 to 4294967295" },
      seeds: { type: "number", default: 1, describe: "How many seeds, from that one on; 1 to 10000000" },
      peers: { type: "number", default: defaults.peers, describe: "Peers in each run, 2 to 500" },
      messages: { type: "number", default: defaults.messages, describe: "Messages in each run, 0 to 100000" },
      broadcasts: {
        type: "number",
        default: defaults.broadcasts,
        describe: "Messages to everyone in each run, beside the others, 0 to 100000",
      },
      groups: {
        type: "number",
        default: defaults.groups,
        describe: "Deeds about groups in each run, messages to them among those, 0 to 100000",
      },
      sessions: {
        type: "number",
        default: defaults.sessions,
        describe: "Deeds about sessions in each run, 0 to 100000",
      },
      minutes: {
        type: "number",
        default: defaults.minutes,
        describe: "Simulated minutes with faults in each run, 0.05 to 100000; rest comes after them",
      },
      hours: { type: "number", describe: "The same in simulated hours, 0.001 to 2000", conflicts: [] },
      mix: { choices: mixNames, default: defaults.mix, describe: "What may go wrong" },
      jobs: { type: "number", default: availableParallelism(), describe: "Seeds at a time, 1 to 256 (cores)" },
      trace: { type: "boolean", default: false, describe: "Tell the run line by line: one seed only" },
      topology: { type: "boolean", default: false, describe: "Tell what peers say about links, too: with --trace" },
      keep: { type: "string", describe: "Run only these parts of the plan, p1-3,s4,f1 for example: one seed only" },
      shrink: { type: "boolean", default: true, describe: "Make a failing run small; --no-shrink does not" },
      record: { type: "string", describe: "Keep what was run in this file, and run only what is not in it yet" },
      json: { type: "boolean", default: false, describe: "Print JSON lines: each failure, then the totals" },
    })
    .check((parsed) => problem(parsed) ?? true)
    .example("$0 --seed 7", "one run, its figures and its hash")
    .example("$0 --seed 7 --trace", "the same, told line by line")
    .example("$0 --seeds 1000", "a thousand runs")
    .example("$0 --seeds 50 --peers 50 --messages 200 --hours 1", "fifty long ones")
    .epilogue(
      "Exit code 0 when every invariant held, 1 when one broke. Each failure comes with the command that replays it.",
    )
    .wrap(110);
}

/** What is wrong with the values; undefined when nothing is. */
function problem(parsed: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, { min, max }] of Object.entries(ranges)) {
    const value = parsed[name];
    if (typeof value !== "number") continue;
    const isKind = fractional.has(name) ? Number.isFinite(value) : Number.isInteger(value);
    if (!isKind || value < min || value > max) return `--${name} must be from ${min} to ${max}`;
  }
  return discord(parsed) ?? keepProblem(parsed["keep"]);
}

/** Options that do not go together. */
function discord(parsed: Readonly<Record<string, unknown>>): string | undefined {
  const isOne = parsed["seeds"] === 1;
  if (isOne && parsed["record"] !== undefined) return "--record is for several seeds";
  if (!isOne && parsed["trace"] === true) return "--trace is for one seed";
  if (parsed["topology"] === true && parsed["trace"] !== true) return "--topology is for --trace";
  return isOne || parsed["keep"] === undefined ? undefined : "--keep is for one seed";
}

function keepProblem(keep: unknown): string | undefined {
  if (typeof keep !== "string") return undefined;
  try {
    parseKeep(keep);
    return undefined;
  } catch (error) {
    return `--keep: ${error instanceof Error ? error.message : String(error)}`;
  }
}
