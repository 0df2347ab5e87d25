import { decodeBody } from "./body.ts";
import { decodeGroupLetter } from "./group-codec.ts";

/** What a message says. */
export type PlainContent = string | { readonly contentType: string; readonly data: Uint8Array };

/** Whether a content can be given to the program that a peer speaks for. The same content has the same answer, always. */
export type Accepts = (content: PlainContent) => boolean;

/** Whether the body of a message to this peer, or of one to a group, can be given to its program. What says nothing can. */
export function isFit(body: Uint8Array, accepts: Accepts): boolean {
  const read = decodeBody(body);
  if (typeof read === "string") return true;
  if (read.kind === "text") return accepts(read.text);
  if (read.kind === "data") return accepts(read);
  if (read.kind !== "group") return true;
  const content = decodeGroupLetter(read.bytes)?.content;
  if (content?.case === "text") return accepts(content.value);
  if (content?.case !== "data") return true;
  const { contentType, data } = content.value;
  return accepts({ contentType, data });
}
