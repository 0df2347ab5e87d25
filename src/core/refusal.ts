import { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import { bodyFields } from "./body.ts";
import type { Limits } from "./limits.ts";

/**
 * Why a peer does not take a message with this body; undefined when it does.
 * @param field Header.bodyField of it. @param from what is for everyone holds text or data.
 */
export function refusalOf(
  field: number,
  body: Uint8Array,
  limits: Pick<Limits, "bodyBytesMax">,
  from: "peer" | "everyone" = "peer",
): RefusalReason | undefined {
  if (body.length > limits.bodyBytesMax + aroundBytesMax) return RefusalReason.TOO_LARGE;
  return (from === "peer" ? taken : plain).has(field) ? undefined : RefusalReason.UNKNOWN_BODY;
}

/** Tags, lengths, preface and the place in a group come on top of the content that the limit is about. */
const aroundBytesMax = 8_192;
const plain: ReadonlySet<number> = new Set([bodyFields.text, bodyFields.data]);
const taken: ReadonlySet<number> = new Set([...plain, bodyFields.group, bodyFields.signal]);
