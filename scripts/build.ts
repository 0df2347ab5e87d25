/**
 * Builds dist/ from proto/ and src/: generated code, JavaScript, declarations, the program. Offline; run by
 * `npm run build`, and by npm itself after `npm ci` (prepare).
 *
 * Nothing happens when dist/ is already what the sources say: npm also runs prepare at the first `npx e3`, perhaps in
 * three terminals at once. For the same reason a new dist/ takes the old one's place whole, and a failed build leaves the
 * old one alone.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { makeProgram } from "./lib/program.ts";
import { digestOf, filesUnder, root } from "./lib/tree.ts";

const inputs = ["proto", "proto-vendor", "src", "scripts/build.ts", "scripts/lib/program.ts", "scripts/lib/tree.ts"];
const inputFiles = [
  "buf.yaml",
  "buf.gen.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "tsconfig.build.json",
];
const dist = join(root, "dist");
const generated = join(root, "src", "gen");
const stamp = join(dist, ".built");

/** Runs one tool of node_modules/.bin at the root of the repository. */
function run(tool: string, ...args: readonly string[]): void {
  const path = join(root, "node_modules", ".bin") + delimiter + (process.env["PATH"] ?? "");
  const result = spawnSync(tool, args, { cwd: root, stdio: "inherit", env: { ...process.env, PATH: path } });
  if (result.status !== 0)
    throw new Error(`${tool} ${args[0] ?? ""} failed${result.error ? `: ${result.error.message}` : ""}`);
}

/** Puts the directory in the place of another, keeping the gap as short as two renames. */
function swap(made: string, place: string, work: string): void {
  if (existsSync(place)) renameSync(place, join(mkdtempSync(join(work, "old-")), "old"));
  renameSync(made, place);
}

/** TypeScript rewrites `./x.ts` to `./x.js` in JavaScript but not in declarations, where older compilers stumble on it. */
function fixDeclarations(directory: string): void {
  for (const path of filesUnder(directory, ".d.ts")) {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/((?:from|import\() ?"\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

async function build(work: string, digest: string): Promise<void> {
  run("buf", "generate", "--output", work);
  if (digestOf([join(work, "src", "gen")]) !== digestOf([generated])) swap(join(work, "src", "gen"), generated, work);
  const made = join(work, "dist");
  run("tsc", "-p", "tsconfig.build.json", "--outDir", made);
  fixDeclarations(made);
  rmSync(join(made, "cli"), { recursive: true });
  await makeProgram(made);
  // npm makes a bin executable when it installs a package, not when it links a checkout.
  chmodSync(join(made, "cli", "main.js"), 0o755);
  writeFileSync(join(made, ".built"), digest);
  swap(made, dist, work);
}

const sources = inputs.flatMap((path) => filesUnder(join(root, path))).filter((path) => !path.startsWith(generated));
const digest = digestOf([...sources, ...inputFiles.map((path) => join(root, path))]);
const cache = join(root, "node_modules", ".cache");
if (!existsSync(stamp) || !existsSync(generated) || readFileSync(stamp, "utf8") !== digest) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, "e3-build-"));
  try {
    await build(work, digest);
  } catch (error) {
    console.error(`build: ${String(error)}`);
    process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
