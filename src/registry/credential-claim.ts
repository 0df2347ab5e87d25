import { livesMax } from "../core/identity.ts";
import { readCredential } from "./credential.ts";
import { sealedOf } from "./sealed-bytes.ts";

/**
 * The claim on a user's id that goes with a credential, as milliseconds since 1970 that never were: the lesser of two claims
 * stands, so each sign-in claims earlier than the one before, and all of them earlier than who has an id for another reason.
 *
 * @param sealed a SignedCredential, encoded.
 * @returns undefined where there is no credential to be read.
 */
export function claimOf(sealed: Uint8Array): number | undefined {
  const serial = serialOf(sealed);
  return serial === undefined ? undefined : Math.max(0, latestMs - Number(serial) * livesMax);
}

/** Ascends with the user's credentials: of two the higher holds. Undefined where there is none to be read. */
export function serialOf(sealed: Uint8Array): bigint | undefined {
  const found = sealedOf(sealed);
  return found === undefined ? undefined : readCredential(found.credential)?.serial;
}

/** In September 2001, before there was any peer. Enough for 953,674 serials: as hours since 1970 these last until 2078. */
const latestMs = 1_000_000_000_000;
