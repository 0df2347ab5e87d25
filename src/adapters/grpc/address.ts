import { isIPv6 } from "node:net";
import { parseAddress } from "../../core/address.ts";

/** A host (name or number, IPv6 without brackets) and a port, as node:net takes them. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/**
 * Takes an address to listen on apart.
 * @throws E3Error "bad-address".
 */
export function hostPort(address: string): HostPort {
  const normal = parseAddress(address, { listen: true });
  const colon = normal.lastIndexOf(":");
  return { host: normal.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(normal.slice(colon + 1)) };
}

/** Host and port as one address, IPv6 in brackets. */
export function formatAddress({ host, port }: HostPort): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** An address as grpc-js reports it, where IPv6 has no brackets ("::1:8081"), in the usual form. */
export function formatPeer(peer: string): string {
  const colon = peer.lastIndexOf(":");
  return isIPv6(peer.slice(0, colon)) ? `[${peer.slice(0, colon)}]${peer.slice(colon)}` : peer;
}
