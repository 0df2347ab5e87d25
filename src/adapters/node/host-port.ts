import { isIPv6 } from "node:net";
import { parseAddress } from "../../core/address.ts";

/** Host (IPv6 without brackets) and port of an address in normal form. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(address.slice(colon + 1)) };
}

/** The normal form of an address that a socket reports: an IPv4 address mapped into IPv6 is IPv4. */
export function normalAddress(scoped: string, port: number): string {
  // A link-local address comes with its interface, as fe80::1%eth0, which no address of e3 has.
  const host = scoped.replace(/%.*$/, "");
  return parseAddress(isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`, { listen: true });
}
