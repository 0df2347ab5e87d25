/**
 * What a message for everyone costs: transmissions for each delivery, in meshes of real cores on a simulated network, quiet
 * and while peers come and go. Run by `npm run spread -- OPTIONS`.
 *
 *     --peers N,...   sizes of the meshes, each started once; 10,100,300 unless given; 1000 takes 4 GB and five minutes without
 *                     churn, and with 20 % of it 5 GB and up to three quarters of an hour
 *     --links N       links of each peer, about, to others at random; 6 unless given
 *     --messages N    messages for everyone in each part, one a second, of random peers; 30 unless given
 *     --churn N,...   parts, one after the other: percent of the peers that are cut off during it, and come back 1 to 10 s
 *                     later; 0,20 unless given
 *     --seed N        of all chance; 1 unless given
 *     --json          one JSON object instead of a table
 *
 * Exits with 1 when one was missed or shown twice, or when deliveries cost more than 1.05 transmissions (1.3 with churn).
 */
import { aligned } from "./costs/text.ts";
import { scriptOptions } from "./lib/options.ts";
import { spreadRun, type SpreadOutcome } from "./spread/run.ts";

const options = scriptOptions(import.meta.url, {
  peers: [10, 100, 300],
  links: { unless: 6, min: 2, max: 100 },
  messages: { unless: 30, min: 1, max: 100_000 },
  churn: [0, 20],
  seed: { unless: 1, min: 0, max: 2 ** 32 - 1 },
  json: false,
});
const { links, messages, seed } = options;

function allowed({ churnPercent }: SpreadOutcome): number {
  return churnPercent === 0 ? 1.05 : 1.3;
}

function ratioOf({ pushed, repaired, deliveries }: SpreadOutcome): number {
  return (pushed + repaired) / deliveries;
}

/** Processor time and memory of this process. */
function effort(): string {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return `${Math.round((userCPUTime + systemCPUTime) / 1_000_000)} s of processor time, ${Math.round(maxRSS / 1_024)} MiB`;
}

const outcomes: SpreadOutcome[] = [];
for (const peers of options.peers) {
  process.stderr.write(`${peers} peers start ...\n`);
  // Small meshes are through with a part at once.
  const onSaid = (count: number): void => {
    if (peers >= 300) process.stderr.write(`${peers} peers: ${count} of ${messages} said; so far ${effort()}\n`);
  };
  for (const outcome of spreadRun({ peers, links, messages, churnPercents: options.churn, seed, onSaid })) {
    process.stderr.write(`${peers} peers, ${outcome.churnPercent} % churn: done; so far ${effort()}\n`);
    outcomes.push(outcome);
  }
}
if (options.json) console.log(JSON.stringify(outcomes, undefined, 2));
else {
  const header = ["peers", "churn", "said", "delivered", "missed", "twice", "pushed", "asked for", "each", "allowed"];
  const rows = outcomes.map((outcome) => {
    const { peers, churnPercent, messages: said, deliveries, missed, twice, pushed, repaired } = outcome;
    const counts = [peers, `${churnPercent} %`, said, deliveries, missed, twice, pushed, repaired].map(String);
    return [...counts, ratioOf(outcome).toFixed(3), `${allowed(outcome)}`];
  });
  console.log(aligned([header, ...rows]).join("\n"));
}
const isGood = outcomes.every(
  (outcome) => outcome.missed === 0 && outcome.twice === 0 && ratioOf(outcome) <= allowed(outcome),
);
process.exitCode = isGood ? 0 : 1;
