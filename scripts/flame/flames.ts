import type { Call, Part } from "./call-tree.ts";

const width = 1_160;
const rowHeight = 17;
const margin = 10;
const legendHeight = 46;
/** Narrower ones are left out: nothing can be read in them. */
const narrowest = 1.5;
/** What a letter takes, about. */
const letterWidth = 5.6;

const colours: Readonly<Record<Part, string>> = {
  core: "#79c0ff",
  peer: "#a5d6a7",
  adapters: "#ffd8a8",
  program: "#e0c3fc",
  grpc: "#f5b7b1",
  node: "#dfe3e8",
  engine: "#c3c9d1",
};

const meanings: Readonly<Record<Part, string>> = {
  core: "core",
  peer: "peer",
  adapters: "adapters",
  program: "the program that uses it",
  grpc: "grpc-js",
  node: "Node",
  engine: "V8, garbage collection, system calls",
};

/** A flame graph: who calls whom from top to bottom, as wide as it takes time. */
export function flamesOf(all: Call, title: string): string {
  const rects: string[] = [];
  const perUs = all.us === 0 ? 0 : (width - 2 * margin) / all.us;
  let depthMax = 0;
  const draw = (call: Call, x: number, depth: number): void => {
    const wide = call.us * perUs;
    if (wide < narrowest) return;
    depthMax = Math.max(depthMax, depth);
    const y = legendHeight + depth * rowHeight;
    const share = `${((100 * call.us) / all.us).toFixed(1)} %`;
    const letters = Math.floor((wide - 4) / letterWidth);
    const label = call.name.length <= letters ? call.name : letters < 4 ? "" : `${call.name.slice(0, letters - 1)}…`;
    const box = `x="${round(x)}" y="${y}" width="${round(wide)}" height="${rowHeight - 1}" fill="${colours[call.part]}"`;
    const text = label === "" ? "" : `<text x="${round(x + 2)}" y="${y + 12}">${escaped(label)}</text>`;
    rects.push(`<g><title>${escaped(call.name)}: ${share}</title><rect ${box}/>${text}</g>`);
    let at = x;
    for (const one of [...call.calls.values()].toSorted((a, b) => b.us - a.us)) {
      draw(one, at, depth + 1);
      at += one.us * perUs;
    }
  };
  draw(all, margin, 0);
  const height = legendHeight + (depthMax + 1) * rowHeight + margin;
  const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  const head = `<text x="${margin}" y="18" font-size="13" font-weight="bold">${escaped(title)}</text>`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" ${box} font-family="sans-serif" font-size="10">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    head,
    ...legend(),
    ...rects,
    "</svg>",
  ].join("\n")}\n`;
}

function legend(): readonly string[] {
  let x = margin;
  return (Object.keys(colours) as Part[]).flatMap((part) => {
    const at = x;
    x += 26 + meanings[part].length * letterWidth;
    return [
      `<rect x="${round(at)}" y="27" width="10" height="10" fill="${colours[part]}"/>`,
      `<text x="${round(at + 14)}" y="36">${escaped(meanings[part])}</text>`,
    ];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
