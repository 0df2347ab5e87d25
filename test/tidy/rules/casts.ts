import { findAll, isUnder } from "../source.ts";
import type { Ban, Finding, Rule, Source } from "../source.ts";

const suppression: Ban = {
  pattern:
    /@ts-(?:ignore|expect-error|nocheck)|(?:eslint|oxlint|biome|tslint)-(?:disable|ignore)|(?:v8|c8|istanbul) ignore/g,
  message: (word) => `${word}: mend the cause`,
};
const cast: Ban = { pattern: /\bas\s+(?!const\b)/g, message: "cast outside src/adapters: narrow the type instead" };
/** `import { a as b }` and `export * as c` rename; they do not cast. */
const renames = /^[ \t]*(?:import|export)\b[^;()=]*?(?:\bfrom\b|\};?$)/gm;

function check(file: Source): readonly Finding[] {
  const findings = [...findAll(file, file.comments, suppression)];
  // A cast says "trust me"; at the edge to foreign code that can be the truth.
  if (isUnder(file.path, "src/") && !isUnder(file.path, "src/adapters/")) {
    const code = file.code.replaceAll(renames, (match) => match.replaceAll(/\S/g, " "));
    findings.push(...findAll(file, code, cast));
  }
  return findings;
}

/** Style, point 5. `any` and `!` are the linter's: see test/tidy/lint.test.ts. */
export const casts: Rule = {
  law: "compiler and linter are never told to look away, and nothing is cast outside the adapters",
  check: (sources) => sources.filter((file) => file.path.endsWith(".ts")).flatMap(check),
  broken: [
    { files: { "src/core/a.ts": "const a = `${b as string}`;\n" }, found: ["src/core/a.ts:1"] },
    { files: { "scripts/a.ts": "// @ts-ignore it is fine\nf();\n" }, found: ["scripts/a.ts:1"] },
    { files: { "src/core/a.ts": "/* oxlint-disable */\n" }, found: ["src/core/a.ts:1"] },
  ],
  kept: [
    {
      "src/core/a.ts":
        'import { a as b } from "./b.ts";\nexport * as c from "./c.ts";\nimport {\n  d as e,\n} from "./d.ts";\n' +
        'export { b as f };\n// as you like\nconst g = "as it is";\nconst h = [1] as const;\n',
      "src/adapters/lmdb/a.ts": "const a = b as string;\n",
      "test/core/a.test.ts": "const a = b as string;\n",
    },
  ],
};
