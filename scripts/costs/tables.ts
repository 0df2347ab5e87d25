import type { Convergence, CrowdCosts } from "./crowd-costs.ts";
import type { FloodCosts } from "./flood.ts";
import { growsTooFast, growthOf, type Figure } from "./figure.ts";
import { aligned, short } from "./text.ts";

/** Figures by size, and what they grow with. */
export function figureTable(figures: readonly Figure[], sizes: readonly number[], what: string): string {
  const heads = ["cost", "unit", ...sizes.map((size) => `${short(size)} ${what}`), "grows as", "allowed"];
  const rows = figures.map((figure) => {
    const growth = growthOf(figure, sizes);
    const allowed = figure.allowed === 0 ? "constant" : what;
    const verdict = growsTooFast(figure, sizes) ? "missed" : "met";
    return [
      figure.name,
      figure.unit,
      ...figure.values.map(short),
      `${what}^${growth.toFixed(2)}`,
      `${allowed}: ${verdict}`,
    ];
  });
  return aligned([heads, ...rows]).join("\n");
}

/** Crowds, each with what it takes to start at once and to meet. */
export function crowdTable(crowds: readonly CrowdCosts[]): string {
  const heads = [
    "full cores",
    "links",
    "hops",
    "what happens",
    "simulated ms",
    "frames/peer",
    "editions",
    "KiB/peer",
    "CPU ms/peer",
  ];
  const rows = crowds.flatMap((crowd) => [
    crowdRow(crowd, "all start at once", crowd.start),
    crowdRow(crowd, "two halves meet", crowd.meeting),
  ]);
  return aligned([heads, ...rows]).join("\n");
}

/** Floods without cores. */
export function floodTable(floods: readonly FloodCosts[]): string {
  const rows = floods.map(({ peers, links, ms }) => [short(peers), short(links), short(ms)]);
  return aligned([["peers", "links", "simulated ms"], ...rows]).join("\n");
}

/** Editions: how many times the advert of each peer crossed each link in each direction, on average. */
function crowdRow({ shape, peers, links, hops }: CrowdCosts, what: string, { ms, counts, cpuMsEach }: Convergence) {
  const { frames, bytes, adverts, changes } = counts;
  const editions = (adverts + changes) / (peers * 2 * links);
  const each = [frames / peers, editions, bytes / 1_024 / peers, cpuMsEach].map(short);
  return [`${short(peers)}, ${shape}`, short(links), short(hops), what, short(ms), ...each];
}
