import { isUnder } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";

const rooms = ["core", "ports", "adapters", "peer", "registry", "testing", "cli"];
const ours = rooms.map((room) => `src/${room}/`);
const theirs = rooms.map((room) => `test/${room}/`);

/** Files without a test file of their own, and what tests them instead. */
const exceptions: Readonly<Record<string, string>> = {
  "src/cli/main.ts": "three lines that start the program: test/e2e runs it as a process",
  "src/core/limits.ts": "numbers: every test that meets a bound tests one",
  "src/core/read-limits.ts": "the same: a part of them",
  "src/core/session-limits.ts": "the same: a part of them",
  "src/core/spread-limits.ts": "the same: a part of them",
  "src/core/upkeep-limits.ts": "the same: a part of them",
};

/** Something runs: the file is more than types, and more than a name for another file's. */
const runs = /^(?:export )?(?:async )?(?:function|class|const|let)\b/m;

/** `test/core/outbox.properties.test.ts` is a test of `src/core/outbox.ts`. */
function testedBy(path: string): string {
  return path.replace(/^test\//, "src/").replace(/(\/[^./]+)\..*$/, "$1.ts");
}

function check(sources: readonly Source[]): readonly Finding[] {
  const files = sources.filter((file) => isUnder(file.path, ...ours) && file.path.endsWith(".ts"));
  const tests = sources.filter((file) => isUnder(file.path, ...theirs) && file.path.endsWith(".test.ts"));
  const tested = new Set(tests.map((file) => testedBy(file.path)));
  const known = new Set(files.map((file) => file.path));
  const untested = files.filter((file) => runs.test(file.code) && !tested.has(file.path) && !(file.path in exceptions));
  const orphans = tests.filter((file) => !known.has(testedBy(file.path)));
  return [
    ...untested.map((file) => ({
      path: file.path,
      line: 1,
      message: `no ${file.path.replace("src/", "test/").replace(/\.ts$/, ".test.ts")}`,
    })),
    ...orphans.map((file) => ({
      path: file.path,
      line: 1,
      message: `tests ${testedBy(file.path)}, which does not exist`,
    })),
  ];
}

/** Style, point 9: who knows a file knows where its tests are. */
export const mirror: Rule = {
  law: "tests mirror src, file by file",
  check,
  broken: [
    { files: { "src/core/a.ts": "export const a = 1;\n" }, found: ["src/core/a.ts:1"] },
    {
      files: { "src/adapters/lmdb/a.ts": "class A {}\n", "test/adapters/a.test.ts": "" },
      found: ["src/adapters/lmdb/a.ts:1", "test/adapters/a.test.ts:1"],
    },
  ],
  kept: [
    {
      "src/core/a.ts": "export class A {}\n",
      "test/core/a.properties.test.ts": "",
      "src/ports/b.ts": "export interface B {\n  c(): void;\n}\n",
      "src/cli/main.ts": "const a = 1;\n",
      "test/core/helper.ts": "export const a = 1;\n",
    },
  ],
};
