import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { transform } from "esbuild";
import { describe, expect, test } from "vitest";
import { root } from "../../scripts/lib/tree.ts";
import { mutants } from "./mutants/all.ts";
import { patchesOf, plant, type Mutant } from "./mutants/mutant.ts";

const sample: Mutant = {
  name: "sample",
  says: "Nothing adds up.",
  file: "src/core/a.ts",
  find: "1 + 1",
  replace: "$& - $1",
  breaks: "sums",
};

describe("planted bugs", () => {
  test("are told apart by their names", () => {
    const names = mutants.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z]+(?:-[a-z]+)*$/.test(name))).toEqual([]);
  });

  test("are enough to say something of the simulator, and each says what it is in a sentence", () => {
    expect(mutants.length).toBeGreaterThanOrEqual(40);
    expect(mutants.filter(({ says, breaks }) => !/^[A-Z].*\.$/.test(says) || breaks === "")).toEqual([]);
  });

  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    "%s has its place in the source, and leaves a program there",
    async (_name, mutant) => {
      for (const file of new Set(patchesOf(mutant).map((patch) => patch.file))) {
        const text = await readFile(join(root, file), "utf8");
        const planted = plant(mutant, file, text);
        expect(planted).not.toBe(text);
        await transform(planted, { loader: "ts" });
      }
    },
  );
});

describe("planting", () => {
  test("changes one place, to the letter", () => {
    expect(plant(sample, "src/core/a.ts", "const two = 1 + 1;")).toBe("const two = $& - $1;");
  });

  test("changes every file that the bug is spread over, and no other", () => {
    const spread = { ...sample, also: [{ file: "src/core/b.ts", find: "2", replace: "3" }] };
    expect(plant(spread, "src/core/b.ts", "1 + 1 + 2")).toBe("1 + 1 + 3");
    expect(plant(spread, "src/core/c.ts", "1 + 1 + 2")).toBe("1 + 1 + 2");
  });

  test("fails when the source has moved on", () => {
    expect(() => plant(sample, "src/core/a.ts", "const two = 2;")).toThrow("sample: src/core/a.ts has 0 times");
    expect(() => plant(sample, "src/core/a.ts", "1 + 1 + 1 + 1")).toThrow("sample: src/core/a.ts has 2 times");
  });
});
