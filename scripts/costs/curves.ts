import type { Figure } from "./figure.ts";

const width = 820;
const height = 460;
const box = { left: 70, right: 330, top: 40, bottom: 50 };
const colours = ["#1f6feb", "#cf222e", "#1a7f37", "#8250df", "#bf8700", "#24292f"];

/** A plot of processor times against the number of peers, both logarithmic: a line up at 45 degrees grows as peers do. */
export function curvesOf(figures: readonly Figure[], sizes: readonly number[]): string {
  const shown = figures.filter(({ unit }) => unit === "µs");
  const values = shown.flatMap((figure) => figure.values).filter((value) => value > 0);
  const across = scaleOf(sizes, box.left, width - box.right);
  const up = scaleOf(values, height - box.bottom, box.top);
  const lines = [
    `<text x="${box.left}" y="22" font-weight="bold">Processor time of one core, µs, against peers known</text>`,
    ...up.powers.map((power) => level(power, up.at(power))),
    ...sizes.map(
      (size) =>
        `<text x="${round(across.at(size))}" y="${height - 28}" text-anchor="middle">${size.toLocaleString("en-US")}</text>`,
    ),
    ...labelled(shown, up.at).flatMap(({ figure, y }, index) =>
      curve(figure, { sizes, across, up, y, colour: colours[index % colours.length] ?? "" }),
    ),
  ];
  const view = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const paper = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  const opening = `<svg xmlns="http://www.w3.org/2000/svg" ${view} font-family="sans-serif" font-size="12">`;
  return `${[opening, paper, ...lines, "</svg>"].join("\n")}\n`;
}

interface Scale {
  readonly at: (value: number) => number;
  readonly powers: readonly number[];
}

interface Place {
  readonly sizes: readonly number[];
  readonly across: Scale;
  readonly up: Scale;
  readonly y: number;
  readonly colour: string;
}

/** Whole powers of ten around the values, from the one place to the other. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number): number => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  return { at, powers: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)) };
}

function level(power: number, y: number): string {
  const line = `<path d="M${box.left} ${round(y)}H${width - box.right}" stroke="#d0d7de" fill="none"/>`;
  return `${line}<text x="${box.left - 8}" y="${round(y + 4)}" text-anchor="end">${power.toLocaleString("en-US")}</text>`;
}

/** Each with a place for its name, none over another. */
function labelled(figures: readonly Figure[], at: (value: number) => number) {
  const lineHeight = 16;
  let below = Number.POSITIVE_INFINITY;
  return figures
    .map((figure) => ({ figure, y: at(Math.max(1e-9, figure.values.at(-1) ?? 1)) }))
    .toSorted((one, other) => other.y - one.y)
    .map(({ figure, y }) => {
      below = Math.min(y, below - lineHeight);
      return { figure, y: below };
    });
}

function curve({ name, values }: Figure, { sizes, across, up, y, colour }: Place): readonly string[] {
  const points = values.map((value, index) => `${round(across.at(sizes[index] ?? 1))},${round(up.at(value))}`);
  const dots = points.map(
    (point) => `<circle cx="${point.split(",")[0]}" cy="${point.split(",")[1]}" r="3" fill="${colour}"/>`,
  );
  const label = `<text x="${width - box.right + 10}" y="${round(y + 4)}" fill="${colour}">${shortened(name)}</text>`;
  return [`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...dots, label];
}

function shortened(name: string): string {
  return name.length > 48 ? `${name.slice(0, 46).trimEnd()}...` : name;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
