/**
 * Makes any text safe to print on one line of a terminal, a log or an error message.
 *
 * Whatever could move the cursor, start an escape sequence, break the line, reorder what is shown or show nothing at
 * all becomes a visible escape: \n \r \t, \x1b, \u202e, \u{e0041}. That is every control (C0, DEL, C1), every format
 * control (bidi overrides, zero-width characters, tags), the line and paragraph separators, and lone surrogates.
 * Printable characters stay as they are, the backslash too, so this is for people to read and cannot be reversed.
 * Source: design, "Trust": logs, terminals and pages escape what peers send.
 */
export function escapeText(text: string): string {
  return text.replace(unsafe, escapeCharacter);
}

/** The text in double quotes, escaped, cut to so many characters: for naming bad input in an error message. */
export function quoteText(text: string, charactersMax = 40): string {
  // Twice as many code units hold that many characters, whatever the text: a huge one is not walked through.
  const characters = [...text.slice(0, 2 * charactersMax + 1)];
  const cut = characters.length > charactersMax;
  return `"${escapeText(characters.slice(0, charactersMax).join(""))}${cut ? "..." : ""}"`;
}

/**
 * Cc controls, Cf format controls, Zl and Zp separators, Cs lone surrogates. Two kinds of Cf pass: a joiner between two
 * emoji, without which a family falls apart into its members, and the few format characters that have a shape of their
 * own (Unicode's Prepended_Concatenation_Mark, such as the Arabic number sign).
 */
const unsafe =
  /(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d(?=\p{Extended_Pictographic}))(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function escapeCharacter(character: string): string {
  const name = named.get(character);
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}
