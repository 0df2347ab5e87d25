import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBridgeDirectory } from "../../../src/adapters/node/bridge-directory.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

test("a directory is one bridge's until that lets it go", async () => {
  const path = join(await makeDirectory(), "bridges", "line");
  const first = await openBridgeDirectory(path);
  await expect(openBridgeDirectory(path)).rejects.toMatchObject({ code: "state-in-use" });
  await first.close();
  await first.close();
  const second = await openBridgeDirectory(path);
  expect(second.path).toBe(path);
  await second.close();
});

test("what is no directory cannot be one", async () => {
  const path = join(await makeDirectory(), "file");
  await writeFile(path, "");
  await expect(openBridgeDirectory(path)).rejects.toMatchObject({ code: "state-unreadable" });
});
