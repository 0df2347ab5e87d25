import { expect, test } from "vitest";
import { styled } from "../../src/cli/styles.ts";

test("a style begins before the text and ends behind it, and leaves others as they are", () => {
  expect(styled("bold", "ready")).toBe("\u001b[1mready\u001b[22m");
  expect(styled("red", `no ${styled("bold", "way")} out`)).toBe("\u001b[31mno \u001b[1mway\u001b[22m out\u001b[39m");
});
