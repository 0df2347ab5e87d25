import { getTextEncoding } from "@bufbuild/protobuf/wire";
import { E3Error } from "./error.ts";

/**
 * The text as UTF-8.
 *
 * @throws E3Error "bad-content" when a surrogate in it stands alone: it has no UTF-8, and the usual replacement would
 * deliver other text than was sent.
 */
export function encodeUtf8(text: string): Uint8Array {
  if (/\p{Cs}/u.test(text))
    throw new E3Error("bad-content", "the text is not Unicode: half of a surrogate pair is missing");
  return getTextEncoding().encodeUtf8(text);
}

/** The text of the bytes, a byte order mark included; undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    const text = getTextEncoding().decodeUtf8(bytes, true);
    // Decoders take a leading mark for a note to themselves and drop it; here it is part of what was sent.
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? `\ufeff${text}` : text;
  } catch {
    return undefined;
  }
}
