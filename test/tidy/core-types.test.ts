import { join } from "node:path";
import { expect, test } from "vitest";
import { runOver } from "./scratch.ts";
import { root } from "./tree.ts";

/** Each of these is fine with the types of Node or the DOM, and unknown without. */
const planted: Readonly<Record<string, string>> = {
  process: "process.exit(1);",
  buffer: "Buffer.from('a');",
  timer: "setTimeout(() => undefined, 1);",
  encoder: "new TextEncoder();",
  clock: "performance.now();",
  network: "void fetch('a');",
  console: "console.log('a');",
  module: "import { readFile } from 'node:fs';\nvoid readFile;",
};

const tsconfig = JSON.stringify({ extends: join(root, "tsconfig.core.json"), include: ["src"] });

test("the core's compiler knows no Node and no DOM", () => {
  const files = Object.entries(planted).map(([name, code]) => [`src/${name}.ts`, `${code}\nexport {};\n`] as const);
  const frame = { "package.json": '{ "type": "module" }', "tsconfig.json": tsconfig };
  const sound = { "src/sound.ts": "export const a = new Map<bigint, Uint8Array>();\n" };
  const tree = { ...frame, ...sound, ...Object.fromEntries(files) };
  const { status, output } = runOver(tree, "tsc", ["-p", "tsconfig.json"]);
  expect(status).not.toBe(0);
  for (const name of Object.keys(planted)) expect(output).toMatch(new RegExp(String.raw`^src/${name}\.ts\(1,`, "m"));
  expect(output).not.toContain("sound.ts");
});
