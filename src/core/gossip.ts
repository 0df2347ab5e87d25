import {
  applyDelta,
  compareAge,
  deltaBetween,
  isLeaf,
  isSealedAs,
  openAdvert,
  signAdvert,
  signedOf,
  type AdvertFields,
  type AdvertRecord,
} from "./advert.ts";
import { idIn } from "./advert-codec.ts";
import type { DigestLine } from "./advert-digest.ts";
import type { Effects } from "./effects.ts";
import { encodeShort } from "./frame.ts";
import type { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { sameBytes } from "./same-bytes.ts";
import {
  advertsBytes,
  encodeAdverts,
  encodeDigest,
  type AdvertsFrame,
  type DigestFrame,
  type LinkDelta,
  type SealedAdvert,
} from "./topology-frame.ts";
import type { Topology } from "./topology.ts";
import type { Signer } from "./world.ts";

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf. Default false. */
  readonly leaf?: boolean;
  readonly topology: Topology;
  readonly links: Links;
  readonly leases: Leases;
  readonly signer: Signer;
  readonly limits: Limits;
  readonly effects: Effects;
  /** Somebody holds a newer advert of this peer than itself does: its store is older than the mesh's memory. */
  readonly outrun: (record: AdvertRecord) => void;
}

/**
 * Gossip: spreads adverts until all connected peers hold the same (design, topology and routes).
 *
 *     newer  ──► stored, passed on to all other links: as a delta when only links changed, else whole
 *     older  ──► answered with the newer
 *     link up, or sums that differ ──► lists of what is held; each side sends what the other lacks: both know the same
 *
 * Leaves take no part but for their own adverts: a leaf states itself to its neighbours, whole each time, since it has few
 * links; they pass that on to each other, and tell it of nothing but an advert of its own that is newer.
 *
 * Invariants
 * 1. An advert is passed on at most once per edition: a flood dies out.
 * 2. Only adverts whose signature holds are stored.
 * 3. What comes from a leaf is its own advert.
 */
