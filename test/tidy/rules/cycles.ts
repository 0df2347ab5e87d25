import { importsOf } from "../imports.ts";
import { isUnder } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

/** A cycle through this file, as the paths along it, or undefined. Types count too: who knows whom is the question. */
function cycleFrom(start: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const roads = [[start]];
  const seen = new Set<string>();
  for (let road = roads.shift(); road !== undefined; road = roads.shift()) {
    const last = road.at(-1) ?? start;
    for (const next of graph.get(last) ?? []) {
      if (next === start) return [...road, start];
      if (seen.has(next)) continue;
      seen.add(next);
      roads.push([...road, next]);
    }
  }
  return undefined;
}

function check(sources: readonly Source[]): readonly Finding[] {
  const files = sources.filter((file) => isUnder(file.path, "src/"));
  const graph = new Map(files.map((file) => [file.path, importsOf(file).map((item) => item.target)]));
  return files.flatMap((file) => {
    const cycle = cycleFrom(file.path, graph);
    return cycle === undefined ? [] : [{ path: file.path, line: 1, message: `import cycle: ${cycle.join(" -> ")}` }];
  });
}

/** Style: what can be read alone can be changed alone. */
export const cycles: Rule = {
  law: "no file of src imports itself over any detour",
  check,
  broken: [
    {
      files: {
        "src/core/a.ts": 'import { b } from "./b.ts";\n',
        "src/core/b.ts": 'import type { C } from "./c.ts";\n',
        "src/core/c.ts": 'export { a } from "./a.ts";\n',
        "src/core/d.ts": 'import { a } from "./a.ts";\n',
      },
      found: ["src/core/a.ts:1", "src/core/b.ts:1", "src/core/c.ts:1"],
    },
  ],
  kept: [
    {
      "src/core/a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";\n',
      "src/core/b.ts": 'import { c } from "./c.ts";\n',
    },
  ],
};
