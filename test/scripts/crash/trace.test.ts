import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Trace } from "../../../scripts/crash/trace.ts";
import { temporaryDirectories } from "../../adapters/temporary.ts";

const makeDirectory = temporaryDirectories();

async function traceOf(...lines: readonly string[]): Promise<Trace> {
  const path = join(await makeDirectory(), "trace");
  await writeFile(path, `${lines.join("\n")}\n`);
  return new Trace(path);
}

const before = [
  '10 openat(AT_FDCWD</here>, "/state/key", O_RDONLY) = 20</state/key>',
  '10 pwrite64(22</state/store.mdb>, ""..., 4096, 8192) = 4096',
  '11 pwrite64(22</state/store.mdb>, ""..., 4096, 8192) = 4096',
  "11 fdatasync(22</state/store.mdb> <unfinished ...>",
  '10 pwrite64(22</state/store.mdb>, ""..., 4096, 8192) = 4096',
  "11 <... fdatasync resumed>)           = 0",
];

test("a process killed on entering a call is known by the call that never returned", async () => {
  const trace = await traceOf(
    ...before,
    '10 pwrite64(23</state/store.mdb>, ""..., 128, 4136 <unfinished ...>',
    "11 +++ killed by SIGKILL +++",
    "10 <... pwrite64 resumed>)           = ?",
    "10 +++ killed by SIGKILL +++",
  );
  expect(trace.killedAt("pwrite64", 3)).toMatchObject({ thread: "10", call: "pwrite64", nth: 3, file: "store.mdb" });
  // Made, and returned from.
  expect(trace.killedAt("pwrite64", 2)).toBeUndefined();
  expect(trace.killedAt("fdatasync", 1)).toBeUndefined();
});

test("a process that was killed at another moment was not hit", async () => {
  const trace = await traceOf(...before, "11 +++ killed by SIGKILL +++", "10 +++ killed by SIGKILL +++");
  expect(trace.isKilled).toBe(true);
  expect(trace.killedAt("pwrite64", 3)).toBeUndefined();
});

test("calls are counted for each thread, as strace counts them", async () => {
  const trace = await traceOf(...before);
  expect(trace.isKilled).toBe(false);
  expect([...trace.most()]).toEqual([
    ["openat", 1],
    ["pwrite64", 2],
    ["fdatasync", 1],
  ]);
  expect(trace.calls.map(({ file }) => file)).toEqual(["key", ...Array<string>(4).fill("store.mdb")]);
});

test("a call that was made to fail says so", async () => {
  const trace = await traceOf("10 fdatasync(22</state/store.mdb>) = -1 EIO (Input/output error) (INJECTED)");
  expect(trace.calls[0]?.result).toBe("-1 EIO (Input/output error) (INJECTED)");
});
