import { E3Error } from "./error.ts";
import { quoteText } from "./escape.ts";
import { parseIp } from "./ip.ts";
import { checkKind, kinds } from "./kinds.ts";

/** How an address will be used. */
export interface AddressUse {
  /** It is listened on, so that port 0 may ask for a free one. Default false. */
  readonly listen?: boolean;
}

/**
 * Reads an address as people write it: `127.0.0.1:8081`, `host.example:8081` or `[::1]:8081`.
 *
 * @returns the one normal form of it, "host:port": names in lower case, IPv6 in brackets and as RFC 5952 writes it,
 * an IPv4 address mapped into IPv6 as IPv4, the port without leading zeros.
 * @throws E3Error "bad-address", naming what is wrong and what would be right; "bad-option" for what is no text.
 */
export function parseAddress(text: string, use: AddressUse = {}): string {
  checkKind(text, kinds.address, "the address");
  const address = split(text, use.listen === true ? 0 : 1);
  if (typeof address === "string") {
    throw new E3Error("bad-address", `the address ${quoteText(text)} ${address}; ${expectation}`);
  }
  return `${address.host}:${address.port}`;
}

/**
 * Whether two addresses lead to the same place as far as their text tells: equal in normal form, or one says localhost
 * and the other 127.0.0.1 or [::1]. Text that is no address equals only itself.
 */
export function sameAddress(a: string, b: string): boolean {
  const left = split(a, 0);
  const right = split(b, 0);
  if (typeof left === "string" || typeof right === "string") return a === b;
  if (left.port !== right.port) return false;
  return left.host === right.host || isLocalhostAnd(left.host, right.host) || isLocalhostAnd(right.host, left.host);
}

/**
 * Whether the address stays on this machine: 127.0.0.0/8, ::1, and the names localhost and *.localhost (RFC 6761).
 * Also takes the form that sockets report, IPv6 without brackets before the last colon. False for what is no address.
 */
export function isLoopback(address: string): boolean {
  const parts = split(address, 0);
  const host = typeof parts === "string" ? parseIp(/^([0-9a-f:.]+):[0-9]{1,5}$/i.exec(address)?.[1] ?? "") : parts.host;
  if (host === undefined) return false;
  return host.startsWith("127.") ? parseIp(host) !== undefined : /^(\[::1\]|(.+\.)?localhost)$/.test(host);
}

interface Address {
  /** Normal form; IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
}

const expectation = "expected host:port, for example 127.0.0.1:8081, host.example:8081 or [::1]:8081";
const portMax = 65_535;
/** RFC 1035: 255 bytes with their lengths are 253 characters; one label is 63. */
const nameMax = 253;

/** The parts of the address, or what is wrong with it. */
function split(text: string, portMin: number): Address | string {
  if (text === "") return "is empty";
  const colon = text.lastIndexOf(":");
  const port = text.slice(colon + 1);
  if (colon < 0 || port === "") return "has no port";
  const written = text.slice(0, colon);
  if (written === "") return "has no host";
  const host = written.startsWith("[") ? bracketed(written) : hostOf(written);
  if (host === undefined) return `has ${written.includes(":") ? bareIpv6Fault(written) : "no valid host"}`;
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) < portMin || Number(port) > portMax) {
    return `has a port that is not a number from ${portMin} to ${portMax}`;
  }
  return { host, port: Number(port) };
}

function bareIpv6Fault(host: string): string {
  return parseIp(host) === undefined ? "no valid host" : "an IPv6 address without brackets";
}

/** The normal form of [v6]; undefined when it is not. */
function bracketed(host: string): string | undefined {
  return host.endsWith("]") && host.includes(":") ? parseIp(host.slice(1, -1)) : undefined;
}

/** The normal form of an IPv4 address or a name; undefined when it is neither. */
function hostOf(host: string): string | undefined {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name === "" || name.length > nameMax) return undefined;
  const labels = name.split(".");
  // What ends in a number is meant as IPv4 (URL standard): 127.0.0.256 and 10.1 are mistakes, not names.
  if (/^[0-9]+$/.test(labels.at(-1) ?? "")) return host.includes(":") ? undefined : parseIp(host);
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) ? name : undefined;
}

function isLocalhostAnd(name: string, host: string): boolean {
  return name === "localhost" && (host === "127.0.0.1" || host === "[::1]");
}
