import { ratiosOf, spreadOf, type Spread } from "../bench/figures.ts";
import type { CrowdFigures, CrowdRound } from "./crowd.ts";
import { conditions, type Condition, type Round } from "./neighbour.ts";

/** The least that others' rate may be of what it was. */
const ratioMin = 0.95;

/** What each condition is held against: the same with nothing wrong. */
const against: Readonly<Record<Condition, Condition | undefined>> = {
  idle: undefined,
  stalled: "idle",
  "given up": "idle",
  read: undefined,
  unread: "read",
};

/** Others' rate under a condition, over that without it, round by round. */
export function ratioOf(rounds: readonly Round[], condition: Condition): Spread | undefined {
  const base = against[condition];
  if (base === undefined) return undefined;
  const rates = (of: Condition): readonly number[] => rounds.map((round) => round[of].perSecond);
  return ratiosOf(rates(condition), rates(base));
}

/** Markdown. */
export function neighbourTable(rounds: readonly Round[]): string {
  const rows = conditions.map((condition) => {
    const rate = spreadOf(rounds.map((round) => round[condition].perSecond));
    const cpu = spreadOf(rounds.map((round) => round[condition].cpuUs));
    const ratio = ratioOf(rounds, condition);
    const verdict = ratio === undefined ? "" : ratio.median >= ratioMin ? "yes" : "no";
    return [condition, show(rate, 0), show(ratio, 2), verdict, show(cpu, 1)];
  });
  const wanted = `at least ${ratioMin}`;
  return markdown([["neighbour", "a to c, messages/s", "ratio", wanted, "CPU µs/message, a and hub"], ...rows]);
}

/** Markdown. */
export function crowdTable({ leaves, joinSeconds, linkBytes, everybody, rounds }: CrowdFigures): string {
  const of = (figure: (round: CrowdRound) => number): readonly number[] => rounds.map(figure);
  const [half, stalled] = [of((round) => round.half.perSecond), of((round) => round.stalled.perSecond)];
  const [halfCpu, stalledCpu] = [of((round) => round.half.cpuUs), of((round) => round.stalled.cpuUs)];
  const more = of((round) => round.moreBytes / 1_048_576);
  return markdown([
    [`a hub with ${leaves} peers`, "figure"],
    ["linked after, s", thousands(joinSeconds, 1)],
    ["memory of the hub for each link, idle, KiB", thousands(linkBytes / 1_024, 0)],
    ["each sends to another, messages/s", thousands(everybody.perSecond, 0)],
    ["half of them do, messages/s", show(spreadOf(half), 0)],
    ["the same half, while a quarter is stopped and is sent to, messages/s", show(spreadOf(stalled), 0)],
    [`the one rate over the other, wanted ${ratioMin}`, show(ratiosOf(stalled, half), 2)],
    ["CPU µs/message, without, hub and senders", show(spreadOf(halfCpu), 1)],
    ["CPU µs/message, with", show(spreadOf(stalledCpu), 1)],
    ["memory of the hub then, at most, MiB more", show(spreadOf(more), 1)],
  ]);
}

function show(spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return "";
  const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => thousands(value, digits));
  return `${median} (${min}, ${max})`;
}

function thousands(value: number, digits: number): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function markdown([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
