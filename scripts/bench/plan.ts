import { baseline, labelOf, type Scenario } from "./scenario.ts";

/** What is varied, each value alone; empty for what is not. */
export interface Variations {
  readonly bodies: readonly number[];
  readonly lines: readonly number[];
  readonly fanouts: readonly number[];
}

/**
 * The scenarios: each value of one kind with the baseline's values of the other kinds, none twice. The baseline alone where
 * nothing is varied.
 */
export function scenariosOf({ bodies, lines, fanouts }: Variations): readonly Scenario[] {
  const all = [
    ...bodies.map((bodyBytes) => ({ ...baseline, bodyBytes })),
    ...lines.map((line) => ({ ...baseline, line })),
    ...fanouts.map((fanout) => ({ ...baseline, fanout })),
  ];
  if (all.length === 0) return [baseline];
  return [...new Map(all.map((scenario) => [labelOf(scenario), scenario])).values()];
}

/** Who is measured when: in each round everybody once, each round beginning with another. */
export function roundsOf<T>(subjects: readonly T[], rounds: number): readonly (readonly T[])[] {
  return Array.from({ length: rounds }, (_, round) => {
    const first = subjects.length === 0 ? 0 : round % subjects.length;
    return [...subjects.slice(first), ...subjects.slice(0, first)];
  });
}
