import type { DigestLine } from "./advert-digest.ts";

/** What a leaf was told of a peer, as a line of a digest: both sides make the same of the same (link.proto, Digest). */
export function toldLine(told: {
  readonly node: bigint;
  readonly id: bigint;
  readonly present: boolean;
  readonly claimedAtMs: number;
}): DigestLine {
  const { node, id, present, claimedAtMs } = told;
  return { node, incarnation: id * 2n + (present ? 1n : 0n), version: BigInt(claimedAtMs) };
}
