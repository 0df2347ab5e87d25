import { parseArgs } from "node:util";

/** What to measure, and how. */
export interface FlowOptions {
  /** Rounds of the stalled neighbour; 0 for none. */
  readonly rounds: number;
  /** Length of one measurement, seconds. Below 3, or a stopped neighbour is given up on before it is over. */
  readonly seconds: number;
  /** Small peers around the hub, a multiple of four; 0 for no such measurement. */
  readonly leaves: number;
  /** The small peers are whole ones, not leaves: each knows all others. */
  readonly full: boolean;
  /** JSON instead of tables. */
  readonly json: boolean;
}

/** @throws Error, with a sentence, when the words are not understood. */
export function parseFlowArguments(words: readonly string[]): FlowOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "2" },
      leaves: { type: "string", default: "200" },
      full: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  const leaves = numberOf("leaves", values.leaves, 0, 1_000);
  if (leaves % 4 !== 0) throw new Error("--leaves must be a multiple of four: they live in four processes");
  return {
    rounds: numberOf("rounds", values.rounds, 0, 100),
    seconds: numberOf("seconds", values.seconds, 0.5, 3),
    leaves,
    full: values.full,
    json: values.json,
  };
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (number >= min && number <= max) return number;
  throw new Error(`--${name} must be a number from ${min} to ${max}`);
}
