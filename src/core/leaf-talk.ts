import type { AdvertRecord } from "./advert.ts";
import type { ReadFrame } from "./frame.ts";
import type { Gossip } from "./gossip.ts";
import { LeafDesk, type LeafDeskParts } from "./leaf-desk.ts";
import { Hearsay } from "./leaf-hearsay.ts";
import type { Link } from "./links.ts";

/**
 * Leaf talk: what is said over links with a leaf at one end, in place of gossip. A leaf has the one side of it, every other
 * peer the other.
 *
 *     leaf                                            its neighbour
 *     Hearsay ── Question, and a sum now and then ──► LeafDesk
 *             ◄───────────── Answer ─────────────────
 */
export class LeafTalk {
  /** Undefined at a leaf. */
  readonly desk: LeafDesk | undefined;
  /** Undefined everywhere else. */
  readonly hearsay: Hearsay | undefined;
  readonly #gossip: Pick<Gossip, "repeat">;
  readonly #links: LeafDeskParts["links"];

  constructor(parts: LeafDeskParts & { readonly leaf: boolean; readonly gossip: Pick<Gossip, "repeat"> }) {
    this.desk = parts.leaf ? undefined : new LeafDesk(parts);
    this.hearsay = parts.leaf ? new Hearsay(parts) : undefined;
    this.#gossip = parts.gossip;
    this.#links = parts.links;
  }

  /** Takes a frame of a link with a leaf. @returns whether it was part of this. */
  take(link: Link, frame: ReadFrame, nowMs: number): boolean {
    switch (frame.case) {
      case "question":
        this.desk?.asked(link, frame.value.ids, frame.value.nodes);
        return true;
      case "digest":
        this.desk?.compared(link, frame.value.summary, nowMs);
        return true;
      case "answer":
        // Over a link that another took over from it may be older than what came over that one.
        if (this.#links.withNode(link.neighbour?.node ?? 0n) !== link) return true;
        this.hearsay?.told(link, frame.value, nowMs);
        // The sums differed, and it may be what this peer stated that was lost.
        if (this.hearsay !== undefined && frame.value.whole) this.#gossip.repeat(link);
        return true;
      default:
        return false;
    }
  }

  /** The topology has forgotten these: they were gone for the lease. */
  forgotten(records: readonly AdvertRecord[]): void {
    this.desk?.noticed(records);
    this.hearsay?.forgotten(records);
  }

  /** A link with a leaf came up. */
  up(link: Link): void {
    this.hearsay?.attached();
    this.desk?.greet(link);
  }

  /** It is down, or another one with the same neighbour takes its place. */
  down(link: Link, nowMs: number): void {
    this.desk?.closed(link);
    this.hearsay?.lost(link, nowMs);
  }
}
