import { spreadOf } from "./figures.ts";
import type { Result, Section } from "./result.ts";

const width = 820;
const labelWidth = 190;
const valueWidth = 90;
const barHeight = 16;
const rowHeight = 24;
const titleHeight = 34;

/** A plot of all rates: bars from zero to the median, whiskers from the least to the most, a scale for each section. */
export function barsOf({ sections }: Result): string {
  const drawn: string[] = [];
  let top = 10;
  for (const section of sections) {
    const { lines, height } = sectionBars(section, top);
    drawn.push(...lines);
    top += height;
  }
  const box = `viewBox="0 0 ${width} ${top}" width="${width}" height="${top}"`;
  const paper = `<rect width="${width}" height="${top}" fill="#ffffff"/>`;
  return `${[`<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="sans-serif" font-size="12">`, paper, ...drawn, "</svg>"].join("\n")}\n`;
}

function sectionBars(
  { title, rows }: Section,
  top: number,
): { readonly lines: readonly string[]; readonly height: number } {
  const measured = rows.flatMap(({ subject, samples }) => {
    const spread = spreadOf(samples.flatMap((sample) => sample?.perSecond ?? []));
    return spread === undefined ? [] : [{ subject, spread }];
  });
  const most = Math.max(1, ...measured.map(({ spread }) => spread.max));
  const at = (value: number): number => labelWidth + (value / most) * (width - labelWidth - valueWidth);
  const heading = `<text x="10" y="${top + 18}" font-weight="bold">${escaped(title)}: messages/s</text>`;
  const lines = measured.flatMap(({ subject, spread: { median, min, max } }, index) => {
    const y = top + titleHeight + index * rowHeight;
    const middle = y + barHeight / 2;
    const fill = subject.startsWith("e3") ? "#1f6feb" : "#9aa4b2";
    return [
      `<text x="${labelWidth - 8}" y="${middle + 4}" text-anchor="end">${escaped(subject)}</text>`,
      `<rect x="${labelWidth}" y="${y}" width="${round(at(median) - labelWidth)}" height="${barHeight}" fill="${fill}"/>`,
      `<path d="M${round(at(min))} ${middle}H${round(at(max))}M${round(at(min))} ${y + 3}v10M${round(at(max))} ${y + 3}v10" stroke="#24292f" fill="none"/>`,
      `<text x="${round(at(max) + 8)}" y="${middle + 4}">${Math.round(median).toLocaleString("en-US")}</text>`,
    ];
  });
  return { lines: [heading, ...lines], height: titleHeight + measured.length * rowHeight + 14 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
