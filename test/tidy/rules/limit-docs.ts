import { lineOf } from "../source.ts";
import type { Finding, Rule, Source } from "../source.ts";
import { hasDocstring } from "./docs.ts";

const member = /^ {2}(?:readonly )?(\w+)\??:/gm;

function check(file: Source): readonly Finding[] {
  const start = file.code.indexOf("export interface Limits");
  const end = file.code.indexOf("\n}", start);
  return [...file.code.matchAll(member)]
    .filter((match) => match.index > start && match.index < end && !hasDocstring(file, match.index))
    .map((match) => ({
      path: file.path,
      line: lineOf(file.code, match.index),
      message: `${match[1] ?? ""} has no docstring`,
    }));
}

/** Design, law 6: every bound has unit, default and reason; an editor shows them where it is used. */
export const limitDocs: Rule = {
  law: "every limit has a docstring of its own",
  check: (sources) => sources.filter((file) => file.path === "src/core/limits.ts").flatMap(check),
  broken: [
    {
      files: {
        "src/core/limits.ts":
          "/** L. */\nexport interface Limits {\n  /** A. */\n  readonly a: number;\n  readonly b: number;\n}\n",
      },
      found: ["src/core/limits.ts:5"],
    },
  ],
  kept: [
    {
      "src/core/limits.ts":
        "/** L. */\nexport interface Limits {\n  /** A. */\n  readonly a: number;\n}\n/** D. */\nexport const defaultLimits = {\n  a: 1,\n};\n",
    },
  ],
};
