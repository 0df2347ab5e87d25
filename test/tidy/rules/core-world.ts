import { findAll, isUnder } from "../source.ts";
import type { Rule } from "../source.ts";

/** Names of a world outside, wherever they are not a property of something else. The last three: the core answers at once. */
const outside =
  "Date performance setTimeout setInterval setImmediate queueMicrotask process Buffer console fetch TextEncoder TextDecoder " +
  "crypto globalThis require Intl Promise async await";

const pattern = new RegExp(
  String.raw`(?<![.\w$#])(?:${outside.replaceAll(" ", "|")})\b(?!\s*\??:)|\bMath\.random\b|\.(?:localeCompare|toLocale\w+)\b`,
  "g",
);

const planted = [
  "Date.now()",
  "new Date(0)",
  "Math.random()",
  "setTimeout(f, 1)",
  "queueMicrotask(f)",
  "performance.now()",
  "process.exit(1)",
  'Buffer.from("a")',
  'console.log("a")',
  'fetch("a")',
  "new TextEncoder()",
  "globalThis.x",
  "async () => 1",
  'a.localeCompare("b")',
];

/** Design, laws 1 and 2: the core is a function of its events. */
export const coreWorld: Rule = {
  law: "the core has no clock, chance, timer, I/O, promise of an answer or locale",
  check: (sources) =>
    sources
      .filter((file) => isUnder(file.path, "src/core/"))
      .flatMap((file) =>
        findAll(file, file.code, { pattern, message: (word) => `${word} in the core: make it an effect` }),
      ),
  broken: planted.map((code) => ({
    files: { "src/core/a.ts": `/** A. */\nexport const a = ${code};\n` },
    found: ["src/core/a.ts:2"],
  })),
  kept: [
    {
      "src/core/a.ts":
        "// Date.now() is not asked here\nexport const a = { process: 1 };\nlink.fetch(a.process, `setTimeout`);\n",
      "src/adapters/node/clock.ts": "export const nowMs = () => Date.now();\n",
    },
  ],
};
