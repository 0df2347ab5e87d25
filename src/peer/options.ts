import { isLoopback, parseAddress, sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { checkId } from "../core/ids.ts";
import type { Limits } from "../core/limits.ts";
import { nameFault } from "../core/name.ts";
import type { PeerOptions } from "./types.ts";

/** Options that were checked, with nothing left to default. */
export interface CheckedOptions {
  readonly listen: string;
  readonly peers: readonly string[];
  readonly desiredId: bigint;
  readonly name: string;
  readonly custody: boolean;
  readonly leaf: boolean;
}

/**
 * Checks what createPeer was given.
 * @throws E3Error "bad-option", "bad-address", "bad-id" or "not-loopback".
 */
export function checkOptions(options: PeerOptions, limits: Limits): CheckedOptions {
  checkKinds(options);
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
  if (options.leaf === true) checkLeaf(options, peers, limits);
  if (peers.length > limits.dialTargetsMax) {
    const most = `the most is ${limits.dialTargetsMax}, and a peer needs to know only a few of the others`;
    throw new E3Error("bad-option", `${peers.length} peers are listed; ${most}`);
  }
  if (options.desiredId !== undefined) checkId(options.desiredId);
  if (options.store === "memory" && options.state !== undefined) {
    throw new E3Error("bad-option", "a state directory has no use with the memory store; choose one of the two");
  }
  return {
    listen,
    peers,
    desiredId: options.desiredId ?? 0n,
    name: options.name === undefined ? "" : checkName(options.name, limits.advertTextBytesMax),
    custody: options.custody ?? options.leaf !== true,
    leaf: options.leaf ?? false,
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

function checkLeaf(options: PeerOptions, peers: readonly string[], { leafLinksMax }: Limits): void {
  if (peers.length === 0 || peers.length > leafLinksMax) {
    const found = peers.length === 0 ? "no peer to attach to is listed" : `${peers.length} peers are listed`;
    throw new E3Error("bad-option", `${found}; a leaf needs the addresses of 1 to ${leafLinksMax} peers`);
  }
  if (options.custody === true)
    throw new E3Error("bad-option", "a leaf keeps no mail for others; leave out custody, or leaf");
}

/** What plain JavaScript may get wrong, and a type checker would have told. */
function checkKinds(options: PeerOptions): void {
  for (const { option, fits, right } of kinds) {
    const value: unknown = options[option];
    const isLeftOut = value === undefined && option !== "listen";
    if (!isLeftOut && !fits(value)) throw new E3Error("bad-option", `the option ${option} must be ${right}`);
  }
}

interface Kind {
  readonly option: keyof PeerOptions;
  readonly fits: (value: unknown) => boolean;
  /** What would be right. */
  readonly right: string;
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTruth = (value: unknown): boolean => typeof value === "boolean";
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

const kinds: readonly Kind[] = [
  { option: "listen", fits: isText, right: 'text, host:port, for example "127.0.0.1:8081"' },
  { option: "peers", fits: isTextList, right: 'a list of addresses, for example ["127.0.0.1:8082"]' },
  { option: "state", fits: (value) => isText(value) && value !== "", right: "the path of a directory" },
  { option: "store", fits: (value) => value === "lmdb" || value === "memory", right: '"lmdb" or "memory"' },
  { option: "name", fits: isText, right: "text" },
  { option: "custody", fits: isTruth, right: "true or false" },
  { option: "leaf", fits: isTruth, right: "true or false" },
  { option: "insecure", fits: isTruth, right: "true or false" },
];

function checkName(name: string, bytesMax: number): string {
  const fault = nameFault(name, bytesMax);
  if (fault !== undefined) throw new E3Error("bad-option", `the name ${fault}`);
  return name;
}
