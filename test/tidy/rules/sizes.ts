import { isUnder } from "../source.ts";
import type { Rule } from "../source.ts";

const linesMax = 300;

function lines(text: string): number {
  return text.endsWith("\n") ? text.split("\n").length - 1 : text.split("\n").length;
}

/** Style, point 1. Functions (60 lines) are measured by the linter, which has a parser: see test/tidy/lint.test.ts. */
export const sizes: Rule = {
  law: `no file is longer than ${linesMax} lines`,
  check: (sources) =>
    sources
      .filter((file) => isUnder(file.path, "src/", "test/", "scripts/", "proto/") && lines(file.text) > linesMax)
      .map((file) => ({
        path: file.path,
        line: linesMax + 1,
        message: `${lines(file.text)} lines, at most ${linesMax}`,
      })),
  broken: [{ files: { "src/core/a.ts": "//\n".repeat(linesMax + 1) }, found: [`src/core/a.ts:${linesMax + 1}`] }],
  kept: [{ "src/core/a.ts": "//\n".repeat(linesMax), "README.md": "\n".repeat(1_000) }],
};
