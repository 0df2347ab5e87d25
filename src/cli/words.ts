import { E3Error } from "../core/error.ts";

/** The first word of a line, and the rest. */
export interface FirstWord {
  /** As typed, quotes included. */
  readonly word: string;
  /** What follows the one blank after it; empty when nothing does. */
  readonly rest: string;
}

/**
 * Takes the first word off a text that does not begin with a blank. A word ends with a blank; one that begins with a double
 * quote not before the next double quote that has no backslash in front: `"Ali Reza"@106` is one word.
 *
 * @throws E3Error "bad-option" when a quote has no end.
 */
export function takeWord(text: string): FirstWord {
  const quotedEnd = text.startsWith('"') ? endOfQuotes(text) : 0;
  const blank = text.slice(quotedEnd).search(/\s/);
  const end = blank < 0 ? text.length : quotedEnd + blank;
  return { word: text.slice(0, end), rest: text.slice(end + 1) };
}

/**
 * The words of a text, as typed; blanks between them do not count.
 * @throws E3Error "bad-option" when a quote has no end.
 */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  for (let left = text.trim(); left !== "";) {
    const { word, rest } = takeWord(left);
    words.push(word);
    left = rest.trimStart();
  }
  return words;
}

/** Where the quoted part of a word is over. */
function endOfQuotes(text: string): number {
  for (let at = 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
  throw new E3Error("bad-option", 'a name in quotes has no end: write "Ali Reza" your text');
}
