import { createHash } from "node:crypto";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { errnoOf } from "./durable-file.ts";

/** The file inside the directory that names the holder's process, for people; off Linux it is the lock itself. */
export const holderFile = "e3-state.pid";

/** A held lock. */
export interface DirectoryLock {
  /** Lets go. Allowed twice. */
  close(): Promise<void>;
}

/** Somebody holds the lock: the number of the process, when it is known. */
export interface Holder {
  readonly kind: "held";
  readonly pid: number | undefined;
}

/**
 * Takes the directory for this process, or says who has it. A second lock in the same process is refused as well.
 *
 * On Linux the lock is an abstract unix socket named after the directory's device and inode: the kernel frees the name
 * with the process, however it ends, and nothing is left behind that could be stale. It is seen only within one network
 * namespace: two containers that share the directory but not the network do not see each other. Elsewhere the lock is a
 * file with the process's number; a dead process's is taken over, which two processes starting at the same instant may
 * both do, and a number used again looks alive.
 *
 * Rejects with what the system says when the lock can neither be had nor is held.
 *
 * @param mechanism default: what is right for the platform.
 */
export async function lockDirectory(
  path: string,
  mechanism: "socket" | "file" = process.platform === "linux" ? "socket" : "file",
): Promise<DirectoryLock | Holder> {
  const { dev, ino } = await stat(path, { bigint: true });
  const place = `${dev}:${ino}`;
  const holder = join(path, holderFile);
  return mechanism === "socket" ? lockBySocket(place, holder) : lockByFile(place, holder);
}

async function lockBySocket(place: string, holder: string): Promise<DirectoryLock | Holder> {
  const server = await bind(socketName(place));
  if (server === undefined) return { kind: "held", pid: await readPid(holder) };
  try {
    await writeFile(holder, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    await closeServer(server);
    throw error;
  }
  return once(async () => {
    try {
      await rm(holder, { force: true });
    } finally {
      await closeServer(server);
    }
  });
}

/**
 * An abstract name, filled to the last of the 108 bytes there are: Node 20 pads shorter names with zeros and later ones
 * do not, which would make two names of one.
 */
function socketName(place: string): string {
  return `\0e3-state-${createHash("sha512").update(place).digest("hex")}`.slice(0, 108);
}

/** A socket listening on the name; undefined when the name is taken. */
function bind(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => (errnoOf(error) === "EADDRINUSE" ? resolve(undefined) : reject(error)));
    // Exclusive: a cluster's workers are to be refused, not served by their parent.
    server.listen({ path: name, exclusive: true }, () => {
      // What keeps a peer alive is its work, not its lock.
      server.unref();
      resolve(server);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Places locked by this process: a file with our own number may also be left over from an earlier process. */
const ours = new Set<string>();

async function lockByFile(place: string, holder: string): Promise<DirectoryLock | Holder> {
  if (ours.has(place)) return { kind: "held", pid: process.pid };
  ours.add(place);
  try {
    const lost = await claim(holder);
    if (lost === undefined) {
      return once(async () => {
        await rm(holder, { force: true });
        ours.delete(place);
      });
    }
    ours.delete(place);
    return lost;
  } catch (error) {
    ours.delete(place);
    throw error;
  }
}

/** Makes the file with our number, over a dead process's if need be; otherwise says whose it is. */
async function claim(holder: string): Promise<Holder | undefined> {
  for (const last of [false, true]) {
    try {
      await writeFile(holder, `${process.pid}\n`, { flag: "wx", mode: 0o600 });
      return undefined;
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
    }
    const pid = await readPid(holder);
    if (last || (pid !== undefined && pid !== process.pid && isAlive(pid))) return { kind: "held", pid };
    await rm(holder, { force: true });
  }
  return undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, but belongs to someone else.
    return errnoOf(error) === "EPERM";
  }
}

async function readPid(holder: string): Promise<number | undefined> {
  try {
    const pid = Number(await readFile(holder, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function once(close: () => Promise<void>): DirectoryLock {
  let closed: Promise<void> | undefined;
  return { close: () => (closed ??= close()) };
}
