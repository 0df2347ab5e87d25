import { escapeText } from "../../core/escape.ts";
import { encodeUtf8 } from "../../core/utf8.ts";

/** Bytes of a user's name, at most. */
const nameBytesMax = 64;

/** What is wrong with the name of a user of this wire, as the rest of a sentence; undefined when nothing is. */
export function clientNameFault(name: string): string | undefined {
  if (encodeUtf8(name).length > nameBytesMax) return `has more than ${nameBytesMax} bytes`;
  if (/[|:]|&&/.test(name)) return "has a colon, a bar, or && in it";
  if (escapeText(name) !== name) return "has characters that do not show";
  if (isServer(name)) return "is how programs call the registry";
  return undefined;
}

/** Whether a name can be typed after a command of this wire, shown before a colon, and is not how programs call the registry. */
export function isTypable(name: string): boolean {
  return name !== "" && !/[\s|:&]/u.test(name) && escapeText(name) === name && !isServer(name);
}

function isServer(name: string): boolean {
  return name.toLowerCase() === "server";
}
