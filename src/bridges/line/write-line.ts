import { encodeUtf8 } from "../../core/utf8.ts";
import type { Content } from "../../peer/types.ts";
import { lineBytesMax } from "./line-parser.ts";
import { wordOf, type Author } from "./read-line.ts";

/** A line of somebody, as programs have it: no newline, and brackets where the program that gets it writes them itself. */
export function encodeLine({ address, team, bracketed }: Author, text: string): Uint8Array {
  return encodeUtf8(`${bracketed ? `<${address}>` : address} ${team} ${text}`);
}

/** Why a program cannot be given a text; undefined when it can. */
export function textFault(text: string): string | undefined {
  if (wordOf(text) !== undefined) return `${text.trim()} alone is a word of the wire; say it with other words`;
  if (text.trim() === "") return "it shows nothing; say something";
  if (/^\s/.test(text)) return "it begins with a space, which would be lost; leave that out";
  if (encodeUtf8(text).length > lineBytesMax - headBytesMax) return `it has over ${lineBytesMax - headBytesMax} bytes`;
  return undefined;
}

/** Whether a program can be given a content. */
export function isCarried(content: Content): boolean {
  return typeof content === "string" && textFault(content) === undefined;
}

/** A name as a team: one word. */
export function teamOf(name: string, id: bigint): string {
  const word = name.trim().replace(/\s+/g, "_");
  return word === "" ? `${id}` : word;
}

/** An address, brackets, a team of a name's length, spaces. */
const headBytesMax = 600;
