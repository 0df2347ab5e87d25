import { encodeUtf8 } from "../../core/utf8.ts";

/** The longest datagram that a node reads, bytes. Source: the programs' own buffer. */
export const datagramBytesMax = 1_024;

/**
 * The longest datagram that is read here, bytes. A node sends its clock with all it says, which grows with each node it
 * knows, and does not look how long that gets: so more than another node would read.
 */
export const datagramReadBytesMax = 8_192;

/**
 * Bytes of UTF-8 that a text for a node may have: with it, a number, an id and a clock of two nodes fit into a datagram,
 * however high they count.
 */
export const textBytesMax = 900;

/**
 * What this wire cannot carry of a text, in a sentence; undefined when it carries it. The programs cut what they read at
 * every bar and question mark.
 */
export function textFault(text: string): string | undefined {
  if (text.includes("|")) return "the text has a bar, at which programs of udp-chat cut; leave it out";
  if (text.includes("?")) return "the text has a question mark, at which programs of udp-chat cut; leave it out";
  if (/\p{Cs}/u.test(text)) return "the text is not Unicode: half of a surrogate pair is missing";
  const bytes = encodeUtf8(text).length;
  if (bytes <= textBytesMax) return undefined;
  return `the text has ${bytes} bytes of UTF-8; programs of udp-chat take ${textBytesMax} at most`;
}

/**
 * What a node is shown in place of what it cannot be shown: who said it is in the datagram.
 *
 * @param text undefined for what is no text.
 */
export function substituteFor(text: string | undefined): string {
  if (text === undefined) return "(sent something that is no text, which this program cannot show)";
  if (/[|?]/.test(text)) return "(said something with a bar or a question mark in it, which this program cannot show)";
  return `(said something longer than the ${textBytesMax} bytes that this program can show)`;
}

/** What a program says of itself, unasked, each time it is told of nodes. */
export function announcementOf(id: string): string {
  return `${id} just joined the chat!`;
}

/** A text of ours as this wire can carry it: bars and question marks are replaced, and what is too long is cut. */
export function plainly(text: string): string {
  let plain = text
    .replace(/\p{Cs}/gu, "\ufffd")
    .replaceAll("|", "/")
    .replaceAll("?", ".");
  while (encodeUtf8(plain).length > textBytesMax) plain = [...plain].slice(0, -Math.max(1, plain.length >> 4)).join("");
  return plain;
}
