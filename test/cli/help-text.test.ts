import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { examples, summary, usage } from "../../src/cli/help-text.ts";
import { chatOptions } from "../../src/cli/options.ts";

test("every line fits into 80 columns", () => {
  for (const line of `${usage}\n${summary}\n${examples}`.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});

test("the examples are command lines that e3 understands", async () => {
  const lines = examples.split("\n").filter((line) => line.startsWith("  e3 "));
  expect(lines.length).toBe(3);
  for (const line of lines) {
    const asked = await parseArguments(line.trim().split(" ").slice(1), "1.2.3");
    expect(asked.kind === "chat" && chatOptions(asked.options).peer.desiredId).toBeTypeOf("bigint");
  }
});
