import { escapeText, quoteText } from "./escape.ts";
import { encodeUtf8 } from "./utf8.ts";

/**
 * What is wrong with a name that a peer is to be given, as the rest of a sentence that begins with "the name"; undefined
 * when nothing is. Peers elsewhere may state what they like: their names are shown by showName, and believed by nobody.
 *
 * @param bytesMax bytes of UTF-8 that a name may have: Limits.advertTextBytesMax.
 */
export function nameFault(name: string, bytesMax: number): string | undefined {
  if (name === "") return "is empty; leave it out, or give one letter at least";
  if (/\p{Cs}/u.test(name)) return "is not Unicode: half of a surrogate pair is missing; complete it";
  const bytes = encodeUtf8(name).length;
  if (bytes > bytesMax) return `has ${bytes} bytes of UTF-8; the most is ${bytesMax}`;
  if (/\p{Cc}/u.test(name)) return "has control characters; leave them out";
  if (escapeText(name) !== name) return `has characters that do not show: ${quoteText(name)}; leave them out`;
  if (/^\s|\s$/u.test(name)) return "begins or ends with a space; leave that out";
  if (/^[+-]?\p{Nd}+$/u.test(name)) return "is a number, which would be taken for an id; add a letter";
  if (/@\p{Nd}+$/u.test(name)) return "ends with @ and digits, which is how namesakes are told apart; leave that out";
  return undefined;
}

/** The same for two names that differ in nothing but case or in how their accents are encoded (Unicode NFC). */
export function foldName(name: string): string {
  // By way of capitals, since some letters have two small forms. Source: Unicode, section 3.13, caseless matching.
  return name.normalize("NFC").toUpperCase().toLowerCase().normalize("NFC");
}

/**
 * A name as it is shown and typed: as it is when it is one plain word, else escaped and in double quotes. What strangers
 * call themselves can so neither end a bracket, nor pass for an id, nor for two words.
 */
export function showName(name: string): string {
  if (plainWord.test(name)) return name;
  return `"${escapeText(name).replace(/["\\]/g, "\\$&")}"`;
}

/** Letters, marks and digits of any script, and a few signs within; a letter first. */
const plainWord = /^\p{L}[\p{L}\p{M}\p{N}._+'-]*$/u;
