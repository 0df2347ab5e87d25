import { importsOf } from "../imports.ts";
import { isUnder } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

function check(file: Source): readonly Finding[] {
  const exports = importsOf(file).filter((item) => item.isExport);
  const star = exports.filter((item) => item.isStar);
  const barrel = new Set(exports.map((item) => item.target)).size > 1 ? exports.slice(0, 1) : [];
  return [
    ...star.map((item) => ({
      path: file.path,
      line: item.line,
      message: `export * from ${item.target}: name what is meant`,
    })),
    ...barrel.map((item) => ({ path: file.path, line: item.line, message: "a barrel: import from where things are" })),
  ];
}

/** Style, point 10. A port may pass on the one type of the core that it is; gathering several modules is a barrel. */
export const barrels: Rule = {
  law: "no file but src/index.ts gathers the exports of others",
  check: (sources) =>
    sources.filter((file) => isUnder(file.path, "src/") && file.path !== "src/index.ts").flatMap(check),
  broken: [
    {
      files: { "src/core/all.ts": 'export { a } from "./a.ts";\nexport { b } from "./b.ts";\n' },
      found: ["src/core/all.ts:1"],
    },
    {
      files: { "src/core/a.ts": 'import { b } from "./b.ts";\nexport * from "./c.ts";\n' },
      found: ["src/core/a.ts:2"],
    },
  ],
  kept: [
    {
      "src/index.ts": 'export { a } from "./core/a.ts";\nexport { b } from "./core/b.ts";\n',
      "src/ports/signer.ts": 'export type { Signer } from "../core/world.ts";\n',
    },
  ],
};
