import { join } from "node:path";
import { expect, test } from "vitest";
import { runOver } from "./scratch.ts";
import { root } from "./tree.ts";

/** The linter's share of the laws: the rule, and code that it must refuse. */
const planted: Readonly<Record<string, string>> = {
  "no-explicit-any": "export const a: any = 1;",
  "no-non-null-assertion": "export const a = new Map<string, string>().get('a')!.length;",
  "ban-ts-comment": "// @ts-expect-error wrong\nexport const a: number = 'a';",
  "no-floating-promises":
    "async function f(): Promise<void> { await Promise.resolve(); }\nexport function g(): void { f(); }",
  "no-misused-promises":
    "export function f(a: number[]): void { a.forEach(async () => { await Promise.resolve(); }); }",
  "await-thenable": "export async function f(): Promise<void> { const a = 1; await a; }",
  "only-throw-error": "export function f(): void { throw 'a'; }",
  "no-unsafe-assignment": "export const a: number = JSON.parse('1');",
  "switch-exhaustiveness-check":
    "export function f(a: 'b' | 'c'): number { switch (a) { case 'b': return 1; } return 2; }",
  "prefer-readonly": "export class A { #b = 1; get(): number { return this.#b; } }",
  eqeqeq: "export const f = (a: number): boolean => a == 1;",
  "no-console": "console.log('a');",
  "no-default-export": "export default 1;",
  "prefer-node-protocol": "import { join } from 'path';\nexport const a = join('b');",
  "no-param-reassign": "export function f(a: number): number { a = 1; return a; }",
  "max-params": "export function f(a: 1, b: 2, c: 3, d: 4, e: 5): number { return a + b + c + d + e; }",
  "max-lines-per-function": `export function f(a: () => void): void {\n${"  a();\n".repeat(60)}}`,
  "max-lines": "// a\n".repeat(301),
  complexity: `export function f(a: number): void {\n${"  if (a > 1) f(a);\n".repeat(16)}}`,
};

const tsconfig = JSON.stringify({
  extends: join(root, "tsconfig.json"),
  include: ["src"],
  compilerOptions: { types: [] },
});

test("the linter refuses each planted violation, by the rule meant for it", () => {
  const files = Object.entries(planted).map(([rule, code]) => [`src/core/${rule}.ts`, `${code}\n`] as const);
  const args = ["--type-aware", "--deny-warnings", "-c", join(root, ".oxlintrc.json"), "-f", "unix", "src"];
  const { status, output } = runOver({ "tsconfig.json": tsconfig, ...Object.fromEntries(files) }, "oxlint", args);
  expect(status).toBe(1);
  const lines = output.split("\n");
  for (const rule of Object.keys(planted)) {
    const found = lines.some((line) => line.includes(`/${rule}.ts:`) && line.includes(`(${rule})`));
    expect(found, `${rule} in\n${output}`).toBe(true);
  }
});

test("the linter has nothing against sound code", () => {
  const files = {
    "tsconfig.json": tsconfig,
    "src/core/a.ts": "/** A. */\nexport const a = (b: number): boolean => b === 1;\n",
  };
  const args = ["--type-aware", "--deny-warnings", "-c", join(root, ".oxlintrc.json"), "src"];
  expect(runOver(files, "oxlint", args).status).toBe(0);
});
