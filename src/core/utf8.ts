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

/** Whether the text is so short that writing it character by character, if it is ASCII, is faster than calling the encoder. */
export function isShort(text: string): boolean {
  return text.length <= shortMax;
}

const shortMax = 256;

/** Whether the text is ASCII, and short. */
export function isShortAscii(text: string): boolean {
  if (!isShort(text)) return false;
  let all = 0;
  for (let index = 0; index < text.length; index++) all |= text.charCodeAt(index);
  return all < 0x80;
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
