import { findAll, isUnder } from "../source.ts";
import type { Ban, Finding, Rule, Source } from "../source.ts";

const everywhere = ["src/", "test/", "scripts/"];

const bans: readonly (Ban & { readonly where: readonly string[] })[] = [
  {
    pattern: /\bEventEmitter\b|\bEventTarget\b/g,
    message: "effects in the core, async iterators outside",
    where: ["src/"],
  },
  { pattern: /^[ \t]*export default\b/gm, message: "exports are named", where: everywhere },
  {
    pattern: /^[ \t]*(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|namespace)\s+\w+/gm,
    message: "a union of strings, or a module, says it without code of its own",
    where: everywhere,
  },
  {
    pattern: /\bclass\s+\w+(?:<[^{]*>)?\s+extends\s+(?!Error\b)\w+/g,
    message: "nothing is inherited but Error",
    where: ["src/"],
  },
  {
    pattern: /^[ \t]*(?:private|protected|public)\s(?!constructor)/gm,
    message: "hidden state is #private",
    where: everywhere,
  },
];
const later: Ban = { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/g, message: (word) => `${word}: do it, or open an issue` };

function check(file: Source): readonly Finding[] {
  const inCode = bans.filter((ban) => isUnder(file.path, ...ban.where)).flatMap((ban) => findAll(file, file.code, ban));
  return [...inCode, ...findAll(file, file.path.endsWith(".ts") ? file.comments : file.text, later)];
}

/** Style, points 5, 6, 7 and 10. */
export const words: Rule = {
  law: "nothing is left for later, emitted, inherited, enumerated or exported without a name",
  check: (sources) => sources.flatMap(check),
  broken: [
    { files: { "src/core/a.ts": "export const a = 1;\n// TODO: two\n" }, found: ["src/core/a.ts:2"] },
    { files: { "README.md": "# e3\n\nFIXME\n" }, found: ["README.md:3"] },
    {
      files: { "src/adapters/node/a.ts": 'import { EventEmitter } from "node:events";\n' },
      found: ["src/adapters/node/a.ts:1"],
    },
    { files: { "src/core/a.ts": "\nexport default 1;\n" }, found: ["src/core/a.ts:2"] },
    { files: { "src/core/a.ts": "export const enum Kind {\n  A,\n}\n" }, found: ["src/core/a.ts:1"] },
    { files: { "src/core/a.ts": "class A extends B {}\n" }, found: ["src/core/a.ts:1"] },
    { files: { "src/core/a.ts": "class A {\n  private a = 1;\n}\n" }, found: ["src/core/a.ts:2"] },
  ],
  kept: [
    {
      "src/core/a.ts": 'class A extends Error {}\nconst enumerate = "export default";\n// an enum of one kind\n',
      "src/core/b.ts": "function f<T extends B>(): void {}\n",
    },
  ],
};
