import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { source } from "./source.ts";
import type { Source } from "./source.ts";

/** The root of the repository, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What is not ours, or made by a tool. */
const skipped: ReadonlySet<string> = new Set(["node_modules", "dist", "coverage", ".git", "gen"]);
const text = /(?:\.(?:ts|json|ya?ml|md|proto|sh)|\/run|\/\.\w+)$/;

/** Every text of the repository that a person wrote. */
export function readTree(): readonly Source[] {
  return filesUnder(root)
    .filter((path) => text.test(path))
    .map((path) => source(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8")))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function filesUnder(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !skipped.has(entry.name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
}
