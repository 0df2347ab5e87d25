import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { CredentialSchema } from "../gen/e3/v1/registry_pb.ts";
import type { Signer } from "../ports/signer.ts";
import { labelled } from "./labelled.ts";

/** What a registry states about a user: whose the key is, and until when. */
export interface Credential {
  readonly user: string;
  readonly id: bigint;
  /** Ed25519 public key of the user's peer, 32 bytes. */
  readonly key: Uint8Array;
  /** Ascends with the user's credentials: of two the higher one holds. */
  readonly serial: bigint;
  /** Milliseconds since 1970 by the registry's clock, whole, like expiresAtMs. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** A credential as it travels. */
export interface SealedCredential {
  /** A Credential message, encoded. */
  readonly credential: Uint8Array;
  /** The registry's, 64 bytes. */
  readonly signature: Uint8Array;
}

/** States the fields in the registry's name. */
export function signCredential(fields: Credential, signer: Pick<Signer, "sign">): SealedCredential {
  const { user, id, key, serial } = fields;
  const times = { issuedAtMs: BigInt(fields.issuedAtMs), expiresAtMs: BigInt(fields.expiresAtMs) };
  const bytes = toBinary(CredentialSchema, create(CredentialSchema, { user, id, key, serial, ...times }));
  return { credential: bytes, signature: signer.sign(labelled(label, bytes)) };
}

/** What opening a credential needs. */
export interface CredentialContext {
  /** Ed25519 public key of the registry that is trusted. */
  readonly registryKey: Uint8Array;
  readonly signer: Pick<Signer, "verify">;
  readonly nowMs: number;
}

/** Reads a credential from elsewhere. @returns the credential, or what is wrong with it, for people. */
export function openCredential(sealed: SealedCredential, context: CredentialContext): Credential | string {
  const { registryKey, signer, nowMs } = context;
  if (sealed.credential.length > bytesMax) return `the credential has ${sealed.credential.length} bytes, too many`;
  if (!signer.verify(registryKey, labelled(label, sealed.credential), sealed.signature)) {
    return "the credential is not signed by the registry";
  }
  const fields = readCredential(sealed.credential);
  if (fields === undefined) return "the credential is not a Credential message";
  return fields.expiresAtMs <= nowMs ? "the credential has expired" : fields;
}

/** The fields of a credential that need not be checked, as it is one's own; undefined when it cannot be read. */
export function readCredential(bytes: Uint8Array): Credential | undefined {
  try {
    const { user, id, key, serial, issuedAtMs, expiresAtMs } = fromBinary(CredentialSchema, bytes);
    // A copy: the key is a view of the bytes otherwise.
    const times = { issuedAtMs: Number(issuedAtMs), expiresAtMs: Number(expiresAtMs) };
    return { user, id, key: new Uint8Array(key), serial, ...times };
  } catch {
    return undefined;
  }
}

/** A name of 64 bytes, a key of 32 and five numbers take some 150. */
const bytesMax = 512;
const label = "e3 credential 1";
