import { E3Error } from "../core/error.ts";
import { parsePassword } from "./password.ts";
import { parseAddresses } from "./stated-addresses.ts";
import { parseUserName } from "./user-name.ts";

/** What a sign-up and a sign-in state, as it came. */
export interface Application {
  readonly name: string;
  readonly password: string;
  readonly key: Uint8Array;
  readonly proof: Uint8Array;
  readonly addresses: readonly string[];
}

/** The same, checked for all that can be seen from outside. Whether the proof holds is not among it. */
export interface Applicant {
  /** In form NFC. */
  readonly name: string;
  readonly password: Uint8Array;
  readonly key: Uint8Array;
  readonly proof: Uint8Array;
  /** In normal form. */
  readonly addresses: readonly string[];
}

/** Checks an application. @param remote as for parseAddresses. @throws E3Error "bad-option" or "bad-address", naming what is wrong. */
export function parseApplication(application: Application, addressesMax: number, remote = ""): Applicant {
  const { key, proof } = application;
  const name = parseUserName(application.name);
  const password = parsePassword(application.password);
  if (key.length !== keyBytes) throw new E3Error("bad-option", `a key has ${keyBytes} bytes, not ${key.length}`);
  return { name, password, key, proof, addresses: parseAddresses(application.addresses, addressesMax, remote) };
}

/** Of an Ed25519 public key (RFC 8032). */
const keyBytes = 32;
