import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { checkKind, kinds } from "../core/kinds.ts";
import type { Limits } from "../core/limits.ts";
import type { Driver } from "./driver.ts";
import { checkName } from "./options.ts";

interface Parts {
  readonly core: Pick<Core, "identity">;
  readonly driver: Pick<Driver, "kick">;
  readonly limits: Limits;
  /** @throws E3Error "closed". */
  readonly checkOpen: () => void;
}

/** PeerAdvert: what a peer's user has it state of itself while it runs. */
export class PeerAdvert {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  setCredential(credential: Uint8Array, claimedAtMs?: number): void {
    const { core, driver, limits, checkOpen } = this.#parts;
    checkKind(credential, kinds.bytes, "the credential");
    checkOpen();
    const most = limits.credentialBytesMax;
    if (credential.length > most) throw new E3Error("too-large", `the credential is over ${most} bytes`);
    core.identity.credential = new Uint8Array(credential);
    if (claimedAtMs !== undefined) core.identity.claimAnew(claimedAtMs);
    driver.kick();
  }

  rename(name: string): void {
    const { core, driver, limits, checkOpen } = this.#parts;
    checkKind(name, kinds.text, "the name");
    checkOpen();
    if (core.identity.credential.length > 0)
      throw new E3Error("bad-option", "the name is a registry's user's, and is vouched for: it cannot be changed");
    core.identity.name = name === "" ? "" : checkName(name, limits.advertTextBytesMax);
    driver.kick();
  }
}
