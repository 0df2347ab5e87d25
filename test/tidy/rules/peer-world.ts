import { findAll, isUnder } from "../source.ts";
import type { Rule } from "../source.ts";

const pattern =
  /(?<![.\w$#])(?:setTimeout|setInterval|setImmediate|performance|process)\b(?!\s*\??:)|\bMath\.random\b|\bDate\.now\b|\bnew Date\(\s*\)/g;

/** Design, laws 2 and 4: a simulator can stand in for the whole world of a peer. */
export const peerWorld: Rule = {
  law: "time, chance and the process reach the peer and the registry through their ports alone",
  check: (sources) =>
    sources
      .filter((file) => isUnder(file.path, "src/peer/", "src/registry/"))
      .flatMap((file) => findAll(file, file.code, { pattern, message: (word) => `${word}: use a port` })),
  broken: ["Date.now()", "new Date()", "Math.random()", "setTimeout(f, 1)", "process.pid"].map((code) => ({
    files: { "src/peer/a.ts": `export const a = ${code};\n` },
    found: ["src/peer/a.ts:1"],
  })),
  kept: [
    { "src/peer/a.ts": "export const a = new Date(sentAtMs);\n", "src/adapters/node/clock.ts": "setTimeout(f, 1);\n" },
  ],
};
