import { expect, test } from "vitest";
import { aligned, short } from "../../../scripts/costs/text.ts";

test("numbers keep three digits that count", () => {
  expect([0.0412, 0.5, 3, 47.31, 99.96, 100.4, 12_345.6, Number.NaN].map(short)).toEqual([
    "0.0412",
    "0.5",
    "3",
    "47.3",
    "100",
    "100",
    "12,346",
    "",
  ]);
});

test("columns are as wide as their widest cell, names to the left and numbers to the right", () => {
  expect(
    aligned([
      ["cost", "n"],
      ["a", "100"],
    ]),
  ).toEqual(["| cost |   n |", "| ---- | --: |", "| a    | 100 |"]);
});
