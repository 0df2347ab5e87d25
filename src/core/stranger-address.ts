import { isLoopback, parseAddress, sameAddress } from "./address.ts";

/**
 * An address that another peer told, when this peer may dial it.
 *
 * @param listen where this peer listens.
 * @returns its normal form; undefined for what is no address, this peer's own, one that stands for all of a machine's
 * addresses, and one from the wrong side: a peer on loopback dials nothing beyond its machine because a neighbour says so,
 * and one that others can reach does not take their loopback for its own.
 */
export function strangerAddress(text: string, listen: string): string | undefined {
  const address = text.length > charactersMax ? undefined : parsed(text);
  if (address === undefined || isEverywhere.test(address)) return undefined;
  return sameAddress(address, listen) || isLoopback(address) !== isLoopback(listen) ? undefined : address;
}

/** A name of 253 characters, a colon and a port; the name may end in a dot. */
const charactersMax = 260;
const isEverywhere = /^(0\.0\.0\.0|\[::\]):/;

function parsed(text: string): string | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}
