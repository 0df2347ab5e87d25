import { expect, test } from "vitest";
import { tableLines } from "../../src/cli/table.ts";

test("columns line up, whatever the width of their characters, and no line ends with a blank", () => {
  expect(
    tableLines([
      ["name", "id", "state"],
      ["李小龙", "7", "you"],
      ["a", "12345", ""],
    ]),
  ).toEqual(["name    id     state", "李小龙  7      you", "a       12345"]);
});

test("no rows are no lines", () => {
  expect(tableLines([])).toEqual([]);
});
