import { describe, expect, test } from "vitest";
import { rules } from "./rules/all.ts";
import { sources } from "./source.ts";
import type { Finding } from "./source.ts";
import { readTree } from "./tree.ts";

const tree = readTree();

function places(findings: readonly Finding[]): readonly string[] {
  return findings.map((finding) => `${finding.path}:${finding.line}`).toSorted();
}

test("the tree that is checked is the whole repository", () => {
  const paths = tree.map((file) => file.path);
  for (const path of [
    "package.json",
    "README.md",
    ".ci/run",
    "src/core/error.ts",
    "proto/e3/v1/link.proto",
    "test/tidy/tidy.test.ts",
  ]) {
    expect(paths).toContain(path);
  }
  expect(paths.filter((path) => path.includes("node_modules") || path.startsWith("src/gen/"))).toEqual([]);
});

describe.each(rules.map((rule) => [rule.law, rule] as const))("%s", (_law, rule) => {
  test("this repository keeps it", () => {
    expect(rule.check(tree).map((finding) => `${finding.path}:${finding.line} ${finding.message}`)).toEqual([]);
  });

  test("every planted violation is found, where it is", () => {
    expect(rule.broken.length).toBeGreaterThan(0);
    for (const sample of rule.broken)
      expect(places(rule.check(sources(sample.files)))).toEqual([...sample.found].toSorted());
  });

  test("what only looks like a violation is left alone", () => {
    expect(rule.kept.length).toBeGreaterThan(0);
    for (const files of rule.kept) expect(places(rule.check(sources(files)))).toEqual([]);
  });
});
