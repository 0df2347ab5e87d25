/**
 * The benchmark: e3 and others on the same work, in turns, in processes of their own. Run by `npm run bench -- OPTIONS`;
 * --help tells of the options, docs/performance.md how to read what it prints.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseBenchArguments } from "./bench/arguments.ts";
import { barsOf } from "./bench/bars.ts";
import { Benchmark } from "./bench/benchmark.ts";
import { tablesOf } from "./bench/table.ts";
import { Workshop } from "./bench/workshop.ts";
import { root } from "./lib/tree.ts";

const options = await parseBenchArguments(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}; --help tells of all options`);
  process.exit(1);
});
// Beside the processes' own directory, which goes with them.
const profiles = options.profile
  ? join(root, "node_modules", ".cache", "e3-profiles", new Date().toISOString().replaceAll(":", "-"))
  : undefined;
const workshop = await Workshop.open(profiles);
try {
  const benchmark = new Benchmark({ options, workshop, tell: (line) => console.error(line) });
  process.once("SIGINT", () => benchmark.stop());
  const result = await benchmark.run();
  console.log(options.json ? JSON.stringify(result, undefined, 2) : `\n${tablesOf(result)}`);
  if (options.svg !== undefined) await writeFile(options.svg, barsOf(result));
  if (profiles !== undefined) console.error(`profiles: ${profiles}`);
  if (result.sections.some(({ rows }) => rows.some(({ failures }) => failures.length > 0))) process.exitCode = 1;
} finally {
  await workshop.close();
}
