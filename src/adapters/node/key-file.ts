import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { E3Error } from "../../core/error.ts";
import { errnoOf, writeDurably } from "./durable-file.ts";

/**
 * The file inside the state directory: an Ed25519 key, PKCS 8 in PEM, mode 0600. A line with the public key follows: any
 * 32 bytes are a key, so one that lost a bit would else make another peer of this one.
 */
export const keyFile = "key";

/** A PEM of an Ed25519 key has 119 bytes, the line after it 52; more than this is something else. */
const keyBytesMax = 4_096;

/** Bytes of a public key, which are the last ones of its SPKI encoding. */
const publicBytes = 32;

/**
 * This peer's private key, PKCS 8 in DER: the one kept in the directory, or a fresh one that is kept there first.
 *
 * @throws E3Error "state-unreadable" when the file cannot be read or written, when others than its owner could read it,
 * or when it is damaged; "state-foreign" when it holds a key of another kind.
 */
export async function loadOrCreateKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, keyFile);
  const pem = (await readKey(path)) ?? (await createKey(path));
  const key = parse(path, pem);
  if (key.asymmetricKeyType !== "ed25519") {
    throw new E3Error(
      "state-foreign",
      `${path} holds a key of type ${key.asymmetricKeyType ?? "unknown"}; e3 keeps an Ed25519 key there`,
    );
  }
  assertWhole(path, pem, key);
  return Uint8Array.from(key.export({ format: "der", type: "pkcs8" }));
}

/** A file without the line, as others may have made it, is taken as it is. */
function assertWhole(path: string, text: string, key: KeyObject): void {
  const after = text.slice(text.lastIndexOf("-----") + 5).trim();
  if (after !== "" && after !== publicLine(key)) throw damaged(path, undefined);
}

function publicLine(key: KeyObject): string {
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  // The raw key is what remains behind the name of the algorithm (RFC 8410).
  return `public ${spki.subarray(-publicBytes).toString("base64")}`;
}

/** The file's text; undefined when there is none. */
async function readKey(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { mode, size } = await file.stat();
      assertPrivate(path, mode);
      if (size > keyBytesMax) throw damaged(path, undefined);
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof E3Error) throw cause;
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw new E3Error("state-unreadable", `${path} cannot be read; it must be a file that this user may read`, {
      cause,
    });
  }
}

function assertPrivate(path: string, mode: number): void {
  // Windows has no such modes; there the directory's access list decides.
  if (process.platform === "win32" || (mode & 0o077) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw new E3Error(
    "state-unreadable",
    `${path} has mode ${shown}, so others than its owner may know the key; its mode must be 0600 (chmod 600 ${path})`,
  );
}

async function createKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const text = `${privateKey.export({ format: "pem", type: "pkcs8" }).toString()}${publicLine(privateKey)}\n`;
  try {
    await writeDurably(path, text);
  } catch (cause) {
    const why = errnoOf(cause) ?? String(cause);
    throw new E3Error("state-unreadable", `${path} cannot be written (${why}); this user must be allowed to`, {
      cause,
    });
  }
  return text;
}

function parse(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): E3Error {
  return new E3Error(
    "state-unreadable",
    `${path} is damaged: it must be an Ed25519 private key (PKCS 8, PEM); restore it from a copy, or remove it to become a new peer`,
    { cause },
  );
}
