import { parseIp } from "../core/ip.ts";

/**
 * The network that a caller's attempts are counted under: its IPv4 address, or the first 64 bits of its IPv6 address, as
 * one subscriber has all addresses below (RFC 6177).
 *
 * @param remote a socket address, host:port. What is none stands for itself.
 */
export function networkOf(remote: string): string {
  const host = remote.slice(0, Math.max(0, remote.lastIndexOf(":"))).replace(/^\[|\]$/g, "");
  // Scoped: fe80::1%eth0.
  const ip = parseIp(host.replace(/%.*$/, ""));
  if (ip === undefined) return remote;
  return ip.startsWith("[") ? `${groupsOf(ip.slice(1, -1)).slice(0, 4).join(":")}::/64` : ip;
}

/** All eight groups of an address in normal form. */
function groupsOf(address: string): readonly string[] {
  const [head = [], tail = []] = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  return [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail];
}
