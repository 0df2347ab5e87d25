import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { version } from "../src/version.ts";

test("the version is the one of the package", async () => {
  const manifest: unknown = JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8"));
  expect(manifest).toMatchObject({ name: "e3-mesh", version });
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
});
