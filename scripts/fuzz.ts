/**
 * Throws bytes at the parsers of the bridges: random ones, and valid ones with bytes changed, cut, repeated and joined, in
 * chunks of any size. Run by `npm run fuzz -- OPTIONS`.
 *
 *     --inputs N    inputs for each wire; 1000000 unless given
 *     --wire NAME   only this wire
 *     --seed N      of all chance; 1 unless given
 *
 * Exits with 1 when a parser throws, holds more than its limit, or reads otherwise when its bytes are cut otherwise; the input is
 * printed then.
 */
import { parseArgs } from "node:util";
import { Random } from "../src/testing/random.ts";
import { chunksOf, inputOf } from "./fuzz/inputs.ts";
import { targets, type Target } from "./fuzz/targets.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "1000000" },
    wire: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

/** What is wrong with how a target took an input; undefined when nothing is. */
function faultOf(target: Target, input: Uint8Array, random: Random): string | undefined {
  try {
    const whole = target.read([input]);
    const parts = target.read(chunksOf(input, random));
    if (whole.heldBytes > target.heldBytesMax || parts.heldBytes > target.heldBytesMax) return "it holds too much";
    if (target.isCutAnywhere && whole.items !== parts.items) return `cut otherwise it reads otherwise:\n${parts.items}`;
    return undefined;
  } catch (error) {
    return `it throws: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

const inputs = Number(values.inputs);
const chosen = targets.filter(({ wire }) => values.wire === undefined || wire === values.wire);
if (chosen.length === 0)
  throw new RangeError(`no wire ${values.wire}; there are ${targets.map(({ wire }) => wire).join(", ")}`);
let failed = 0;
for (const target of chosen) {
  const random = new Random(Number(values.seed));
  let items = 0;
  for (let count = 1; count <= inputs; count += 1) {
    const input = inputOf(target.samples, random);
    const fault = faultOf(target, input, random);
    if (fault !== undefined) {
      failed += 1;
      console.log(`${target.wire}: ${Buffer.from(input).toString("hex")}\n  ${fault}`);
      break;
    }
    items += target.read([input]).count;
    if (count % 100_000 === 0) process.stderr.write(`${target.wire}: ${count} inputs\n`);
  }
  console.log(`${target.wire.padEnd(14)} ${inputs} inputs, ${items} items read`);
}
process.exitCode = failed === 0 ? 0 : 1;
