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
  if (typeof content === "string" && content.length > bodyBytesMax) throw tooLarge(content.length, bodyBytesMax);
  const body = typeof content === "string" ? encodeText(content) : encodeData(content.contentType, content.data);
  if (body.length > bodyBytesMax + overheadBytes) throw tooLarge(body.length, bodyBytesMax);
  return body;
}

/** Tag and length of the body's field. */
const overheadBytes = 8;

function tooLarge(bytes: number, bodyBytesMax: number): E3Error {
  return new E3Error("too-large", `the content has ${bytes} bytes, the most is ${bodyBytesMax}; send it in parts`);
}
