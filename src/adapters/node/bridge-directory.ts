import { mkdir } from "node:fs/promises";
import { E3Error } from "../../core/error.ts";
import { lockDirectory, type DirectoryLock, type Holder } from "./directory-lock.ts";

/** Where a bridge keeps what is its own, until close or the end of the process. */
export interface BridgeDirectory {
  readonly path: string;
  /** Lets another bridge have it. Allowed twice. */
  close(): Promise<void>;
}

/**
 * Takes a directory for one bridge: made when absent, with its parents, mode 0700. Two bridges in one would each overwrite
 * what the other noted.
 *
 * @throws (as a rejection) E3Error "state-unreadable" when it cannot be made; "state-in-use" when another bridge has it, in
 * this process or another.
 */
export async function openBridgeDirectory(path: string): Promise<BridgeDirectory> {
  let lock: DirectoryLock | Holder;
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    lock = await lockDirectory(path);
  } catch (cause) {
    throw new E3Error("state-unreadable", `${path} cannot be made, or may not be written`, { cause });
  }
  if (!("kind" in lock)) return { path, close: () => lock.close() };
  const what = "another bridge of the same wire and address keeps its state there";
  throw new E3Error("state-in-use", `${path} is in use: ${what}; give each an address or a state directory of its own`);
}
