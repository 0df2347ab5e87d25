/**
 * Flow control under load, measured: what others lose while a neighbour stalls or its program does not read, and a hub
 * with many small peers. Run by `npm run flow`; docs/performance.md ("Under load") says how to read it.
 */
import { describeMachine } from "./bench/machine.ts";
import { parseFlowArguments } from "./flow/arguments.ts";
import { Crowd } from "./flow/crowd.ts";
import { Neighbour, type Round } from "./flow/neighbour.ts";
import { crowdTable, neighbourTable } from "./flow/table.ts";

const options = parseFlowArguments(process.argv.slice(2));

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
