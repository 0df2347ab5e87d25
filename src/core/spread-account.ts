import { bodyOf, readHeader } from "./header.ts";
import { readPreface } from "./preface.ts";
import type { Kept } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";

/** Where an own message stands, and what happens next. */
export interface Account {
  readonly number: number;
  readonly status: "waiting" | "accepted" | "spread";
  readonly sentAtMs: number;
  readonly expiresAtMs: number;
  readonly next: string;
}

/** What can be said of an own message that is kept; undefined where it is not. */
export function accountOf(
  kept: Kept | undefined,
  own: Pick<SpreadOwn, "durable" | "isSettled">,
  number: number,
): Account | undefined {
  const header = kept === undefined ? undefined : readHeader(kept.envelope, 0);
  if (kept === undefined || header === undefined || typeof header === "string") return undefined;
  const { expiresAtMs, envelope } = kept;
  const times = { number, sentAtMs: header.sentAtMs, expiresAtMs };
  if (number > own.durable) return { ...times, status: "waiting", next: "it is being written to this peer's disk" };
  if (!own.isSettled(number)) return { ...times, status: "accepted", next: "it leaves as soon as a peer is there" };
  return { ...times, status: "spread", next: `peers that come ${whereOf(envelope)}until it expires get it, too` };
}

function whereOf(envelope: Uint8Array): string {
  const preface = readPreface(bodyOf(envelope));
  const hopLimit = typeof preface === "string" ? 0 : preface.hopLimit;
  return hopLimit === 0 ? "" : `within ${hopLimit} hop${hopLimit === 1 ? "" : "s"} `;
}
