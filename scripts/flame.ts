/**
 * Draws a CPU profile as a flame graph. Run by `npm run flame -- PROFILE TITLE >PICTURE.svg`; `npm run bench -- --profile`
 * writes profiles.
 */
import { readFile } from "node:fs/promises";
import { callTree, type CpuProfile } from "./flame/call-tree.ts";
import { flamesOf } from "./flame/flames.ts";

const [path, title = "where the time goes"] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write("flame: give the path of a .cpuprofile, as npm run bench -- --profile writes it\n");
  process.exit(2);
}
const profile = JSON.parse(await readFile(path, "utf8")) as CpuProfile;
process.stdout.write(flamesOf(callTree(profile), title));
