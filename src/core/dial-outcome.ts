/**
 * What came of dialling an address: there is a link with this peer; or not yet, and why.
 *
 * A failure's code is that of the E3Error which whoever waits is given (error.ts):
 * - "unanswered": nobody answered, which may change by itself;
 * - "refused": a peer is there, and does not want the link;
 * - "protocol": something is there that is no e3 peer, or speaks another version;
 * - "bad-address": it is this peer's own;
 * - "resource-exhausted": this peer has as many links as it can keep;
 * - "closed": it was disconnected by hand.
 */
export type DialOutcome =
  { readonly kind: "linked"; readonly id: bigint } | ({ readonly kind: "failed" } & DialFailure);

/** Why a dial came to nothing; the reason is in words, perhaps the other end's, and may be empty. */
export interface DialFailure {
  readonly code: "unanswered" | "refused" | "protocol" | "bad-address" | "resource-exhausted" | "closed";
  readonly reason: string;
}
