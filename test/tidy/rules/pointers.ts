import { findAll } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

const pointer = /(?<![\w./-])(?:src|test|scripts|proto)\/[\w./-]+\.(?:ts|md|proto|json)\b/g;

/** Prose of a file: its comments, or all of it where it is nothing but prose. */
function prose(file: Source): string {
  if (file.path.endsWith(".ts")) return file.comments;
  return /\.(?:md|proto|ya?ml)$/.test(file.path) ? file.text : "";
}

/** Generated files are not in the tree that is checked. */
function check(sources: readonly Source[]): readonly Finding[] {
  const known = new Set(sources.map((file) => file.path));
  return sources
    .filter((file) => !file.path.startsWith("test/tidy/"))
    .flatMap((file) => findAll(file, prose(file), { pattern: pointer, message: (word) => word }))
    .filter((finding) => !known.has(finding.message) && !finding.message.startsWith("src/gen/"))
    .map((finding) => ({ ...finding, message: `${finding.message} does not exist` }));
}

/** A comment or page that points nowhere is worse than none. */
export const pointers: Rule = {
  law: "files that comments and pages name exist",
  check,
  broken: [
    { files: { "src/core/a.ts": "/** Pinned by test/core/b.test.ts. */\n" }, found: ["src/core/a.ts:1"] },
    { files: { "README.md": "See\n[the map](src/README.md).\n" }, found: ["README.md:2"] },
  ],
  kept: [
    { "src/core/a.ts": '/** See src/core/a.ts. */\nconst b = "src/core/b.ts";\n', "src/README.md": "[a](core/a.ts)\n" },
  ],
};
