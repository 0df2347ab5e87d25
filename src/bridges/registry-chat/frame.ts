import { E3Error } from "../../core/error.ts";
import { encodeUtf8 } from "../../core/utf8.ts";
import type { WireFault } from "../parser.ts";

/**
 * A frame of this wire: a header of five characters, the length of the payload in bytes, then the payload, UTF-8.
 *
 * The length stands at the left and is filled up with spaces. Programs write it with a space before it, or without: what is
 * sent here has one, what is read may have any number, on both sides.
 */
export const headerBytes = 5;

/** Longest payload that is read, bytes. Programs write lines that people type; a connection may hold one such payload. */
export const payloadReadBytesMax = 16_384;

/** Longest payload that is sent, bytes: the longest whose length leaves room for the space in the header. */
export const payloadSentBytesMax = 9_999;

/**
 * One frame.
 * @throws E3Error "too-large", or "bad-content" for text that is not Unicode.
 */
export function encodeFrame(payload: string): Uint8Array {
  const bytes = encodeUtf8(payload);
  if (bytes.length > payloadSentBytesMax)
    throw new E3Error("too-large", `the payload has ${bytes.length} bytes, the most is ${payloadSentBytesMax}`);
  const frame = new Uint8Array(headerBytes + bytes.length);
  frame.set(encodeUtf8(` ${bytes.length}`.padEnd(headerBytes)));
  frame.set(bytes, headerBytes);
  return frame;
}

/** The length that a header says, or what is wrong with it. */
export function readHeader(header: Uint8Array): number | WireFault {
  const text = Array.from(header, (byte) => String.fromCharCode(byte)).join("");
  const digits = /^ *([0-9]+) *$/.exec(text)?.[1];
  if (header.length !== headerBytes || digits === undefined)
    return { code: "malformed", reason: "a header is not a length in five characters, such as ' 13  '" };
  const length = Number(digits);
  if (length > payloadReadBytesMax)
    return { code: "too-large", reason: `the length ${length} is above ${payloadReadBytesMax}` };
  return length;
}
