import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import { build, type Plugin } from "esbuild";
import { patchesOf, plant, type Mutant } from "../../test/sim/mutants/mutant.ts";
import { root } from "../lib/tree.ts";

/** How a program is bundled. */
export interface BundleOptions {
  /** The bug to plant; none by default. */
  readonly mutant?: Mutant;
  /** Where the bundle goes, absolute; it should end in .mjs. */
  readonly outfile: string;
}

/**
 * Makes one file of a program for Node and all it imports, so that it starts at once and stays as it is whatever happens
 * to the sources meanwhile.
 *
 * @param entry from the root of the repository.
 * @throws Error when it does not compile, or the bug has lost its place in the source.
 */
export async function bundle(entry: string, options: BundleOptions): Promise<void> {
  const { mutant, outfile } = options;
  const planted = new Set<string>();
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "silent",
    plugins: mutant === undefined ? [] : [planter(mutant, planted)],
  });
  if (mutant === undefined) return;
  const lost = patchesOf(mutant).find(({ file }) => !planted.has(file));
  if (lost !== undefined) throw new Error(`${mutant.name}: ${entry} does not import ${lost.file}`);
}

/** Changes sources as they are read. */
function planter(mutant: Mutant, planted: Set<string>): Plugin {
  const files = new Set(patchesOf(mutant).map(({ file }) => file));
  return {
    name: "plant",
    setup: (bundling) => {
      bundling.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(root, path).split(sep).join("/");
        if (!files.has(file)) return undefined;
        planted.add(file);
        return { contents: plant(mutant, file, await readFile(path, "utf8")), loader: "ts" };
      });
    },
  };
}
