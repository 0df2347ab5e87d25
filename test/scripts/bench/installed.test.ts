import { expect, test } from "vitest";
import { installed, nodeFrom, onPath, versionOf } from "../../../scripts/bench/installed.ts";

test("what is there has no reason to be skipped", () => {
  expect(installed("vitest")).toBeUndefined();
  expect(nodeFrom(20)).toBeUndefined();
  expect(onPath("sh")).toBeUndefined();
});

test("what is missing is named", () => {
  expect(installed("@e3/no-such-package")).toBe("the package @e3/no-such-package is not installed");
  expect(nodeFrom(900)).toContain("it needs Node 900 or later");
  expect(onPath("no-such-program")).toBe("no-such-program is not on the PATH");
  expect(versionOf("no-such-program")).toBeUndefined();
});
