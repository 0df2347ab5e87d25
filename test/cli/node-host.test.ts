import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nodeHost } from "../../src/cli/node-host.ts";

test("the version is that of the package", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
  expect(nodeHost.version()).toBe(manifest.version);
});

test("the log writes where it is told, nothing below its level", async () => {
  let lines = "";
  const log = await nodeHost.createLog("warn", { write: (line) => void (lines += line) });
  log.info("quiet");
  log.warn("loud");
  expect(lines).toContain("loud");
  expect(lines).not.toContain("quiet");
});
