import { expect, test } from "vitest";
import { crowdTable, neighbourTable, ratioOf } from "../../../scripts/flow/table.ts";
import type { Round } from "../../../scripts/flow/neighbour.ts";

function round(perSecond: Readonly<Record<keyof Round, number>>): Round {
  const rate = (condition: keyof Round) => ({ perSecond: perSecond[condition], cpuUs: 5 });
  return {
    idle: rate("idle"),
    stalled: rate("stalled"),
    "given up": rate("given up"),
    read: rate("read"),
    unread: rate("unread"),
  };
}

const rounds = [
  round({ idle: 1_000, stalled: 900, "given up": 1_000, read: 500, unread: 500 }),
  round({ idle: 2_000, stalled: 1_840, "given up": 1_900, read: 500, unread: 600 }),
];

test("a condition is held against the same with nothing wrong, round by round", () => {
  expect(ratioOf(rounds, "idle")).toBeUndefined();
  expect(ratioOf(rounds, "stalled")).toMatchObject({ min: 0.9, max: 0.92 });
  expect(ratioOf(rounds, "unread")).toMatchObject({ min: 1, max: 1.2 });
});

test("the table says where others lose too much", () => {
  const rows = neighbourTable(rounds).split("\n");
  expect(rows.find((row) => row.startsWith("| stalled"))).toContain("| no |");
  expect(rows.find((row) => row.startsWith("| given up"))).toContain("| yes |");
  expect(rows.find((row) => row.startsWith("| idle"))).toContain("| 1,500 (1,000, 2,000) |");
});

test("a crowd's table has the ratio of its rounds", () => {
  const rate = (perSecond: number) => ({ perSecond, cpuUs: 10 });
  const one = { half: rate(100), stalled: rate(96), moreBytes: 3 * 1_048_576 };
  const text = crowdTable({ leaves: 8, joinSeconds: 1, linkBytes: 65_536, everybody: rate(80), rounds: [one] });
  expect(text).toContain("| 0.96 (0.96, 0.96) |");
  expect(text).toContain("| 64 |");
  expect(text).toContain("| 3.0 (3.0, 3.0) |");
});
