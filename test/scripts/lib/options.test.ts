import { expect, test } from "vitest";
import { firstComment, parseOptions } from "../../../scripts/lib/options.ts";

const kinds = { rounds: { unless: 5, min: 1, max: 100 }, sizes: [10, 100], svg: "", json: false } as const;

test("what is not given is as it is unless told otherwise", () => {
  expect(parseOptions([], kinds)).toEqual({ rounds: 5, sizes: [10, 100], svg: "", json: false });
});

test("what is given counts", () => {
  const words = ["--rounds", "7", "--sizes", "1,2", "--svg", "a.svg", "--json"];
  expect(parseOptions(words, kinds)).toEqual({ rounds: 7, sizes: [1, 2], svg: "a.svg", json: true });
  expect(parseOptions(["--sizes", ""], kinds).sizes).toEqual([]);
});

test.each([
  ["a word for a number", ["--rounds", "many"], "--rounds takes whole numbers from 1 to 100"],
  ["no number", ["--rounds", ""], "--rounds takes whole numbers from 1 to 100"],
  ["a number out of range", ["--rounds", "0"], "--rounds takes whole numbers from 1 to 100"],
  ["a list with a hole", ["--sizes", "1,,2"], "--sizes takes whole numbers"],
  ["an option that is not there", ["--fast"], "--fast"],
  ["a word that is no option", ["fast"], "fast"],
])("%s is refused in words", (_, words, sentence) => {
  expect(() => parseOptions(words, kinds)).toThrow(sentence);
});

test("the first comment of a source is its help, without the stars", () => {
  const source = '/**\n * What it does.\n *\n *     --json   as JSON\n */\nimport "x";\n/** Another. */\n';
  expect(firstComment(source)).toBe("What it does.\n\n    --json   as JSON");
});
