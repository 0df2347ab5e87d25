import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openShownCursor, shownFile } from "../../../src/adapters/node/shown-cursor.ts";
import { shownCursorContract } from "../../contract/shown-cursor.ts";
import { nextLine, startChild } from "../child.ts";
import { notedLog } from "../noted-log.ts";
import { temporaryDirectories } from "../temporary.ts";

const makeDirectory = temporaryDirectories();

shownCursorContract("the shown cursor in a file", async () => openShownCursor(await makeDirectory()));

/** What the directory's cursor says when it is opened anew. */
function reopened(directory: string): bigint {
  const shown = openShownCursor(directory);
  shown.close();
  return shown.get();
}

async function directoryWith(...cursors: readonly bigint[]): Promise<string> {
  const directory = await makeDirectory();
  const shown = openShownCursor(directory);
  for (const cursor of cursors) shown.set(cursor);
  shown.close();
  return directory;
}

test("it is there after reopening, however often it was set", async () => {
  for (const cursors of [[4n], [4n, 5n], [4n, 5n, 6n], [9n, 3n]]) {
    expect(reopened(await directoryWith(...cursors))).toBe(cursors.at(-1));
  }
});

test("it goes on from where it was after reopening", async () => {
  const directory = await directoryWith(1n, 2n, 3n);
  const shown = openShownCursor(directory);
  shown.set(4n);
  shown.close();
  expect(reopened(directory)).toBe(4n);
});

test("a write torn at any byte leaves the cursor before or the new one", async () => {
  const path = join(await directoryWith(10n, 11n), shownFile);
  const before = await readFile(path);
  const after = await readFile(join(await directoryWith(10n, 11n, 12n), shownFile));
  const directory = await makeDirectory();
  const changed = [...after.keys()].filter((at) => before[at] !== after[at]);
  expect(changed.length).toBeGreaterThan(0);
  for (const last of changed) {
    const torn = Buffer.concat([after.subarray(0, last), before.subarray(last)]);
    // The new slot lies before the old one's here, so the bytes behind the tear are the old ones.
    await writeFile(join(directory, shownFile), torn);
    expect([11n, 12n]).toContain(reopened(directory));
  }
});

test("a file that is foreign, empty or cut short reads as zero and can be used", async () => {
  for (const content of ["", "not a cursor", "\0".repeat(1_024), "x".repeat(4_096)]) {
    const directory = await makeDirectory();
    await writeFile(join(directory, shownFile), content);
    const shown = openShownCursor(directory);
    expect(shown.get()).toBe(0n);
    shown.set(3n);
    shown.close();
    expect(reopened(directory)).toBe(3n);
  }
});

test("a bit lost anywhere in either note is turned back, and told", async () => {
  const whole = await readFile(join(await directoryWith(10n, 11n), shownFile));
  for (const slot of [0, 512]) {
    for (let bit = 0; bit < 20 * 8; bit += 1) {
      const directory = await makeDirectory();
      const damaged = Buffer.from(whole);
      const at = slot + (bit >> 3);
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (bit & 7)), at);
      await writeFile(join(directory, shownFile), damaged);
      const { log, lines } = notedLog();
      const shown = openShownCursor(directory, log);
      shown.close();
      expect(shown.get(), `bit ${bit} of the note at ${slot}`).toBe(11n);
      expect(lines.map(({ level }) => level)).toEqual(["error"]);
    }
  }
});

test("a note of which more was lost leaves the one before, and is told; a sound file tells nothing", async () => {
  const directory = await directoryWith(10n, 11n);
  const path = join(directory, shownFile);
  const { log, lines } = notedLog();
  openShownCursor(directory, log).close();
  expect(lines).toEqual([]);
  await writeFile(path, (await readFile(path)).fill(0xa5, 4, 14));
  const shown = openShownCursor(directory, log);
  shown.close();
  expect(shown.get()).toBe(10n);
  expect(lines).toHaveLength(1);
});

test("the file has its blocks before anything is shown", async () => {
  const directory = await makeDirectory();
  openShownCursor(directory).close();
  expect((await stat(join(directory, shownFile))).blocks).toBeGreaterThan(0);
  expect(reopened(directory)).toBe(0n);
});

test("the file is for its owner alone and does not grow", async () => {
  const directory = await directoryWith(...Array.from({ length: 100 }, (_, at) => BigInt(at)));
  const { mode, size } = await stat(join(directory, shownFile));
  expect(mode & 0o777).toBe(0o600);
  expect(size).toBeLessThanOrEqual(1_024);
});

test("a process killed right after setting it has set it", async () => {
  const directory = await makeDirectory();
  const notes = join(await makeDirectory(), "notes");
  const child = startChild(new URL("set-shown.ts", import.meta.url), [directory, notes]);
  expect(await nextLine(child)).toBe("under way");
  child.process.kill("SIGKILL");
  expect(await child.ended).toBe("SIGKILL");
  const noted = BigInt((await readFile(notes, "utf8")).trim());
  // It may have died between setting a cursor and noting it.
  expect([noted, noted + 1n]).toContain(reopened(directory));
});

test("a path that is no directory is reported", () => {
  expect(() => openShownCursor("/dev/null/nowhere")).toThrow(expect.objectContaining({ code: "state-unreadable" }));
});
