import { constants } from "node:fs";
import { access, chmod, mkdir, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { E3Error } from "../../core/error.ts";
import { lockDirectory, holderFile, type DirectoryLock } from "./directory-lock.ts";
import { errnoOf, syncDirectory, unfinishedSuffix, writeDurably } from "./durable-file.ts";

/** The file that says whose state a directory is, and in which format. */
export const markerFile = "e3-state.json";

/** The format this version writes, and the newest it reads. */
const format = 1;

/** A marker has some 20 bytes; more is something else. */
const markerCharsMax = 4_096;

/** What a directory may hold and still be new: our own first steps, and what a fresh file system comes with. */
const blank: ReadonlySet<string> = new Set([holderFile, markerFile + unfinishedSuffix, "lost+found"]);

/** Whose state it is. A peer and a registry keep different things, and neither takes the other's. */
export type StateKind = "peer" | "registry";

/** A directory held by this process alone. */
export interface StateDirectory {
  /** Absolute. */
  readonly path: string;
  /** Lets another process have it. Allowed twice. */
  close(): Promise<void>;
}

/**
 * Takes a directory as the home of one peer's, or registry's, state: made when absent (with its parents, mode 0700), marked as ours, and
 * locked until close or the end of the process, however it ends.
 *
 * @throws E3Error "state-unreadable" when it is not a directory, or may not be read and written, or its marker is damaged;
 * "state-foreign" when it holds something else; "state-in-use" when another one has it, in this process or another;
 * "store-newer" when a newer version wrote it.
 */
export async function openStateDirectory(path: string, kind: StateKind = "peer"): Promise<StateDirectory> {
  const absolute = resolve(path);
  await prepare(absolute);
  // Locked first, so that what is found inside stays true.
  const lock = await take(absolute);
  try {
    await mark(absolute, kind);
    return { path: absolute, close: () => lock.close() };
  } catch (error) {
    await lock.close();
    if (error instanceof E3Error) throw error;
    throw unreadable(absolute, error);
  }
}

async function prepare(path: string): Promise<void> {
  try {
    const made = await mkdir(path, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncDirectory(dirname(made));
    if (!(await stat(path)).isDirectory()) throw notADirectory(path, undefined);
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (cause instanceof E3Error) throw cause;
    if (["EEXIST", "ENOTDIR"].includes(errnoOf(cause) ?? "")) throw notADirectory(path, cause);
    throw unreadable(path, cause);
  }
}

async function take(path: string): Promise<DirectoryLock> {
  let lock;
  try {
    lock = await lockDirectory(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (!("kind" in lock)) return lock;
  const who =
    lock.pid === undefined ? "another process" : lock.pid === process.pid ? "this process" : `process ${lock.pid}`;
  throw new E3Error("state-in-use", `${path} is in use by ${who}; each peer needs a state directory of its own`);
}

async function mark(path: string, kind: StateKind): Promise<void> {
  const names = await readdir(path);
  if (names.includes(markerFile)) await checkMarker(join(path, markerFile), kind);
  else {
    const others = names.filter((name) => !blank.has(name)).sort();
    if (others.length > 0) throw foreign(path, others);
    // A peer's says no kind: there were no others at first.
    const marker = kind === "peer" ? { format } : { format, kind };
    await writeDurably(join(path, markerFile), `${JSON.stringify(marker)}\n`);
  }
  // It is ours by now; what is inside concerns nobody else.
  await chmod(path, 0o700);
}

async function checkMarker(path: string, kind: StateKind): Promise<void> {
  const found = parseMarker(await readFile(path, "utf8"));
  if (found === undefined) {
    throw new E3Error(
      "state-unreadable",
      `${path} is damaged: it must say {"format":${format}}; restore the directory from a copy`,
    );
  }
  if (found.kind !== kind) {
    throw new E3Error(
      "state-foreign",
      `${dirname(path)} is not the state of a ${kind}; give an empty or new directory`,
    );
  }
  if (found.format > format) {
    throw new E3Error(
      "store-newer",
      `${path} says format ${found.format}, written by a newer e3; this one reads up to format ${format}: upgrade it`,
    );
  }
}

function parseMarker(text: string): { readonly format: number; readonly kind: unknown } | undefined {
  if (text.length > markerCharsMax) return undefined;
  try {
    const marker: unknown = JSON.parse(text);
    if (typeof marker !== "object" || marker === null || !("format" in marker)) return undefined;
    const found = marker.format;
    if (typeof found !== "number" || !Number.isSafeInteger(found) || found <= 0) return undefined;
    return { format: found, kind: "kind" in marker ? marker.kind : "peer" };
  } catch {
    return undefined;
  }
}

function foreign(path: string, names: readonly string[]): E3Error {
  const some = names
    .slice(0, 3)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return new E3Error(
    "state-foreign",
    `${path} holds ${some}${more}, but no ${markerFile}: it is not a peer's state; give an empty or new directory`,
  );
}

function notADirectory(path: string, cause: unknown): E3Error {
  return new E3Error("state-unreadable", `${path} is, or lies below, a file; give a directory`, { cause });
}

function unreadable(path: string, cause: unknown): E3Error {
  const why = errnoOf(cause) ?? String(cause);
  return new E3Error("state-unreadable", `${path} must be a directory that this user may read and write (${why})`, {
    cause,
  });
}
