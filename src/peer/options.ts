import { isLoopback, parseAddress, sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { checkId } from "../core/ids.ts";
import type { Limits } from "../core/limits.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import type { PeerOptions } from "./types.ts";

/** Options that were checked, with nothing left to default. */
export interface CheckedOptions {
  readonly listen: string;
  readonly peers: readonly string[];
  readonly desiredId: bigint;
  readonly name: string;
  readonly custody: boolean;
}

/**
 * Checks what createPeer was given.
 * @throws E3Error "bad-option", "bad-address", "bad-id" or "not-loopback".
 */
export function checkOptions(options: PeerOptions, limits: Limits): CheckedOptions {
  const listen = parseAddress(options.listen, { listen: true });
  if (!isLoopback(listen) && options.insecure !== true) {
    const found = `${listen} can be reached from other machines, and what peers say is not encrypted`;
    throw new E3Error(
      "not-loopback",
      `${found}; listen on 127.0.0.1, or allow it with the option insecure (--insecure)`,
    );
  }
  const peers = [...new Set((options.peers ?? []).map((peer) => parseAddress(peer)))];
  for (const peer of peers) {
    if (sameAddress(peer, listen)) {
      throw new E3Error("bad-option", `${peer} is this peer's own address; list the addresses of other peers`);
    }
  }
  if (peers.length > limits.dialTargetsMax) {
    throw new E3Error("bad-option", `${peers.length} peers are listed; the most is ${limits.dialTargetsMax}`);
  }
  if (options.desiredId !== undefined) checkId(options.desiredId);
  if (options.store === "memory" && options.state !== undefined) {
    throw new E3Error("bad-option", "a state directory has no use with the memory store; choose one of the two");
  }
  return {
    listen,
    peers,
    desiredId: options.desiredId ?? 0n,
    name: checkName(options.name ?? ""),
    custody: options.custody ?? true,
  };
}

/** @throws E3Error "bad-option" when the time to live is out of range. */
export function checkTtl(ttlMs: number, limits: Limits): number {
  if (Number.isInteger(ttlMs) && ttlMs >= 1 && ttlMs <= limits.ttlMs) return ttlMs;
  throw new E3Error(
    "bad-option",
    `a time to live of ${ttlMs} ms is out of range; give whole milliseconds from 1 to ${limits.ttlMs}`,
  );
}

function checkName(name: string): string {
  const bytes = encodeUtf8(name).length;
  if (bytes > nameBytesMax) throw new E3Error("bad-option", `the name has ${bytes} bytes; the most is ${nameBytesMax}`);
  if (/\p{Cc}/u.test(name)) throw new E3Error("bad-option", "the name has control characters; leave them out");
  return name;
}

const nameBytesMax = 256;
