import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { markerFile, openStateDirectory, type StateKind } from "../../../src/adapters/node/state-directory.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

test("a registry's directory says that it is one", async () => {
  const path = await makeDirectory();
  await (await openStateDirectory(path, "registry")).close();
  expect(JSON.parse(await readFile(join(path, markerFile), "utf8"))).toEqual({ format: 1, kind: "registry" });
  await (await openStateDirectory(path, "registry")).close();
});

test.each<[StateKind, StateKind]>([
  ["peer", "registry"],
  ["registry", "peer"],
])("the directory of a %s is not taken for a %s's, and stays free", async (own, other) => {
  const path = await makeDirectory();
  await (await openStateDirectory(path, own)).close();
  const refusal = { code: "state-foreign", message: expect.stringContaining(`not the state of a ${other}`) as string };
  await expect(openStateDirectory(path, other)).rejects.toMatchObject(refusal);
  await (await openStateDirectory(path, own)).close();
});
