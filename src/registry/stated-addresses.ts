import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";
import { parseIp } from "../core/ip.ts";

/**
 * Reads the addresses at which a peer says that it listens.
 *
 * @param remote the socket address it calls from, host:port. A peer that listens on all its addresses can be reached at
 * this one, as far as the registry sees.
 * @returns them in normal form, each once.
 * @throws E3Error "bad-option" when there are too many, "bad-address" when one is none.
 */
export function parseAddresses(texts: readonly string[], addressesMax: number, remote = ""): readonly string[] {
  if (texts.length > addressesMax) {
    throw new E3Error("bad-option", `${texts.length} addresses are stated; the most is ${addressesMax}`);
  }
  const seen = parseIp(remote.slice(0, Math.max(0, remote.lastIndexOf(":"))).replace(/^\[|\]$/g, ""));
  return [...new Set(texts.map((text) => reachable(parseStated(text), seen)))];
}

/** What stands for all addresses of a machine stands for one's own when it is dialled. */
const everywhere = /^(?:0\.0\.0\.0|\[::\])(?=:)/;

function reachable(address: string, seen: string | undefined): string {
  return seen === undefined ? address : address.replace(everywhere, seen);
}

/** A name of 253 characters, a colon and a port; the name may end in a dot. */
const charactersMax = 260;

function parseStated(text: string): string {
  if (text.length > charactersMax) throw new E3Error("bad-address", "an address is longer than any address can be");
  return parseAddress(text);
}
