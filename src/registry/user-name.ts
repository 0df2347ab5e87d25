import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import { nameFault } from "../core/name.ts";

/**
 * Reads the name of a user: what may be a peer's name, but 64 bytes of UTF-8 at most, in Unicode's form NFC.
 *
 * @returns the name in form NFC.
 * @throws E3Error "bad-option", naming what is wrong.
 */
export function parseUserName(text: string): string {
  // Before normalizing: NFC makes no text less than a third as long.
  const fault = text.length > 3 * bytesMax ? `is longer than ${bytesMax} bytes` : undefined;
  const name = fault === undefined ? text.normalize("NFC") : "";
  const found = fault ?? nameFault(name, bytesMax);
  if (found !== undefined) throw new E3Error("bad-option", `the name ${quoteText(text)} ${found}`);
  return name;
}

const bytesMax = 64;
