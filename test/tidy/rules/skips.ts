import { isUnder, lineOf } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

const pattern = /\b(?:test|it|describe|suite|bench)(?:\.\w+)*\.(only|skip|skipIf|runIf|todo|fails)\b/g;
/** On the line before: `// Skipped: why`. */
const reason = /^\s*\/\/ Skipped: \S+/;

function check(file: Source): readonly Finding[] {
  const lines = file.text.split("\n");
  return [...file.code.matchAll(pattern)].flatMap((match) => {
    const line = lineOf(file.code, match.index);
    const isNamed = match[1] !== "only" && match[1] !== "todo" && reason.test(lines[line - 2] ?? "");
    return isNamed
      ? []
      : [{ path: file.path, line, message: `${match[0]} without "// Skipped: why" on the line before` }];
  });
}

/** A green run says that everything ran, or names what did not. */
export const skips: Rule = {
  law: "no test is singled out, and none is skipped without a reason",
  check: (sources) => sources.filter((file) => isUnder(file.path, "test/")).flatMap(check),
  broken: [
    { files: { "test/core/a.test.ts": 'test.only("a", f);\n' }, found: ["test/core/a.test.ts:1"] },
    { files: { "test/core/a.test.ts": '// Slow.\ntest.skip("a", f);\n' }, found: ["test/core/a.test.ts:2"] },
    {
      files: { "test/core/a.test.ts": '// Skipped: it fails\ndescribe.only("a", f);\n' },
      found: ["test/core/a.test.ts:2"],
    },
  ],
  kept: [
    { "test/core/a.test.ts": '// Skipped: no tmux on this machine\ntest.skipIf(!tmux)("a", f);\nrange.skip(1);\n' },
  ],
};
