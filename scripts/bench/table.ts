import { ratiosOf, spreadOf, type Spread } from "./figures.ts";
import type { Result, Row, Sample, Section } from "./result.ts";

/** All tables of a run and what they were measured on, as Markdown. */
export function tablesOf({ machine, sections, rounds, seconds }: Result): string {
  const { processor, cores, memoryGiB, system, fileSystem, versions } = machine;
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}, ${fileSystem}`;
  const how = `Medians (least to most) of ${rounds} rounds of ${seconds} s. Ratios compare e3 with the row, within each round.`;
  return [where, named.join(", "), how, ...sections.map(tableOf)].join("\n\n");
}

/** One section as a table, and who is missing in it. */
export function tableOf(section: Section): string {
  const columns = section.kind === "line" ? lineColumns : drainColumns;
  const measured = section.rows.filter(({ skipped }) => skipped === undefined);
  const lines = measured.map((row) => columns.map(({ cell }) => cell(row, section)));
  const notes = section.rows.flatMap((row) => [
    ...(row.skipped === undefined ? [] : [`- ${row.subject} is skipped: ${row.skipped}`]),
    ...row.failures.map((failure) => `- ${row.subject} failed: ${failure}`),
  ]);
  const table = lines.length === 0 ? [] : ["", ...aligned([columns.map(({ head }) => head), ...lines])];
  return [`## ${section.title}`, ...table, ...(notes.length === 0 ? [] : ["", ...notes])].join("\n");
}

/** A figure of one measurement; undefined where there is none. */
type Figure = (sample: Sample | undefined) => number | undefined;

const rate: Figure = (sample) => sample?.perSecond;
const p50: Figure = (sample) => sample?.p50Ms;
const p99: Figure = (sample) => sample?.p99Ms;
const cpu: Figure = (sample) => {
  if (sample?.cpuUs === undefined) return undefined;
  return Object.values(sample.cpuUs).reduce((sum, each) => sum + each, 0);
};

interface Column {
  readonly head: string;
  readonly cell: (row: Row, section: Section) => string;
}

const name: Column = { head: "subject", cell: ({ subject }) => subject };
const rateColumns: readonly Column[] = [
  { head: "messages/s", cell: (row) => spreadText(spreadOfRow(row, rate), whole) },
  { head: "e3's rate is", cell: (row, section) => ratioText(ratioOf(row, section, rate)) },
  { head: "wanted", cell: rateVerdict },
];
const drainColumns: readonly Column[] = [name, ...rateColumns];
const lineColumns: readonly Column[] = [
  name,
  ...rateColumns,
  { head: "p50 ms", cell: (row) => spreadText(spreadOfRow(row, p50), three) },
  { head: "p99 ms", cell: (row) => spreadText(spreadOfRow(row, p99), three) },
  { head: "e3's p50 is", cell: (row, section) => ratioText(ratioOf(row, section, p50)) },
  { head: "wanted", cell: roundTripVerdict },
  { head: "CPU µs/message", cell: cpuText },
  { head: "e3's CPU is", cell: (row, section) => ratioText(ratioOf(row, section, cpu)) },
];

function rateVerdict(row: Row, section: Section): string {
  return verdict("at least", row.target, ratioOf(row, section, rate));
}

function roundTripVerdict(row: Row, section: Section): string {
  return verdict("at most", row.targetRoundTrip, ratioOf(row, section, p50));
}

/** e3's figures over those of a row, by round; undefined for e3's own. */
function ratioOf(row: Row, { rows }: Section, figure: Figure): Spread | undefined {
  const ours = rows.find(({ subject }) => subject === row.against);
  if (ours === undefined || ours === row) return undefined;
  return ratiosOf(ours.samples.map(figure), row.samples.map(figure));
}

function spreadOfRow({ samples }: Row, figure: Figure): Spread | undefined {
  return spreadOf(samples.flatMap((sample) => figure(sample) ?? []));
}

function spreadText(spread: Spread | undefined, text: (value: number) => string, unit = ""): string {
  if (spread === undefined) return "";
  const { median, min, max } = spread;
  return min === max ? `${text(median)}${unit}` : `${text(median)}${unit} (${text(min)} to ${text(max)})`;
}

function ratioText(ratio: Spread | undefined): string {
  return spreadText(ratio, two, " x");
}

function verdict(bound: "at least" | "at most", wanted: number | undefined, found: Spread | undefined): string {
  if (wanted === undefined) return "";
  const words = `${bound} ${wanted} x`;
  if (found === undefined) return words;
  const isMet = bound === "at least" ? found.median >= wanted : found.median <= wanted;
  return `${words}: ${isMet ? "met" : "missed"}`;
}

/** All processes together, then each: medians. */
function cpuText(row: Row): string {
  const sum = spreadOfRow(row, cpu);
  if (sum === undefined) return "";
  const names = Object.keys(row.samples.find((sample) => sample?.cpuUs !== undefined)?.cpuUs ?? {}).toSorted();
  const each = names.map((one) => `${one} ${two(spreadOfRow(row, (sample) => sample?.cpuUs?.[one])?.median ?? 0)}`);
  const shown = each.length > processesShownMax ? [...each.slice(0, processesShownMax), "..."] : each;
  return `${two(sum.median)}: ${shown.join(", ")}`;
}

/** More of them would make the table unreadable; JSON has all. */
const processesShownMax = 5;

/** Columns as wide as they need to be. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const rows = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [rows[0] ?? "", rule, ...rows.slice(1)];
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

function two(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

function three(value: number): string {
  return value.toFixed(3);
}
