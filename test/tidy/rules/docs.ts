import { isUnder, lineOf } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

const exported =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|interface|type|const|let)\s+(\w+)/gm;

/** Whether what stands right above a place, blank lines apart, is a docstring. */
export function hasDocstring(file: Source, at: number): boolean {
  const before = file.text.slice(0, at).trimEnd();
  return before.endsWith("*/") && before.slice(before.lastIndexOf("/*")).startsWith("/**");
}

/** The second and later signatures of one name share the docstring of the first. */
function checkFile(file: Source): readonly Finding[] {
  const seen = new Set<string>();
  return [...file.code.matchAll(exported)].flatMap((match) => {
    const name = match[1] ?? "";
    if (seen.has(name) || hasDocstring(file, match.index)) {
      seen.add(name);
      return [];
    }
    return [
      { path: file.path, line: lineOf(file.code, match.index), message: `${name} is exported without a docstring` },
    ];
  });
}

/** Style, point 8. */
export const docs: Rule = {
  law: "every export of src has a docstring",
  check: (sources) =>
    sources.filter((file) => isUnder(file.path, "src/") && file.path.endsWith(".ts")).flatMap(checkFile),
  broken: [
    { files: { "src/core/a.ts": "/** A. */\nexport const a = 1;\nexport const b = 2;\n" }, found: ["src/core/a.ts:3"] },
    { files: { "src/core/a.ts": "// A.\nexport async function a(): Promise<void> {}\n" }, found: ["src/core/a.ts:2"] },
    { files: { "src/core/a.ts": "/* A. */\nexport interface A {}\n" }, found: ["src/core/a.ts:2"] },
    { files: { "src/core/a.ts": "/** A. */\nconst a = 1;\nexport type A = typeof a;\n" }, found: ["src/core/a.ts:3"] },
  ],
  kept: [
    {
      "src/core/a.ts": "/** A. */\nexport const a = 1;\n\n/**\n * B.\n */\n\nexport class B {}\n",
      "src/core/b.ts": "/** F. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;\n",
      "src/ports/c.ts": 'export type { C } from "../core/c.ts";\n',
      "test/a.ts": "export const a = 1;\n",
    },
  ],
};
