import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { markerFile, openStateDirectory } from "../../../src/adapters/node/state-directory.ts";
import { nextLine, startChild } from "../child.ts";
import { failureOf } from "../failure.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

async function openAndClose(path: string): Promise<void> {
  const directory = await openStateDirectory(path);
  await directory.close();
}

test("an absent directory is made with its parents, for its owner alone, and marked", async () => {
  const path = join(await makeDirectory(), "a", "b");
  const directory = await openStateDirectory(path);
  expect(directory.path).toBe(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await stat(join(path, ".."))).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(join(path, markerFile), "utf8"))).toEqual({ format: 1 });
  await directory.close();
  expect(await readdir(path)).toEqual([markerFile]);
});

test("an empty directory is taken, and closed to others", async () => {
  const path = await makeDirectory();
  await chmod(path, 0o755);
  await openAndClose(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test("it can be opened again, whatever a peer has put into it", async () => {
  const path = await makeDirectory();
  await openAndClose(path);
  await writeFile(join(path, "store.mdb"), "");
  await expect(openAndClose(path)).resolves.toBeUndefined();
});

test("one whose first start was cut short is taken", async () => {
  const path = await makeDirectory();
  await writeFile(join(path, `${markerFile}.tmp`), "");
  await writeFile(join(path, "e3-state.pid"), "1\n");
  await expect(openAndClose(path)).resolves.toBeUndefined();
});

describe("what is not ours is refused and left as it was", () => {
  test("a file", async () => {
    const path = join(await makeDirectory(), "file");
    await writeFile(path, "");
    for (const given of [path, join(path, "below")]) {
      const failure = await failureOf(openStateDirectory(given));
      expect(failure).toMatch(/^state-unreadable: /);
      expect(failure).toContain("give a directory");
    }
  });

  test("a directory with other things in it, naming some", async () => {
    const path = await makeDirectory();
    for (const name of ["d", "b", "a", "c\n"]) await writeFile(join(path, name), "");
    await chmod(path, 0o755);
    await expect(openStateDirectory(path)).rejects.toMatchObject({
      code: "state-foreign",
      message: `${path} holds "a", "b", "c\\n" and 1 more, but no ${markerFile}: it is not a peer's state; give an empty or new directory`,
    });
    expect((await readdir(path)).sort()).toEqual(["a", "b", "c\n", "d"]);
    expect((await stat(path)).mode & 0o777).toBe(0o755);
  });

  test("a directory of a newer version", async () => {
    const path = await makeDirectory();
    await writeFile(join(path, markerFile), '{"format":2,"more":true}');
    const failure = await failureOf(openStateDirectory(path));
    expect(failure).toMatch(/^store-newer: /);
    expect(failure).toContain("format 2");
    expect(await readFile(join(path, markerFile), "utf8")).toBe('{"format":2,"more":true}');
  });

  test.each([
    "",
    "{",
    "[]",
    "null",
    '{"format":"1"}',
    '{"format":0}',
    '{"format":1.5}',
    `{"format":1${" ".repeat(5_000)}}`,
  ])("a directory with the marker %j", async (text) => {
    const path = await makeDirectory();
    await writeFile(join(path, markerFile), text);
    const failure = await failureOf(openStateDirectory(path));
    expect(failure).toMatch(/^state-unreadable: /);
    expect(failure).toContain("damaged");
  });

  // Skipped: root may do anything, so there is nothing to refuse.
  test.skipIf(process.getuid?.() === 0)("a directory that this user may not write", async () => {
    const path = await makeDirectory();
    await mkdir(join(path, "closed"), { mode: 0o500 });
    await expect(openStateDirectory(join(path, "closed"))).rejects.toMatchObject({ code: "state-unreadable" });
    await expect(openStateDirectory(join(path, "closed", "below"))).rejects.toMatchObject({ code: "state-unreadable" });
  });

  test("a place where nothing can be made", async () => {
    await expect(openStateDirectory("/dev/null/below")).rejects.toMatchObject({ code: "state-unreadable" });
  });
});

describe("one peer at a time", () => {
  test("a second opening in the same process is refused until the first is closed", async () => {
    const path = await makeDirectory();
    const first = await openStateDirectory(path);
    const failure = await failureOf(openStateDirectory(join(path, ".")));
    expect(failure).toMatch(/^state-in-use: /);
    expect(failure).toContain("in use by this process");
    await first.close();
    await first.close();
    await expect(openAndClose(path)).resolves.toBeUndefined();
  });

  test("of many openings at once exactly one succeeds", async () => {
    const path = await makeDirectory();
    const openings = await Promise.allSettled(Array.from({ length: 10 }, () => openStateDirectory(path)));
    const opened = openings.flatMap((opening) => (opening.status === "fulfilled" ? [opening.value] : []));
    expect(opened).toHaveLength(1);
    await Promise.all(opened.map((directory) => directory.close()));
  });

  test("another process is named, and its kill frees the directory at once", async () => {
    const path = await makeDirectory();
    const child = startChild(new URL("hold-directory.ts", import.meta.url), [path]);
    expect(await nextLine(child)).toBe("held");
    const failure = await failureOf(openStateDirectory(path));
    expect(failure).toMatch(/^state-in-use: /);
    expect(failure).toContain(`in use by process ${child.process.pid}`);
    child.process.kill("SIGKILL");
    expect(await child.ended).toBe("SIGKILL");
    await expect(openAndClose(path)).resolves.toBeUndefined();
  });

  test("a refused directory is free again", async () => {
    const path = await makeDirectory();
    await writeFile(join(path, markerFile), "{");
    await expect(openStateDirectory(path)).rejects.toMatchObject({ code: "state-unreadable" });
    await expect(openStateDirectory(path)).rejects.toMatchObject({ code: "state-unreadable" });
  });
});
