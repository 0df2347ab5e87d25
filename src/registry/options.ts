import { isLoopback, parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { checkKinds, kinds, optional } from "../core/kinds.ts";
import type { RegistryLimits } from "./limits.ts";
import type { RegistryOptions } from "./types.ts";

/** Options that were checked. */
export interface CheckedRegistryOptions {
  /** In normal form. */
  readonly listen: string;
  readonly liveMax: number;
}

/**
 * Checks what a registry is to run with.
 * @throws E3Error "bad-option", "bad-address" or "not-loopback".
 */
export function checkRegistryOptions(
  options: RegistryOptions,
  limits: Pick<RegistryLimits, "liveMax" | "usersMax">,
): CheckedRegistryOptions {
  checkKinds(options, { listen: kinds.address, state: optional(kinds.text), insecure: optional(kinds.truth) });
  const listen = parseAddress(options.listen, { listen: true });
  if (!isLoopback(listen) && options.insecure !== true) {
    const found = `${listen} can be reached from other machines, and passwords would travel unencrypted`;
    throw new E3Error(
      "not-loopback",
      `${found}; listen on 127.0.0.1, or allow it with the option insecure (--insecure)`,
    );
  }
  const liveMax = options.liveMax ?? limits.liveMax;
  if (!Number.isInteger(liveMax) || liveMax < 1 || liveMax > limits.usersMax) {
    throw new E3Error(
      "bad-option",
      `a limit of ${liveMax} users online is out of range; it is 1 to ${limits.usersMax}`,
    );
  }
  return { listen, liveMax };
}
