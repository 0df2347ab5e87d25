import { encodeUtf8 } from "../../core/utf8.ts";

/** Longest text, bytes of UTF-8: what fits into a payload beside the longest name that a peer may have. */
export const textBytesMax = 9_600;

/** What this wire cannot carry of a text to a program, in a sentence; undefined when it can. */
export function textFault(text: string): string | undefined {
  if (text.includes("|")) return "The text has a vertical bar, which ends a field on this wire: say it without.";
  if (/&&[A-Z]/.test(text))
    return "The text has two ampersands before a capital letter, which begin a command on this wire: put a space between.";
  if (/[\0-\u0008\u000b-\u001f\u007f-\u009f]/.test(text))
    return "The text has control characters, which would act on the terminal of whoever is shown it: say it without.";
  if (/\p{Cs}/u.test(text)) return "The text is not Unicode: half of a surrogate pair is missing.";
  // Each UTF-16 unit is a byte at the least: what is far too long is not encoded first.
  if (text.length > textBytesMax || encodeUtf8(text).length > textBytesMax)
    return `The text has more than ${textBytesMax} bytes, the most that this wire carries: send it in parts.`;
  return undefined;
}
