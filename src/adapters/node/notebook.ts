import { readFile } from "node:fs/promises";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import type { Notebook } from "../../ports/notebook.ts";
import { errnoOf, writeDurably } from "./durable-file.ts";

/** The format this version writes, and the only one it reads. */
const format = 1;

/** Where the notebook is, and how much it holds. */
export interface NotebookOptions {
  readonly path: string;
  readonly entriesMax: number;
  readonly log: Log;
}

/**
 * A notebook in one file, as JSON, written whole each time: for facts that seldom change. What is set while a write is
 * under way shares the next.
 *
 * @throws (as a rejection) E3Error "state-unreadable" when the file may not be read or is damaged.
 */
export async function openNotebook({ path, entriesMax, log }: NotebookOptions): Promise<Notebook> {
  const kept = new Map(await load(path));
  let writing: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  let isUnsaved = false;
  let isClosed = false;
  const write = async (): Promise<void> => {
    next = undefined;
    try {
      await writeDurably(path, `${JSON.stringify({ format, entries: [...kept] })}\n`);
      isUnsaved = false;
    } catch (cause) {
      isUnsaved = true;
      log.error("a notebook cannot be written", { file: path, why: errnoOf(cause) ?? String(cause) });
      throw new E3Error("store-failed", `${path} cannot be written (${errnoOf(cause) ?? String(cause)})`, { cause });
    }
  };
  const saved = (): Promise<void> => {
    if (isClosed) return Promise.reject(new E3Error("closed", `${path} is closed`));
    next ??= writing = writing.catch(() => {}).then(write);
    return next;
  };
  return {
    get: (key) => kept.get(key),
    set(key, value) {
      if (kept.get(key) === value && !isUnsaved && !isClosed) return writing;
      if (!kept.has(key) && kept.size >= entriesMax)
        return Promise.reject(new E3Error("resource-exhausted", `${path} holds ${entriesMax} entries, and no more`));
      if (!isClosed) kept.set(key, value);
      return saved();
    },
    delete: (key) => (isClosed || kept.delete(key) || isUnsaved ? saved() : writing),
    entries: () => [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    async close() {
      isClosed = true;
      // Who set it was told when it failed.
      await writing.catch(() => {});
    },
  };
}

async function load(path: string): Promise<readonly (readonly [string, string])[]> {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw new E3Error("state-unreadable", `${path} must be a file that this user may read`, { cause });
  }
  const entries = parse(text);
  if (entries !== undefined) return entries;
  throw new E3Error("state-unreadable", `${path} is damaged; restore it from a copy, or remove it to begin anew`);
}

function parse(text: string): (readonly [string, string])[] | undefined {
  try {
    const read = JSON.parse(text) as unknown;
    if (typeof read !== "object" || read === null || !("format" in read) || !("entries" in read)) return undefined;
    if (read.format !== format || !Array.isArray(read.entries)) return undefined;
    const entries: (readonly [string, string])[] = [];
    for (const entry of read.entries as readonly unknown[]) {
      if (!Array.isArray(entry) || typeof entry[0] !== "string" || typeof entry[1] !== "string") return undefined;
      entries.push([entry[0], entry[1]]);
    }
    return entries;
  } catch {
    return undefined;
  }
}
