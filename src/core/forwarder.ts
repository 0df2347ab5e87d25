import type { Effects } from "./effects.ts";
import { patchHops, readHeader, redirect, writeEnvelope, bodyOf, type Header } from "./header.ts";
import type { Identity } from "./identity.ts";
import type { Keeper } from "./keeper.ts";
import type { Limits } from "./limits.ts";
import type { Link } from "./links.ts";
import type { Receiver } from "./receiver.ts";
import type { Roads } from "./roads.ts";
import { Seen } from "./seen.ts";
import type { Spread } from "./spread.ts";

interface Parts {
  /** Random: keeps strangers from making envelopes that are taken for seen ones. */
  readonly seed: bigint;
  readonly identity: Identity;
  readonly roads: Roads;
  readonly receiver: Receiver;
  readonly keeper: Keeper;
  readonly spread: Pick<Spread, "take">;
  readonly limits: Limits;
  readonly effects: Effects;
}

/** Destinations of one envelope that leave by the same link. */
interface Branch {
  readonly link: Link;
  readonly destinations: bigint[];
  readonly keys: bigint[];
}

/**
 * Forwarder: what becomes of each envelope that arrives over a link.
 *
 *     no destinations, for everyone ────► spread
 *     seen before, or this peer's own ──► dropped
 *     a destination is this peer ───────► receiver
 *     the others, by next hop ──────────► one copy per link, a hop less, never back where it came from
 *     no road ──────────────────────────► kept, if this peer keeps mail; its sender is told
 *
 * What is dropped in transit is not lost: its sender repeats it until it is receipted.
 */
export class Forwarder {
  readonly #parts: Parts;
  readonly #seen: Seen;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#seen = new Seen(parts.limits.seenMax, parts.seed);
  }

  /** Takes one envelope. @returns what is wrong with it; undefined when nothing is. */
  take(from: Link, envelope: Uint8Array, nowMs: number): string | undefined {
    const { identity, limits, effects } = this.#parts;
    const header = readHeader(envelope, limits.destinationsMax);
    if (typeof header === "string") return header;
    // No peer makes one as large; written anew for the next link it could be more than that link takes.
    if (envelope.length > limits.frameBytesMax / 2) return `an envelope of ${envelope.length} bytes is too large`;
    if (header.destinations.length === 0) return this.#parts.spread.take(from, envelope, header, nowMs);
    if (header.epoch === identity.epoch || !this.#seen.add(header, branchKey(header.destinations))) {
      effects.count("suppressed");
      return undefined;
    }
    if (header.destinations.length === 1) this.#single(from, envelope, header, nowMs);
    else this.#multiple(from, envelope, header, nowMs);
    return undefined;
  }

  #single(from: Link, envelope: Uint8Array, header: Header, nowMs: number): void {
    const { roads, receiver } = this.#parts;
    const to = header.destinations[0] ?? 0n;
    const boundTo = header.destinationKeys[0] ?? 0n;
    if (roads.isMine(to, boundTo)) return receiver.take(envelope, header, nowMs);
    const link = this.#linkTo(to, boundTo, from);
    if (link === undefined) return this.#stranded(envelope, header, nowMs);
    this.#pass(link, envelope, header);
  }

  #multiple(from: Link, envelope: Uint8Array, header: Header, nowMs: number): void {
    const { roads, receiver } = this.#parts;
    const branches = new Map<number, Branch>();
    for (const [index, to] of header.destinations.entries()) {
      const boundTo = header.destinationKeys[index] ?? 0n;
      const link = roads.isMine(to, boundTo) ? undefined : this.#linkTo(to, boundTo, from);
      const single = (): Uint8Array => redirect(envelope, header, [to], [boundTo]);
      if (roads.isMine(to, boundTo)) receiver.take(envelope, header, nowMs);
      else if (link === undefined)
        this.#stranded(single(), { ...header, destinations: [to], destinationKeys: [boundTo] }, nowMs);
      else {
        const branch = branches.get(link.number) ?? { link, destinations: [], keys: [] };
        branch.destinations.push(to);
        branch.keys.push(boundTo);
        branches.set(link.number, branch);
      }
    }
    for (const { link, destinations, keys } of branches.values()) {
      const isBound = keys.some((key) => key !== 0n);
      this.#pass(link, redirect(envelope, header, destinations, isBound ? keys : []), header);
    }
  }

  #linkTo(to: bigint, boundTo: bigint, from: Link): Link | undefined {
    const { roads } = this.#parts;
    const node = roads.target(to, boundTo);
    const link = node === undefined ? undefined : roads.onward(node);
    // The sender's view and this peer's differ for a moment: going back would only make a loop.
    return link === from ? undefined : link;
  }

  #pass(link: Link, envelope: Uint8Array, header: Header): void {
    const { effects, limits, roads } = this.#parts;
    if (header.hopsLeft === 0) return effects.count("outOfHops");
    const hopsLeft = Math.min(header.hopsLeft, limits.hopsMax) - 1;
    const isPatched = patchHops(envelope, hopsLeft);
    const onward = isPatched ? envelope : writeEnvelope({ ...header, hopsLeft }, bodyOf(envelope));
    // Written anew it may have grown beyond what the next peer takes, which would end an honest link.
    if (onward.length > limits.frameBytesMax / 2) return effects.count("tooLarge");
    effects.count("forwarded");
    roads.introduce(link, header.origin);
    effects.envelope(link.number, onward);
  }

  #stranded(envelope: Uint8Array, header: Header, nowMs: number): void {
    const { keeper, effects } = this.#parts;
    const isMessage = header.conversation !== 0n && header.number > 0;
    if (isMessage && keeper.offers) keeper.keep(envelope, header, nowMs);
    else effects.count("stranded");
  }
}

/** Tells apart the copies of one envelope that are on their way to different destinations. */
function branchKey(destinations: readonly bigint[]): bigint {
  let key = destinations[0] ?? 0n;
  for (let index = 1; index < destinations.length; index += 1) key ^= destinations[index] ?? 0n;
  return key;
}
