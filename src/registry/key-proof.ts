import { encodeUtf8 } from "../core/utf8.ts";
import type { Signer } from "../ports/signer.ts";
import { labelled } from "./labelled.ts";

/**
 * Proves that a peer holds its key and belongs to the user: else anybody could sign in with somebody else's key, and have
 * the registry state that the other's messages are its own.
 *
 * It need not be fresh: whoever repeats it needs the user's password as well.
 *
 * @param name in form NFC.
 */
export function proveKey(name: string, signer: Pick<Signer, "sign">): Uint8Array {
  return signer.sign(labelled(label, encodeUtf8(name)));
}

/** Whether the proof is the key's for the user. */
export function isProven(stated: ProofOfKey, signer: Pick<Signer, "verify">): boolean {
  return signer.verify(stated.key, labelled(label, encodeUtf8(stated.name)), stated.proof);
}

/** Who says to hold which key. */
export interface ProofOfKey {
  /** In form NFC. */
  readonly name: string;
  readonly key: Uint8Array;
  readonly proof: Uint8Array;
}

const label = "e3 user key 1";
