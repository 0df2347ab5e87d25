import { expect, test } from "vitest";
import { tableOf, tablesOf } from "../../../scripts/bench/table.ts";
import { result, row, section } from "./result.ts";

const ours = row("e3", [
  { perSecond: 1_000, p50Ms: 0.2, p99Ms: 1, cpuUs: { a: 2, b: 1, c: 3 } },
  { perSecond: 3_000, p50Ms: 0.4, p99Ms: 2, cpuUs: { a: 4, b: 1, c: 3 } },
]);

/** The cells of a row. */
function cells(table: string, subject: string): readonly string[] {
  const line = table.split("\n").find((one) => one.startsWith(`| ${subject} `)) ?? "";
  return line.split("|").map((cell) => cell.trim());
}

test("a row has medians with their spread, and e3's ratios to it within each round", () => {
  const theirs = row("nats", [
    { perSecond: 500, p50Ms: 0.1, p99Ms: 1, cpuUs: { a: 1, server: 2 } },
    { perSecond: 1_000, p50Ms: 0.4, p99Ms: 1, cpuUs: { a: 1, server: 2 } },
  ]);
  const table = tableOf(section([ours, theirs]));
  expect(cells(table, "e3").slice(2, 4)).toEqual(["2,000 (1,000 to 3,000)", ""]);
  expect(cells(table, "nats").slice(2)).toEqual([
    "750 (500 to 1,000)",
    "2.50 x (2.00 to 3.00)",
    "",
    "0.250 (0.100 to 0.400)",
    "1.000",
    "1.50 x (1.00 to 2.00)",
    "",
    "3.00: a 1.00, server 2.00",
    "2.33 x (2.00 to 2.67)",
    "",
  ]);
});

test("targets are met or missed by the median of the ratios", () => {
  const targets = { target: 2.5, targetRoundTrip: 1 };
  const theirs = row(
    "nats",
    [
      { perSecond: 500, p50Ms: 0.1 },
      { perSecond: 1_000, p50Ms: 0.4 },
    ],
    targets,
  );
  const met = cells(tableOf(section([ours, theirs])), "nats");
  expect([met[4], met[8]]).toEqual(["at least 2.5 x: met", "at most 1 x: missed"]);
  const alone = cells(tableOf(section([theirs])), "nats");
  expect([alone[4], alone[8]]).toEqual(["at least 2.5 x", "at most 1 x"]);
});

test("who was skipped and what failed is told under the table, with the reason", () => {
  const table = tableOf(
    section([
      ours,
      row("gossipsub", [], { skipped: "it is not installed" }),
      row("nats", [undefined], { failures: ["round 1: it ended"] }),
    ]),
  );
  expect(table).toContain("- gossipsub is skipped: it is not installed");
  expect(table).toContain("- nats failed: round 1: it ended");
  expect(cells(table, "gossipsub")).toEqual([""]);
});

test("where everybody was skipped there is no table, and the reasons", () => {
  const skipped = tableOf(section([row("nats", [], { skipped: "it is no line of 5" })]));
  expect(skipped).toBe("## a line\n\n- nats is skipped: it is no line of 5");
});

test("all lines of a table are of one width", () => {
  const lines = tableOf(section([ours, row("another-name", [])], "drain")).split("\n");
  expect(new Set(lines.filter((line) => line.startsWith("|")).map((line) => line.length)).size).toBe(1);
});

test("a run tells of its machine and of its method before its tables", () => {
  const text = tablesOf(result([section([ours])]));
  expect(text).toMatch(
    /^A processor, 2 cores, 8 GiB, Linux 6, ext4\n\nnode 20\.20\.2\n\nMedians .* of 3 rounds of 2 s/,
  );
  expect(text).toContain("## a line");
});
