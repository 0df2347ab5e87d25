import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** What a half-written file is called until it is whole; a later start may meet one. */
export const unfinishedSuffix = ".tmp";

/**
 * Writes a whole file, or leaves the one before: at no instant, not even in a crash of the machine, is there half a file.
 * Mode 0600. Rejects with what the file system says.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const unfinished = path + unfinishedSuffix;
  // Made anew, not emptied: an old one may have another mode or be a link.
  await rm(unfinished, { force: true });
  const file = await open(unfinished, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncDirectory(dirname(path));
}

/** Makes what was created or renamed in a directory durable. Windows neither can nor needs to. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The operating system's name of an error, such as ENOENT; undefined when it has none. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
