import { E3Error } from "../core/error.ts";
import { checkKind, kinds } from "../core/kinds.ts";
import type { Limits } from "../core/limits.ts";
import { checkTtl } from "./options.ts";
import type { Target } from "./target.ts";
import type { SendOptions } from "./types.ts";

/** What may be said of one send, with the defaults filled in. */
export interface CheckedSend {
  readonly ttlMs: number;
  readonly hopLimit?: number;
}

/** @throws E3Error "bad-option" for a number out of range, and for a hop limit of what is not for everyone. */
export function checkSendOptions(to: Target, options: SendOptions, limits: Limits): CheckedSend {
  checkKind(options, kinds.object, "the options of a send");
  const { ttlMs = limits.ttlMs, hopLimit } = options;
  const checked = { ttlMs: checkTtl(ttlMs, limits) };
  return hopLimit === undefined ? checked : { ...checked, hopLimit: checkHopLimit(to, hopLimit, limits) };
}

function checkHopLimit(to: Target, hopLimit: number, { hopsMax }: Limits): number {
  if (to !== "everyone") throw new E3Error("bad-option", "a hop limit is for what is sent to everyone; leave it out");
  if (Number.isInteger(hopLimit) && hopLimit >= 1 && hopLimit <= hopsMax) return hopLimit;
  throw new E3Error(
    "bad-option",
    `a hop limit of ${hopLimit} is out of range; give a whole number from 1 to ${hopsMax}`,
  );
}
