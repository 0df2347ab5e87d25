import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import type { SessionStore, StoredNeighbour, StoredSession } from "../../ports/session-store.ts";
import { errnoOf, writeDurably } from "./durable-file.ts";

/** The file inside the state directory, mode 0600. */
export const sessionFile = "registry-session.json";

/** The format this version writes, and the only one it reads. */
const format = 1;

/** A token, a credential and some addresses take 2 KiB at most; more is something else. */
const charactersMax = 16_384;

/**
 * The session in a file of the directory, as JSON.
 *
 * A damaged file is logged and counts as none: all that is lost is a session, and the password opens another one.
 */
export function openSessionFile(directory: string, log?: Log): SessionStore {
  const path = join(directory, sessionFile);
  return {
    load: () => load(path, log),
    async save(session) {
      try {
        await writeDurably(path, `${JSON.stringify(written(session))}\n`);
      } catch (cause) {
        const why = errnoOf(cause) ?? String(cause);
        throw new E3Error("store-failed", `${path} cannot be written (${why})`, { cause });
      }
    },
  };
}

async function load(path: string, log: Log | undefined): Promise<StoredSession | undefined> {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw new E3Error("state-unreadable", `${path} must be a file that this user may read`, { cause });
  }
  const session = text.length > charactersMax ? undefined : parse(text);
  if (session === undefined) log?.error("the session with the registry is damaged and is set aside", { file: path });
  return session;
}

function written({ registry, user, id, registryKey, token, credential, heartbeatMs, neighbours }: StoredSession) {
  const bytes = { registryKey: base64(registryKey), credential: base64(credential) };
  const known = neighbours.map((each) => ({ id: `${each.id}`, address: each.address }));
  return { format, registry, user, id: `${id}`, token, heartbeatMs, neighbours: known, ...bytes };
}

function parse(text: string): StoredSession | undefined {
  try {
    const read = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const { registry, user, id, registryKey, token, credential, heartbeatMs, neighbours } = read;
    if (read["format"] !== format || typeof heartbeatMs !== "number" || !Array.isArray(neighbours)) return undefined;
    const texts = [registry, user, id, registryKey, token, credential];
    if (!texts.every((each) => typeof each === "string")) return undefined;
    return {
      ...{ registry: registry as string, user: user as string, id: BigInt(id as string), token: token as string },
      ...{ registryKey: bytesOf(registryKey as string), credential: bytesOf(credential as string), heartbeatMs },
      neighbours: neighbours.map(neighbourOf),
    };
  } catch {
    return undefined;
  }
}

/** @throws Error when it is none. */
function neighbourOf(read: unknown): StoredNeighbour {
  const { id, address } = read as Readonly<Record<string, unknown>>;
  if (typeof id !== "string" || typeof address !== "string") throw new TypeError("no neighbour");
  return { id: BigInt(id), address };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}
