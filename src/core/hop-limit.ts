import { bodyOf, readHeader, writeEnvelope, type Header } from "./header.ts";
import type { Limits } from "./limits.ts";
import { readPreface, type ReadPreface } from "./preface.ts";

/**
 * Hop limit of a message for everyone: it is shown by peers that a copy with its body reached over at most so many hops.
 *
 *     origin, limit 2 ── hops_left 1 ──► shown ── hops_left 0 ──► shown ── emptied ──► counted ── emptied ──► counted ...
 *
 * Beyond the limit the envelope goes on without its body, pushed and asked for as any other: the numbers of an origin have no
 * holes, and whoever did not get this one would ask for it for ever. It costs some sixty bytes, is kept for those who ask,
 * stands for its place in the causal order, and is never shown. Peers that do not know of the limit take an emptied one for
 * content that they cannot show, and count it, too.
 *
 * Source: design.md section 8; RFC 8200 section 3, "Hop Limit".
 */
type Limited = Pick<Header, "hopsLeft" | "bodyField">;
type HopBounds = Pick<Limits, "hopsMax" | "frameBytesMax">;

/**
 * Whether it came further than its limit: without its body, or with more hops left than a copy under that limit ever has. Those
 * it has from a peer that does not know of the limit and was asked for it: how far it came nobody can tell then.
 */
export function isBeyond({ hopsLeft, bodyField }: Limited, { hopLimit }: ReadPreface): boolean {
  return hopLimit > 0 && (bodyField === 0 || hopsLeft >= hopLimit);
}

/** The envelope without its body, and with as many hops left as there may be: no limit bounds it any more. */
export function emptied(header: Header, body: Uint8Array, { bytes }: ReadPreface, hopsMax: number): Uint8Array {
  return writeEnvelope({ ...header, hopsLeft: hopsMax }, body.subarray(0, bytes));
}

/**
 * What a peer hands on of a message that it keeps with its body, under a hop limit; undefined where the message has none, or no
 * body. What is kept says how many hops it may still make from here.
 *
 * @param ttlMs time that it has left to live, where that is another than it says.
 */
export function handedOn(envelope: Uint8Array, limits: HopBounds, ttlMs?: number): Uint8Array | undefined {
  const kept = readHeader(envelope, 0);
  const body = bodyOf(envelope);
  const preface = readPreface(body);
  if (typeof kept === "string" || typeof preface === "string") return undefined;
  if (preface.hopLimit === 0 || kept.bodyField === 0) return undefined;
  const header = { ...kept, ttlMs: ttlMs ?? kept.ttlMs };
  const hopsLeft = Math.min(header.hopsLeft, preface.hopLimit) - 1;
  const whole = hopsLeft < 0 ? undefined : writeEnvelope({ ...header, hopsLeft }, body);
  // Written anew it must not be more than a link takes; one as large is shown by nobody.
  const isWhole = whole !== undefined && whole.length <= limits.frameBytesMax / 2;
  return isWhole ? whole : emptied(header, body, preface, limits.hopsMax);
}