export class Gossip {
  readonly #parts: Parts;
  /** Links whose other end has been told of: its clock is ahead. */
  readonly #ahead = new WeakSet<Link>();
  /** Links whose other end has stated over them what is known of it. */
  readonly #stated = new WeakSet<Link>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** States anew what this peer is, and tells all links. */
  restate(fields: AdvertFields, nowMs: number): void {
    const { topology, signer, self, leases } = this.#parts;
    const old = topology.get(self);
    const record = signAdvert(fields, signer);
    topology.accept(record, nowMs);
    if (!fields.left) leases.hold(fields.id, self, fields.claimedAtMs);
    if (this.#parts.leaf === true) for (const link of this.#parts.links.up()) this.#send(link, [record]);
    else this.#flood(record, old, undefined);
  }

  /** Tells one link what this peer stated last. */
  repeat(link: Link): void {
    this.#send(link, [this.#parts.topology.get(this.#parts.self)]);
  }

  /**
   * A link came up: tell it what is known. Nothing yet where this peer has not stated itself: its first advert goes to all
   * links, and the list with it (Mesh). So each side lists exactly once.
   */
  greet(link: Link): void {
    const { topology, effects, self } = this.#parts;
    const own = topology.get(self);
    if (own === undefined || link.leaf) return;
    effects.add({ kind: "frame", link: link.number, bytes: encodeAdverts({ adverts: [signedOf(own)] }) });
    // Who lost its only link knows everybody, but has a road to nobody: all that it holds need not come again.
    this.list(link, topology.held());
  }

  /** Whether what is known of the neighbour is what it has said over this link, or came after. */
  hasStated(link: Link): boolean {
    return this.#stated.has(link);
  }

  /** Asks whether the other side knows the same. */
  compare(link: Link): void {
    const { topology, effects } = this.#parts;
    effects.add({ kind: "frame", link: link.number, bytes: encodeShort("digest", topology.summary()) });
  }

  /** Whether a digest of this sum and nothing else leaves nothing to say: digest() would do nothing. */
  agrees(link: Link, summary: bigint): boolean {
    return link.listed && this.#stated.has(link) && summary === this.#parts.topology.summary();
  }

  /**
   * @param bytes the frame as it came, to be passed on where nothing else is in it: it must not change afterwards.
   * @returns what is wrong with the frame; undefined when nothing is.
   */
  adverts(link: Link, adverts: AdvertsFrame, nowMs: number, bytes?: Uint8Array): string | undefined {
    // Whatever else a leaf's neighbour tells is not for it.
    if (link.leaf && adverts.deltas.length > 0) return "a leaf states itself whole";
    const heard = { link, bytes, delta: undefined };
    for (const signed of adverts.adverts) {
      const fault = this.#whole(heard, signed, nowMs);
      if (fault !== undefined) return fault;
    }
    const wanted: bigint[] = [];
    for (const delta of adverts.deltas) {
      if (!this.#delta({ link, bytes, delta }, nowMs)) wanted.push(delta.node);
    }
    if (wanted.length > 0) this.#ask(link, wanted);
    return undefined;
  }

  digest(link: Link, digest: DigestFrame): void {
    const { self, topology, limits } = this.#parts;
    const summary = topology.summary();
    // Each once: a frame full of one node would ask for a thousand times its size.
    const asked = [...new Set(digest.wanted)].slice(0, limits.advertsMax).map((node) => topology.get(node));
    this.#send(link, asked);
    if (digest.entries.length > 0) {
      const { newerHere, wanted } = topology.difference(digest.entries.slice(0, limits.advertsMax));
      // On link-up both sides list, so that each sends what the other lacks, after its own advert, which went ahead; later
      // lists come from one side only.
      const isFirst = !link.listed;
      link.listed = true;
      this.#send(link, isFirst ? newerHere.filter(({ node }) => node !== self) : newerHere);
      if (!isFirst && wanted.length > 0) this.#ask(link, wanted);
    } else if (digest.wanted.length === 0 && digest.summary !== summary) this.list(link);
    // What it knows of itself is known here, too.
    else if (digest.wanted.length === 0) this.#stated.add(link);
  }

  /** Lists what is held, so that the other side sends what is lacking here and asks for what is lacking there. */
  list(link: Link, entries: readonly DigestLine[] = this.#parts.topology.entries()): void {
    const { topology, effects } = this.#parts;
    const bytes = encodeDigest({ summary: topology.summary(), entries });
    effects.add({ kind: "frame", link: link.number, bytes });
  }

  #ask(link: Link, wanted: readonly bigint[]): void {
    const { topology, effects } = this.#parts;
    const bytes = encodeDigest({ summary: topology.summary(), wanted });
    effects.add({ kind: "frame", link: link.number, bytes });
  }

  #whole(heard: Heard, signed: SealedAdvert, nowMs: number): string | undefined {
    const { link } = heard;
    const { topology, signer, limits, self } = this.#parts;
    if (this.#isRepetition(link, signed)) return undefined;
    // A former life of this peer may have stated something else under the same version.
    const held = (node: bigint): AdvertRecord | undefined => (node === self ? undefined : topology.get(node));
    const record = openAdvert(signed, { signer, limits, held });
    if (typeof record === "string") return record;
    const isOfLeaf = record.node === self || (record.node === link.neighbour?.node && isLeaf(record));
    if (link.leaf && !isOfLeaf) return "an advert between a leaf and its neighbour is not the leaf's"; // invariant 3
    this.#learn(heard, record, nowMs);
    return undefined;
  }

  /** Whether it is, byte for byte, what is held: most of a flood is, and to see that takes no decoding. */
  #isRepetition(link: Link, signed: SealedAdvert): boolean {
    if (link.leaf) return false;
    const held = this.#parts.topology.holderOf(idIn(signed.advert));
    if (held === undefined || held.node === link.neighbour?.node) return false;
    return isSealedAs(held, signed);
  }

