import { E3Error } from "../core/error.ts";
import { encodeUtf8 } from "../core/utf8.ts";

/**
 * Reads a password: 8 to 1,024 bytes of UTF-8 in Unicode's form NFC, so that keyboards which compose letters in different
 * ways give the same one. Any characters may be in it. Source: NIST SP 800-63B, 5.1.1.2.
 *
 * @returns what is hashed.
 * @throws E3Error "bad-option"; the message does not have the password.
 */
export function parsePassword(text: string): Uint8Array {
  // Before normalizing: NFC makes no text less than a third as long, and every unit takes a byte at least.
  if (text.length > 3 * bytesMax) throw refused();
  const bytes = encodeUtf8(text.normalize("NFC"));
  if (bytes.length < bytesMin || bytes.length > bytesMax) throw refused();
  return bytes;
}

const bytesMin = 8;
const bytesMax = 1_024;

function refused(): E3Error {
  return new E3Error("bad-option", `a password has ${bytesMin} to ${bytesMax} bytes of UTF-8`);
}
