import yargs from "yargs";
import { subjects } from "./catalog.ts";
import { baseline } from "./scenario.ts";

/** What `npm run bench` is asked for. */
export interface BenchOptions {
  readonly rounds: number;
  /** Seconds that each rate is measured for; round trips take half of it. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Names of subjects; empty for all. */
  readonly only: readonly string[];
  /** What is varied; empty for what is not. */
  readonly bodies: readonly number[];
  readonly lines: readonly number[];
  readonly fanouts: readonly number[];
  /** Messages that wait for an absent peer; undefined where that is not to be measured. */
  readonly drain: number | undefined;
  readonly json: boolean;
  /** A file for a plot; undefined for none. */
  readonly svg: string | undefined;
  readonly profile: boolean;
}

/** Where a number may lie. */
interface Range {
  readonly min: number;
  readonly max: number;
}

const ranges: Readonly<Record<string, Range>> = {
  rounds: { min: 1, max: 1_000 },
  seconds: { min: 0.1, max: 600 },
  "warm-up": { min: 0, max: 600 },
  bodies: { min: 1, max: 1_000_000 },
  line: { min: 2, max: 16 },
  fanout: { min: 1, max: 64 },
  // The most that a mailbox keeps from one sender: mailboxSenderCountMax.
  drain: { min: 1, max: 131_072 },
};
/** Messages of a drain unless it is told: with few it would measure how fast V8 compiles. */
const drainUsual = 100_000;
/** Those that may have a fraction. */
const fractional = new Set(["seconds", "warm-up"]);

/** Takes the command line apart. Asked for help, it prints that and ends the process. @throws Error that says what is wrong. */
export async function parseBenchArguments(argv: readonly string[]): Promise<BenchOptions> {
  const parsed = await builder(argv).parseAsync();
  const { bodies, line, fanout, drain } = parsed;
  const only: readonly string[] = parsed.only;
  const isVaried = [bodies, line, fanout].some((values) => values !== undefined);
  const isDrainNamed = subjects.some(({ kind, name }) => kind === "drain" && only.includes(name));
  return {
    rounds: parsed.rounds,
    seconds: parsed.seconds,
    warmUpSeconds: parsed.warmUp,
    only,
    bodies: within("bodies", bodies),
    lines: within("line", line),
    fanouts: within("fanout", fanout),
    drain: drain ?? (isVaried && !isDrainNamed ? undefined : drainUsual),
    json: parsed.json,
    svg: parsed.svg,
    profile: parsed.profile,
  };
}

const usage = `Measures e3 and others side by side on this machine, each in processes of its own: the usual work, and
mail that waited. With --bodies, --line or --fanout it measures what these say, each value alone with the usual
ones of the others, and nothing else; mail that waited too, when --drain is given or --only names who drains.`;

function builder(argv: readonly string[]) {
  const names = subjects.map(({ name }) => name);
  return yargs([...argv])
    .scriptName("npm run bench --")
    .usage(`$0 [options]\n\n${usage}`)
    .detectLocale(false)
    .strict()
    .version(false)
    .fail((message: string | undefined, error: Error | undefined) => {
      throw error ?? new Error(message ?? "the command line cannot be understood");
    })
    .parserConfiguration({ "duplicate-arguments-array": true })
    .options({
      rounds: { type: "number", default: 5, describe: "Rounds: each subject once in each, 1 to 1000" },
      seconds: { type: "number", default: 4, describe: "Seconds for each rate; half of it for round trips" },
      "warm-up": {
        type: "number",
        default: 3,
        describe: "Seconds of load before anything counts: engines compile on the way",
      },
      only: { array: true, choices: names, default: [], describe: "Measure only these subjects" },
      bodies: {
        type: "string",
        describe: `Bytes of text, for example 64,1024,65536; ${baseline.bodyBytes} unless given`,
      },
      line: {
        type: "string",
        describe: `Processes in the line, for example 2,3,5; ${baseline.line} unless given`,
      },
      fanout: { type: "string", describe: `Receivers, for example 1,4,16; ${baseline.fanout} unless given` },
      drain: {
        type: "number",
        describe: `Messages that wait for an absent peer, 1 to 131072; ${drainUsual} unless given`,
      },
      json: { type: "boolean", default: false, describe: "Print one JSON object instead of tables" },
      svg: { type: "string", describe: "Write a plot of the rates into this file" },
      profile: { type: "boolean", default: false, describe: "Write a CPU profile of each process of e3" },
    })
    .check((parsed) =>
      Object.entries(parsed).every(([name, value]) => typeof value !== "number" || inRange(name, value)),
    )
    .example("$0 --only e3-memory --only nats-core", "two of them")
    .example("$0 --line 5", "a line of five, and nothing else")
    .example("$0 --bodies 64,1024,65536 --line 2,3,5 --fanout 1,4,16", "each alone, the others as usual")
    .epilogue(`Subjects:\n${subjects.map(({ name, what }) => `  ${name.padEnd(18)} ${what}`).join("\n")}`)
    .wrap(120);
}

/** A list of numbers, or a range as in 1..16; none when nothing is said. */
function within(name: string, text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const [, low, high] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const numbers = low === undefined ? text.split(",").map(Number) : doubling(Number(low), Number(high));
  for (const number of numbers) inRange(name, number);
  return numbers;
}

/** From the one to the other, doubled each time, the last included. @throws Error when there is no such way. */
function doubling(low: number, high: number): readonly number[] {
  if (low < 1 || low > high) throw new Error(`${low}..${high} is no range`);
  const numbers: number[] = [];
  for (let number = low; number < high; number *= 2) numbers.push(number);
  return [...numbers, high];
}

/** @throws Error when it is not. */
function inRange(name: string, value: number): true {
  const range = ranges[name];
  if (range === undefined) return true;
  const isKind = fractional.has(name) ? Number.isFinite(value) : Number.isInteger(value);
  if (isKind && value >= range.min && value <= range.max) return true;
  throw new Error(`--${name} must be from ${range.min} to ${range.max}`);
}
