import { bodyFields, countItems, decodeBody, encodeBundle } from "./body.ts";
import { bodyOf, type Header } from "./header.ts";
import type { Entry, Lane } from "./lane.ts";
import type { Limits } from "./limits.ts";

// A bundle: messages of one conversation that follow one another, in one envelope (proto/e3/v1/envelope.proto, Bundle).
// Whoever sends much sends it in bundles, so that a forwarder has one header to read and one copy to remember for many
// messages; and so has a custodian, who keeps and repeats it whole (kept.ts).

/** Entries of a lane on their way, to its target or to a custodian. */
export type Way = Pick<Lane, "entries" | "run">;

/** The messages that leave next, together: all but number and body is the same. None when nothing may leave. */
export function nextTogether({ entries, run }: Way, limits: Limits, nowMs: number): readonly Entry[] {
  const number = run.next(entries, nowMs);
  const first = number === undefined ? undefined : entries.get(number);
  if (first === undefined) return none;
  const together = [first];
  let bytes = first.bytes;
  for (let next = entries.get(first.number + 1); next !== undefined; next = entries.get(next.number + 1)) {
    bytes += next.bytes;
    const isAlike = next.sentAtMs === first.sentAtMs && next.expiresAtMs === first.expiresAtMs;
    if (!isAlike || together.length >= limits.bundleCountMax || bytes > limits.bundleBytesMax) break;
    if (run.next(entries, nowMs) === undefined) break;
    together.push(next);
  }
  return together;
}

/** The body of the envelope in which these leave. */
export function bodyOfAll(together: readonly Entry[]): Uint8Array {
  const [first] = together;
  return first !== undefined && together.length === 1 ? first.body : encodeBundle(together.map(({ body }) => body));
}

/**
 * The bodies in an envelope, of the messages with the numbers from the header's on: one, or those of a bundle, which are
 * views of it; or what is wrong with the bundle in words.
 */
export function bodiesOf(envelope: Uint8Array, header: Header): readonly Uint8Array[] | string {
  const body = bodyOf(envelope);
  if (header.bodyField !== bodyFields.bundle) return [body];
  const bundle = decodeBody(body);
  if (typeof bundle === "string") return bundle;
  if (bundle.kind !== "bundle") return "a bundle is not what its envelope says";
  const last = header.number + (bundle.bodies.length - 1);
  return Number.isSafeInteger(last) ? bundle.bodies : "the numbers of a bundle are too large";
}

/** How many messages are in an envelope: what bodiesOf has; 0 where a bundle is malformed, or has more than max. */
export function countIn(envelope: Uint8Array, header: Header, max: number): number {
  if (header.bodyField !== bodyFields.bundle) return 1;
  // Before they are read: a stranger may offer the largest again and again.
  if (countItems(bodyOf(envelope), max) > max) return 0;
  const bodies = bodiesOf(envelope, header);
  return typeof bodies === "string" ? 0 : bodies.length;
}

const none: readonly Entry[] = [];
