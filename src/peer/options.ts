import { isLoopback, parseAddress, sameAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { checkId } from "../core/ids.ts";
import type { Accepts } from "../core/fitness.ts";
import { checkKind, checkKinds, kinds, oneOf, optional, type Kinds } from "../core/kinds.ts";
import type { Limits } from "../core/limits.ts";
import { nameFault } from "../core/name.ts";
import type { UpkeepOptions } from "../core/upkeep.ts";
import type { PeerOptions } from "./peer-options.ts";

/** Options that were checked, with nothing left to default. */
export interface CheckedOptions {
  readonly listen: string;
  readonly peers: readonly string[];
  readonly desiredId: bigint;
  /** The claim on it, where it is the peer's by right. Not for users of the library. */
  readonly claimedAtMs?: number;
  readonly name: string;
  readonly custody: boolean;
  readonly leaf: boolean;
  readonly history: boolean;
  readonly readReceipts: boolean;
  /** Empty for none. */
  readonly via: string;
  readonly accepts: Accepts | undefined;
  /** How it keeps links by itself; undefined when it does not. */
  readonly upkeep: UpkeepOptions | undefined;
}

/**
 * Checks what createPeer was given.
 * @throws E3Error "bad-option", "bad-address", "bad-id" or "not-loopback".
 */
export function checkOptions(options: PeerOptions, limits: Limits): CheckedOptions {
  checkKinds(options, optionKinds);
  const listen = checkListen(options);
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
    history: options.history ?? options.store !== "memory",
    readReceipts: options.readReceipts ?? true,
    via: checkVia(options.via),
    accepts: options.accepts,
    upkeep: checkUpkeep(options, listen, limits),
  };
}

function checkListen(options: PeerOptions): string {
  const listen = parseAddress(options.listen, { listen: true });
  if (isLoopback(listen) || options.insecure === true) return listen;
  const found = `${listen} can be reached from other machines, and what peers say is not encrypted`;
  throw new E3Error("not-loopback", `${found}; listen on 127.0.0.1, or allow it with the option insecure (--insecure)`);
}

/** @throws E3Error "bad-option" when the time to live is out of range. */
export function checkTtl(ttlMs: number, limits: Limits): number {
  if (Number.isInteger(ttlMs) && ttlMs >= 1 && ttlMs <= limits.ttlMs) return ttlMs;
  throw new E3Error(
    "bad-option",
    `a time to live of ${ttlMs} ms is out of range; give whole milliseconds from 1 to ${limits.ttlMs}`,
  );
}

/** @throws E3Error "bad-option" for a name that a group cannot have. */
export function checkGroupName(name: string, bytesMax: number): void {
  checkKind(name, kinds.text, "the name of the group");
  const fault = nameFault(name, bytesMax);
  if (fault !== undefined) throw new E3Error("bad-option", `the name of the group ${fault}`);
}

function checkLeaf(options: PeerOptions, peers: readonly string[], { leafLinksMax }: Limits): void {
  if (peers.length === 0 || peers.length > leafLinksMax) {
    const found = peers.length === 0 ? "no peer to attach to is listed" : `${peers.length} peers are listed`;
    throw new E3Error("bad-option", `${found}; a leaf needs the addresses of 1 to ${leafLinksMax} peers`);
  }
  if (options.custody === true)
    throw new E3Error("bad-option", "a leaf keeps no mail for others; leave out custody, or leaf");
  if (options.degree !== undefined || (options.bootstrap ?? []).length > 0)
    throw new E3Error(
      "bad-option",
      "a leaf has the links it lists and no others; leave out degree and bootstrap, or leaf",
    );
}

function checkUpkeep(options: PeerOptions, listen: string, limits: Limits): UpkeepOptions | undefined {
  const { degree, bootstrap = [] } = options;
  const { degreeMax, dialTargetsMax, linksMax } = limits;
  const addresses = [...new Set(bootstrap.map((address) => parseAddress(address)))];
  if (addresses.length > dialTargetsMax)
    throw new E3Error(
      "bad-option",
      `${addresses.length} bootstrap addresses are listed; the most is ${dialTargetsMax}`,
    );
  if (degree === undefined && addresses.length === 0) return undefined;
  const { min, max } = degree ?? { min: 1, max: linksMax };
  const isRange = Number.isInteger(min) && Number.isInteger(max) && 1 <= min && min <= max;
  if (degree !== undefined && !(isRange && max <= degreeMax)) {
    const right = `give whole numbers from 1 to ${degreeMax}, the first at most the second`;
    throw new E3Error("bad-option", `a degree from ${min} to ${max} is no range of links; ${right}`);
  }
  // A list that is the same for all peers names each of them to itself.
  return { degree: { min, max }, bootstrap: addresses.filter((address) => !sameAddress(address, listen)) };
}

const { text, truth, address, addresses, callable } = kinds;
const isDegree = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "min" in value && "max" in value;

const optionKinds: Kinds = {
  listen: address,
  peers: optional(addresses),
  state: optional({ fits: (value) => text.fits(value) && value !== "", right: "the path of a directory" }),
  store: optional(oneOf(["lmdb", "memory"])),
  name: optional(text),
  custody: optional(truth),
  leaf: optional(truth),
  history: optional(truth),
  readReceipts: optional(truth),
  degree: optional({ fits: isDegree, right: "two numbers of links, for example { min: 2, max: 4 }" }),
  bootstrap: optional(addresses),
  via: optional({ ...text, right: 'text, for example "line 127.0.0.1:8085"' }),
  accepts: optional(callable),
  insecure: optional(truth),
};

/** @throws E3Error "bad-option" for a name that a peer cannot have. */
export function checkName(name: string, bytesMax: number): string {
  const fault = nameFault(name, bytesMax);
  if (fault !== undefined) throw new E3Error("bad-option", `the name ${fault}`);
  return name;
}

function checkVia(via: string | undefined): string {
  if (via === undefined) return "";
  if (/^[\x20-\x7e]{1,200}$/.test(via)) return via;
  throw new E3Error("bad-option", "via must be 1 to 200 letters, digits, signs and spaces of ASCII");
}
