import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** All files under a path whose names end so, absolute and sorted; the path itself when it is a file, none when it is nothing. */
export function filesUnder(path: string, ending = ""): readonly string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return path.endsWith(ending) ? [path] : [];
  return readdirSync(path, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name), ending) : [join(path, entry.name)]))
    .filter((file) => file.endsWith(ending))
    .toSorted();
}

/** SHA-256 over names and contents of the files, hexadecimal. A directory stands for all files under it, named from there. */
export function digestOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    const base = existsSync(path) && statSync(path).isDirectory() ? path : root;
    for (const file of filesUnder(path))
      hash
        .update(`${relative(base, file)}\0`)
        .update(readFileSync(file))
        .update("\0");
  }
  return hash.digest("hex");
}
