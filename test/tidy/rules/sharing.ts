import { findAll, isUnder } from "../source.ts";
import type { Rule } from "../source.ts";

const lasting = {
  pattern: /\bvi\.(?:mock|doMock|setConfig|stubGlobal)\b|\bprocess\.chdir\b/g,
  message: (word: string) => `${word} outlasts the file, and files share a worker; give what is tested what it needs`,
};
const hooks = {
  pattern: /^(?:before|after)(?:All|Each)\(/gm,
  message:
    "a helper is loaded once for all files that share a worker; register this in a function that each of them calls",
};

/** What vitest.config.ts relies on, which does not isolate these files from each other. */
export const sharing: Rule = {
  law: "tests outside test/e2e leave nothing behind for other files",
  check: (sources) =>
    sources
      .filter(({ path }) => isUnder(path, "test/") && !isUnder(path, "test/e2e/", "test/tidy/"))
      .flatMap((file) => [
        ...findAll(file, file.code, lasting),
        ...(file.path.endsWith(".test.ts") ? [] : findAll(file, file.code, hooks)),
      ]),
  broken: [
    { files: { "test/core/a.test.ts": "vi.setConfig({ testTimeout: 1 });\n" }, found: ["test/core/a.test.ts:1"] },
    {
      files: { "test/cli/a.test.ts": '\nvi.mock("./a.ts");\nprocess.chdir(b);\n' },
      found: ["test/cli/a.test.ts:2", "test/cli/a.test.ts:3"],
    },
    { files: { "test/peer/world.ts": "const a = 1;\nafterAll(() => a.close());\n" }, found: ["test/peer/world.ts:2"] },
  ],
  kept: [
    {
      "test/e2e/a.test.ts": "vi.setConfig({ testTimeout: 1 });\n",
      "test/core/a.test.ts": "afterEach(() => vi.unstubAllEnvs());\n",
      "test/peer/world.ts": "export function useWorld() {\n  afterEach(close);\n}\n// vi.mock(a)\n",
    },
  ],
};
