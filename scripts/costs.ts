/**
 * What the core costs as the mesh grows: real cores, simulated wires, disks and time. Run by `npm run costs -- OPTIONS`;
 * docs/performance.md says how to read what it prints.
 *
 *     --sizes LIST    peers that one core is told of; 100,1000,10000 unless given
 *     --crowds LIST   full cores in one process; 30,100,300 unless given. 1000 take 3 GB and a quarter of an hour
 *     --floods LIST   peers of which only the flood of adverts is simulated; 100,300,1000,10000 unless given
 *     --degree N      links of each peer, on average; 4 unless given
 *     --json          one JSON object instead of tables
 *     --svg FILE      a plot of costs against peers
 *
 * Exits with 1 when a cost grows faster than the design allows.
 */
import { writeFile } from "node:fs/promises";
import { describeMachine } from "./bench/machine.ts";
import { curvesOf } from "./costs/curves.ts";
import { measureCrowd } from "./costs/crowd-costs.ts";
import { flood } from "./costs/flood.ts";
import { growsTooFast, type Figure } from "./costs/figure.ts";
import { linkSizes, measureHub } from "./costs/hub.ts";
import { measureOne, oneCosts } from "./costs/one-peer.ts";
import { shapeOf } from "./costs/shape.ts";
import { crowdTable, figureTable, floodTable } from "./costs/tables.ts";
import { measureSignatures } from "./costs/signatures.ts";
import { scriptOptions } from "./lib/options.ts";

const options = scriptOptions(import.meta.url, {
  sizes: [100, 1_000, 10_000],
  crowds: [30, 100, 300],
  floods: [100, 300, 1_000, 10_000],
  degree: { unless: 4, min: 2, max: 100 },
  json: false,
  svg: "",
});
const { sizes, degree } = options;
const tell = (line: string): void => console.error(line);

// What is measured first pays for compiling the code; nobody looks at this one.
measureOne(100, degree);
const measured = sizes.map((peers) => {
  tell(`one of ${peers} peers`);
  return measureOne(peers, degree);
});
const names = Object.entries(oneCosts).map(([key, words]) => ({ key, words }));
const onePeer = names.map(({ key, words: [name, unit, allowed] }): Figure => {
  return {
    name,
    unit,
    allowed,
    values: measured.map((costs) => Object.entries(costs).find(([k]) => k === key)?.[1] ?? 0),
  };
});
const hub = measureHub();
const signatures = measureSignatures();
const crowds = options.crowds.flatMap((peers) =>
  (["random", "line", "star"] as const).map((name) => {
    tell(`${peers} full cores: ${name}`);
    return measureCrowd(name, peers, degree);
  }),
);
const floods = options.floods.map((peers) => {
  tell(`the flood alone among ${peers} peers`);
  return flood(shapeOf("random", peers, degree));
});
const machine = describeMachine();
if (options.json) {
  console.log(
    JSON.stringify({ machine, degree, sizes, onePeer, linkSizes, hub, signatures, crowds, floods }, undefined, 2),
  );
} else {
  const { processor, cores, system, versions } = machine;
  console.log(`${processor}, ${cores} cores, ${system}, node ${versions["node"] ?? ""}\n`);
  console.log(`## One core among others, ${degree} links each\n\n${figureTable(onePeer, sizes, "peers")}\n`);
  console.log(`## A peer with many links changes one of them\n\n${figureTable(hub, linkSizes, "links")}\n`);
  console.log(
    `A signature costs ${signatures.signUs.toFixed(0)} µs, its check ${signatures.verifyUs.toFixed(0)} µs.\n`,
  );
  if (crowds.length > 0) console.log(`## Full cores\n\n${crowdTable(crowds)}\n`);
  if (floods.length > 0) console.log(`## The flood alone, all start at once\n\n${floodTable(floods)}`);
}
if (options.svg !== "") await writeFile(options.svg, curvesOf(onePeer, sizes));
const tooFast = [
  ...onePeer.filter((each) => growsTooFast(each, sizes)),
  ...hub.filter((each) => growsTooFast(each, linkSizes)),
];
for (const { name } of tooFast) tell(`grows faster than the design allows: ${name}`);
if (tooFast.length > 0) process.exitCode = 1;
