import type { Violation } from "../../test/sim/violation.ts";
import type { SimOptions } from "./arguments.ts";
import { commandOf } from "./command.ts";
import type { Ran, ShrunkSeed } from "./orders.ts";

/** A failing run in words: what broke, what happened last, and the command that replays it. */
export function failureLines({ seed, result, last }: Ran, { drawing, keep }: SimOptions): readonly string[] {
  const { violation } = result;
  if (violation === undefined) return [];
  return [
    "",
    `seed ${seed}: broken`,
    ...violationLines(violation),
    "  what happened last:",
    ...last.map((line) => `    ${line}`),
    `  replay it: ${commandOf(seed, drawing, keep)} --trace`,
  ];
}

/** The same made small. */
export function shrunkLines(seed: number, shrunk: ShrunkSeed, { drawing }: SimOptions): readonly string[] {
  return [
    "",
    `seed ${seed}, made small in ${shrunk.runs} runs:`,
    ...shrunk.plan.map((line) => `    ${line}`),
    ...violationLines(shrunk.violation),
    "  what happened last:",
    ...shrunk.last.map((line) => `    ${line}`),
    `  replay it: ${commandOf(seed, drawing, shrunk.keep)} --trace`,
  ];
}

function violationLines({ invariant, message, atMs }: Violation): readonly string[] {
  return [`  invariant: ${invariant}`, `  after ${Math.floor(atMs)} ms: ${message}`];
}
