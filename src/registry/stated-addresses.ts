import { parseAddress } from "../core/address.ts";
import { E3Error } from "../core/error.ts";

/**
 * Reads the addresses at which a peer says that it listens.
 *
 * @returns them in normal form, each once.
 * @throws E3Error "bad-option" when there are too many, "bad-address" when one is none.
 */
export function parseAddresses(texts: readonly string[], addressesMax: number): readonly string[] {
  if (texts.length > addressesMax) {
    throw new E3Error("bad-option", `${texts.length} addresses are stated; the most is ${addressesMax}`);
  }
  return [...new Set(texts.map(parseStated))];
}

/** A name of 253 characters, a colon and a port; the name may end in a dot. */
const charactersMax = 260;

function parseStated(text: string): string {
  if (text.length > charactersMax) throw new E3Error("bad-address", "an address is longer than any address can be");
  return parseAddress(text);
}
