import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import { quoteText } from "../../core/escape.ts";
import { addressToBytes } from "./ipv4.ts";

/** How the bridge is run. */
export interface GossipOptions {
  /** Where modules find it, host:port; port 0 picks a free one. INI: `api_address`, and above it `listen`. Default 127.0.0.1:7001. */
  readonly listen: string;
  /**
   * Where original peers find it, host:port with an IPv4 host, as it is stated to them; port 0 picks a free one. INI:
   * `p2p_address`. Default: nowhere, and there is no exchange with original peers.
   */
  readonly p2pAddress?: string;
  /** The original peer that is dialled first and never given up, host:port. INI: `bootstrapper`. Default: none. */
  readonly bootstrapper?: string;
  /**
   * Announcements kept until a module registers their type, and until one says that they are valid; the oldest go first,
   * and go nowhere then. INI: `cache_size`, 1 to 10,000. Default 50. Each takes 64 KiB at most.
   */
  readonly cacheSize: number;
  /**
   * Links with original peers: below min known addresses are dialled and others asked for; above max nobody is sent
   * anything. INI: `degree`, MIN..MAX or the most alone, of which half is dialled then and the rest is for those who dial; 1
   * to 1,000. Default 15..30.
   */
  readonly degree: { readonly min: number; readonly max: number };
  /**
   * For how long the same type and data, heard from original peers, are the same announcement, milliseconds. INI:
   * `repeat_seconds`, 1 to 3,600. Default 60 s. Shorter than a round through all peers, an announcement without a ttl
   * would go round for ever.
   */
  readonly repeatMs: number;
  /** Time between two questions for peers while there are too few, milliseconds. INI: `pull_seconds`, 1 to 3,600. Default 30 s. */
  readonly pullMs: number;
  /**
   * How long a module that answers no notifications waits for the next one, milliseconds. INI: `pause_ms`, 0 to 1,000.
   * Default 20. Common modules read two bytes too many when two notifications come at once, and then nothing more.
   */
  readonly pauseMs: number;
  /**
   * For how long the mesh keeps an announcement for bridges that are away, milliseconds. INI: `keep_seconds`, 1 to 604,800.
   * Default an hour.
   */
  readonly keepMs: number;
  /** Settings that mean nothing to it: they are warned about. */
  readonly unknown: readonly string[];
}

/**
 * Settings of a command line or configuration file, judged: those of the originals by the originals' names.
 * @throws E3Error "bad-option" or "bad-address".
 */
export function gossipOptions(settings: Settings): GossipOptions {
  const { p2p_address: p2pAddress, bootstrapper } = settings;
  if (bootstrapper !== undefined && p2pAddress === undefined)
    throw new E3Error("bad-option", "bootstrapper needs p2p_address: original peers are told where to answer; add it");
  return {
    listen: parseAddress(settings["listen"] ?? settings["api_address"] ?? "127.0.0.1:7001", { listen: true }),
    ...(p2pAddress === undefined ? {} : { p2pAddress: ipv4Address(p2pAddress) }),
    ...(bootstrapper === undefined ? {} : { bootstrapper: numeric(parseAddress(bootstrapper)) }),
    cacheSize: whole(settings, "cache_size", { from: 1, to: 10_000, otherwise: 50 }),
    degree: parseDegree(settings["degree"] ?? "15..30"),
    repeatMs: 1000 * whole(settings, "repeat_seconds", { from: 1, to: 3600, otherwise: 60 }),
    pullMs: 1000 * whole(settings, "pull_seconds", { from: 1, to: 3600, otherwise: 30 }),
    pauseMs: whole(settings, "pause_ms", { from: 0, to: 1000, otherwise: 20 }),
    keepMs: 1000 * whole(settings, "keep_seconds", { from: 1, to: 604_800, otherwise: 3600 }),
    unknown: Object.keys(settings).filter((name) => !known.has(name)),
  };
}

type Settings = Readonly<Record<string, string>>;

const known: ReadonlySet<string> = new Set([
  ...["listen", "api_address", "p2p_address", "bootstrapper", "cache_size", "degree"],
  ...["repeat_seconds", "pull_seconds", "pause_ms", "keep_seconds"],
  // Names the key of an original node, before any section. A guest of the mesh has a key of its own.
  "hostkey",
]);

const degreeMax = 1000;

/** The wire has no names: so one peer is not taken for two. */
function numeric(address: string): string {
  return address.replace(/^localhost:/, "127.0.0.1:");
}

/** The wire states addresses in four bytes. */
function ipv4Address(text: string): string {
  const address = numeric(parseAddress(text, { listen: true }));
  if (addressToBytes(address) !== undefined) return address;
  const right = "original peers know IPv4 only; write it as 127.0.0.1:6001";
  throw new E3Error("bad-address", `p2p_address ${quoteText(text)} cannot be told to anybody: ${right}`);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly otherwise: number;
}

function whole(settings: Settings, name: string, { from, to, otherwise }: Range): number {
  const text = settings[name];
  if (text === undefined) return otherwise;
  const number = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new E3Error("bad-option", `${name} ${quoteText(text)} is not a whole number from ${from} to ${to}`);
}

function parseDegree(text: string): GossipOptions["degree"] {
  const [, least, most = ""] = /^(?:([0-9]{1,9})\.\.)?([0-9]{1,9})$/.exec(text) ?? [];
  const max = Number(most);
  const min = least === undefined ? Math.ceil(max / 2) : Number(least);
  if (min >= 1 && max >= min && max <= degreeMax) return { min, max };
  const right = `write a number from 1 to ${degreeMax}, or two as in 2..4`;
  throw new E3Error("bad-option", `degree ${quoteText(text)} is no number of links; ${right}`);
}