  /** @returns false when the whole advert is needed. */
  #delta(heard: Heard & { readonly delta: LinkDelta }, nowMs: number): boolean {
    const { link, delta } = heard;
    const { topology, signer, limits } = this.#parts;
    const old = topology.get(delta.node);
    if (old === undefined) return false;
    const age = compareAge(delta, old);
    // It came sooner by another road.
    if (age === 0 && delta.node === link.neighbour?.node) this.#stated.add(link);
    if (age <= 0) return true;
    const record = applyDelta(old, delta, { signer, limits });
    if (record === undefined) return false;
    this.#learn(heard, record, nowMs);
    return true;
  }

  #learn(heard: Heard, record: AdvertRecord, nowMs: number): void {
    const { link } = heard;
    const { topology, leases, self, effects, outrun } = this.#parts;
    const old = topology.get(record.node);
    if (record.node === self) {
      const age = old === undefined ? -1 : compareAge(record, old);
      if (age > 0 || (age === 0 && !isSame(record, old))) outrun(record);
      return;
    }
    this.#checkClock(link, record, nowMs);
    const acceptance = topology.accept(record, nowMs);
    if (record.node === link.neighbour?.node && acceptance !== "older") this.#stated.add(link);
    switch (acceptance) {
      case "newer":
        if (old !== undefined) leases.restated(old, record, nowMs);
        return this.#flood(record, old, heard);
      case "older":
        return this.#send(link, [old]);
      case "full":
        return effects.notice("warn", "the topology is full: an advert was not kept", { id: record.id });
      case "same":
        return;
    }
  }

  /** A neighbour whose clock is far ahead loses its id to whoever wishes for it: its owner should know. */
  #checkClock(link: Link, { node, id, claimedAtMs }: AdvertRecord, nowMs: number): void {
    const { effects, limits } = this.#parts;
    const aheadMs = claimedAtMs - nowMs;
    if (node !== link.neighbour?.node || aheadMs <= limits.clockSkewMaxMs || this.#ahead.has(link)) return;
    this.#ahead.add(link);
    effects.notice("warn", "a neighbour's clock is ahead of this one", { id, aheadS: Math.floor(aheadMs / 1_000) });
  }

  #flood(record: AdvertRecord, old: AdvertRecord | undefined, heard?: Heard): void {
    const { links, effects } = this.#parts;
    const change = heard?.delta ?? (old === undefined ? undefined : deltaBetween(old, record));
    const value = change === undefined ? { adverts: [signedOf(record)] } : { deltas: [change] };
    // Made once for all, and not at all by those whose only link it came from.
    let bytes: Uint8Array | undefined;
    for (const link of links.full()) {
      if (link === heard?.link) continue;
      bytes ??= framed(value, heard?.bytes);
      effects.add({ kind: "frame", link: link.number, bytes });
    }
  }

  /** Sends whole adverts, in frames well below the limit. */
  #send(link: Link, records: readonly (AdvertRecord | undefined)[]): void {
    const { effects, limits } = this.#parts;
    const leave = (): void => effects.add({ kind: "frame", link: link.number, bytes: encodeAdverts({ adverts }) });
    let adverts: SealedAdvert[] = [];
    let bytes = 0;
    for (const record of records) {
      if (record === undefined) continue;
      const signed = signedOf(record);
      adverts.push(signed);
      bytes += signed.advert.length + 128;
      if (bytes < limits.batchBytesMax) continue;
      leave();
      adverts = [];
      bytes = 0;
    }
    if (adverts.length > 0) leave();
  }
}

/** What came, and how. */
interface Heard {
  readonly link: Link;
  /** The frame that it came in. */
  readonly bytes: Uint8Array | undefined;
  /** Undefined where it came whole. */
  readonly delta: LinkDelta | undefined;
}

/**
 * A frame of that alone: the very one it came in, where that is no longer than it would be made. Then nothing else can be in
 * it, and a flood takes no more memory for each peer that it passes.
 */
function framed(value: Partial<AdvertsFrame>, cameIn: Uint8Array | undefined): Uint8Array {
  return cameIn?.length === advertsBytes(value) ? cameIn : encodeAdverts(value);
}

/** Whether two editions of one age say the same. */
function isSame(a: AdvertRecord, b: AdvertRecord | undefined): boolean {
  return b !== undefined && sameBytes(signedOf(a).advert, signedOf(b).advert);
}
