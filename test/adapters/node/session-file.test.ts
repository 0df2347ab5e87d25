import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openSessionFile, sessionFile } from "../../../src/adapters/node/session-file.ts";
import { sessionStoreContract, storedSession } from "../../contract/session-store.ts";
import { notedLog } from "../noted-log.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

sessionStoreContract("a session in a file", async () => openSessionFile(await makeDirectory()));

test("it is there after reopening, and nobody else can read it, whatever was there before", async () => {
  const directory = await makeDirectory();
  const path = join(directory, sessionFile);
  await writeFile(path, "");
  await chmod(path, 0o644);
  await openSessionFile(directory).save(storedSession());
  expect(await openSessionFile(directory).load()).toEqual(storedSession());
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a damaged one is logged, without what is in it, and counts as none", async () => {
  const directory = await makeDirectory();
  const path = join(directory, sessionFile);
  const store = openSessionFile(directory);
  await store.save(storedSession());
  const whole = await readFile(path, "utf8");
  const damages = [
    whole.slice(0, -9),
    "",
    "null",
    "[]",
    whole.replace('"format":1', '"format":2'),
    whole.replace(/"id":"\d+"/, '"id":"x"'),
    whole.replace('"token":"a token"', '"token":7'),
    whole.replace('"address":"127.0.0.1:8082"', '"address":7'),
    whole.replace('"heartbeatMs":60000', '"heartbeatMs":"1"'),
    `{"x":"${"x".repeat(100_000)}"}`,
  ];
  for (const damage of damages) {
    const { log, lines } = notedLog();
    await writeFile(path, damage);
    expect(await openSessionFile(directory, log).load()).toBeUndefined();
    expect(lines.map(({ level }) => level)).toEqual(["error"]);
    expect(JSON.stringify(lines)).not.toContain("a token");
  }
});

test("what the system refuses is told", async () => {
  const directory = await makeDirectory();
  await mkdir(join(directory, sessionFile));
  await expect(openSessionFile(directory).load()).rejects.toMatchObject({ code: "state-unreadable" });
  await expect(openSessionFile(directory).save(storedSession())).rejects.toMatchObject({ code: "store-failed" });
});
