import { rm, stat } from "node:fs/promises";

/**
 * Does work that makes a directory. When it rejects, a directory that was not there before is removed again, with all that
 * is in it: attempts that come to nothing must not fill the disk. Rejects as the work does.
 *
 * @param path undefined when the work makes none. Nobody else may make it meanwhile.
 */
export async function withFreshDirectory<T>(path: string | undefined, work: () => Promise<T>): Promise<T> {
  const isFresh = path !== undefined && !(await exists(path));
  try {
    return await work();
  } catch (error) {
    // What cannot be removed costs its room, and the error is the one that matters.
    if (isFresh) await rm(path, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
