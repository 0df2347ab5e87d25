import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { flags, logLevels, textOptions } from "../../src/cli/option-table.ts";
import { chatOptions } from "../../src/cli/options.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { idMax } from "../../src/core/ids.ts";

test("the help of each option names its range and default", () => {
  expect(textOptions["desired-id"].describe).toContain(`1 to ${idMax}`);
  expect(textOptions.name.describe).toContain(`at most ${defaultLimits.advertTextBytesMax} bytes`);
  for (const level of logLevels) expect(textOptions["log-level"].describe).toContain(level);
  for (const { describe, standard } of Object.values(textOptions)) {
    expect(standard !== undefined || describe.includes("Default: ")).toBe(true);
  }
  for (const describe of Object.values(flags)) expect(describe).not.toBe("");
});

test("the log level shown as standard is the one that stands", async () => {
  const asked = await parseArguments(["127.0.0.1:8081"], "1.2.3");
  expect(asked.kind === "chat" && chatOptions(asked.options).logLevel).toBe(textOptions["log-level"].standard);
});
