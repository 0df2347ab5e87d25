import { findAll, isUnder } from "../source.ts";
import type { Rule } from "../source.ts";

const pattern =
  /(?<![.\w$#])(?:setTimeout|setInterval|setImmediate)\s*\(|\bAbortSignal\.timeout\b|\bvi\.(?:waitFor|waitUntil)\b|\bAtomics\.wait\b/g;
const message = "a test waits for what happens, not for time";
const timerModule = /from "(?:node:)?timers(?:\/promises)?"/g;

/** Style, point 9: a test that waits for time is slow on a quiet machine and wrong on a busy one. */
export const waiting: Rule = {
  law: "tests outside test/e2e wait for events, never for time",
  check: (sources) =>
    sources
      .filter((file) => isUnder(file.path, "test/") && !isUnder(file.path, "test/e2e/", "test/tidy/"))
      .flatMap((file) => [
        ...findAll(file, file.code, { pattern, message }),
        ...findAll(file, file.text, { pattern: timerModule, message }),
      ]),
  broken: [
    {
      files: { "test/core/a.test.ts": "await new Promise((r) => setTimeout(r, 5));\n" },
      found: ["test/core/a.test.ts:1"],
    },
    { files: { "test/core/a.test.ts": "await vi.waitFor(f);\n" }, found: ["test/core/a.test.ts:1"] },
    {
      files: { "test/core/a.test.ts": '\nimport { setTimeout } from "node:timers/promises";\n' },
      found: ["test/core/a.test.ts:2"],
    },
  ],
  kept: [
    { "test/e2e/a.test.ts": "setTimeout(f, 1);\n", "test/core/a.test.ts": "clock.setTimeout(f);\n// setTimeout(f)\n" },
  ],
};
