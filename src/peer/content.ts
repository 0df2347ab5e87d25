import { encodeData, encodeText } from "../core/body.ts";
import { E3Error } from "../core/error.ts";
import type { Content } from "./types.ts";

/**
 * Content as the body of an envelope.
 *
 * @throws E3Error "bad-content" when there is none or it is not Unicode, "too-large" above the limit.
 */
export function encodeContent(content: Content, bodyBytesMax: number): Uint8Array {
  if (content === "") throw new E3Error("bad-content", "there is no text to send; give it at least one character");
  if (typeof content !== "string" && !isData(content)) {
    throw new E3Error("bad-content", "content must be text, or { contentType, data } with data as a Uint8Array");
  }
  if (typeof content === "string" && content.length > bodyBytesMax) throw tooLarge(content.length, bodyBytesMax);
  const body = typeof content === "string" ? encodeText(content) : encodeData(content.contentType, content.data);
  const bytes = body.length - prefixBytes(body.length);
  if (bytes > bodyBytesMax) throw tooLarge(bytes, bodyBytesMax);
  return body;
}

/** Plain JavaScript may pass anything. */
function isData(content: unknown): boolean {
  if (typeof content !== "object" || content === null || !("contentType" in content && "data" in content)) return false;
  return typeof content.contentType === "string" && content.data instanceof Uint8Array;
}

/** Bytes of the tag and the length that stand before the content: two, and seven bits of the length to each more. */
function prefixBytes(bodyBytes: number): number {
  let bytes = 3;
  while (bodyBytes - bytes >= 128 ** (bytes - 2)) bytes += 1;
  return bytes;
}

function tooLarge(bytes: number, bodyBytesMax: number): E3Error {
  return new E3Error("too-large", `the content has ${bytes} bytes, the most is ${bodyBytesMax}; send it in parts`);
}
