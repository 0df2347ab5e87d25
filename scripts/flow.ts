/**
 * Flow control under load, measured: what others lose while a neighbour stalls or its program does not read, and a hub
 * with many small peers. Run by `npm run flow -- OPTIONS`, on the built package, on Linux; docs/performance.md ("Under
 * load") says how to read it.
 *
 *     --rounds N    rounds of the stalled neighbour; 5 unless given, none for 0
 *     --seconds N   length of one measurement, 0.5 to 3; 2 unless given
 *     --leaves N    leaves around a hub, a multiple of four; 200 unless given, none for 0
 *     --full        those are full peers, each of which knows all others
 *     --json        one JSON object instead of tables
 */
import { describeMachine } from "./bench/machine.ts";
import { parseFlowArguments } from "./flow/arguments.ts";
import { Crowd } from "./flow/crowd.ts";
import { Neighbour, type Round } from "./flow/neighbour.ts";
import { crowdTable, neighbourTable } from "./flow/table.ts";
import { fromCommandLine } from "./lib/options.ts";

const options = fromCommandLine(import.meta.url, parseFlowArguments);

async function rounds(): Promise<readonly Round[]> {
  await using neighbour = new Neighbour(options);
  await neighbour.open();
  const done: Round[] = [];
  while (done.length < options.rounds) {
    console.error(`stalled neighbour, round ${done.length + 1} of ${options.rounds}`);
    done.push(await neighbour.round(done.length % 2 === 1));
  }
  return done;
}

async function figures() {
  console.error(`a hub with ${options.leaves} peers`);
  await using crowd = new Crowd(options);
  return await crowd.measure();
}

const neighbour = options.rounds > 0 ? await rounds() : [];
if (!options.json && neighbour.length > 0) console.log(`${neighbourTable(neighbour)}\n`);
const crowd = options.leaves > 0 ? await figures() : undefined;
if (!options.json && crowd !== undefined) console.log(crowdTable(crowd));
if (options.json) console.log(JSON.stringify({ machine: describeMachine(), options, neighbour, crowd }, undefined, 2));
