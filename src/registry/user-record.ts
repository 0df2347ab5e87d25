import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { StoreOp } from "../core/store-op.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import { UserRecordSchema, type UserSession as SessionRecord } from "../gen/e3/v1/registry_store_pb.ts";
import { readCredential } from "./credential.ts";
import type { User, UserSession } from "./user.ts";

/**
 * What keys of users begin with, in the table "meta". Each is kept twice: were its one record damaged, the user would be
 * lost, and its name free for somebody else to take.
 */
export const userPrefixes: readonly string[] = ["user/", "user-copy/"];

/** The writes that keep the user. */
export function writeUser(user: User): readonly StoreOp[] {
  const { name, id, passwordHash, serial, signedUpAtMs, session } = user;
  const plain = { name, id, passwordHash, serial, signedUpAtMs: BigInt(signedUpAtMs) };
  const record = create(UserRecordSchema, {
    ...plain,
    ...(session === undefined ? {} : { session: sessionRecord(session) }),
  });
  const value = toBinary(UserRecordSchema, record);
  const digits = hexadecimal(name);
  return userPrefixes.map((prefix) => ({ table: "meta", key: prefix + digits, value }));
}

/** The user of a record; undefined when it is none. */
export function readUser(value: Uint8Array): User | undefined {
  try {
    const { name, id, passwordHash, serial, signedUpAtMs, session } = fromBinary(UserRecordSchema, value);
    if (name === "" || id === 0n || passwordHash === "") return undefined;
    const plain = { name, id, passwordHash, serial, signedUpAtMs: Number(signedUpAtMs) };
    return { ...plain, session: session === undefined ? undefined : readSession(session) };
  } catch {
    return undefined;
  }
}

/** A name has up to 64 bytes, a key of the store up to 512 characters of ASCII. */
function hexadecimal(name: string): string {
  const digits = [...encodeUtf8(name)].map((byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("");
}

function sessionRecord({ tokenHash, signedInAtMs, sealed }: UserSession) {
  return { tokenHash, signedInAtMs: BigInt(signedInAtMs), credential: sealed.credential, signature: sealed.signature };
}

function readSession(record: SessionRecord): UserSession | undefined {
  // Copies: each field is a view of the whole page that was read otherwise.
  const sealed = { credential: new Uint8Array(record.credential), signature: new Uint8Array(record.signature) };
  const stated = readCredential(sealed.credential);
  if (stated === undefined) return undefined;
  const { key, issuedAtMs, expiresAtMs } = stated;
  const tokenHash = new Uint8Array(record.tokenHash);
  return { tokenHash, signedInAtMs: Number(record.signedInAtMs), sealed, key, issuedAtMs, expiresAtMs };
}
