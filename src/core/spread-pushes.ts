import type { Effects } from "./effects.ts";
import { bodyOf, patchHops, writeEnvelope, type Header } from "./header.ts";
import { handedOn } from "./hop-limit.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";
import { Trees } from "./trees.ts";

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf. */
  readonly leaf: boolean;
  readonly topology: Topology;
  readonly links: Links;
  readonly limits: Limits;
  readonly effects: Effects;
}

/** How a message came here. */
interface Way {
  readonly header: Header;
  /** Node name of the peer whose tree it comes along. */
  readonly root: bigint;
  readonly from: Link;
}

/** Pushes: messages for everyone, each handed on once along the tree of its origin, and never back. */
export class Pushes {
  readonly #parts: Parts;
  readonly #trees: Trees;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#trees = new Trees(parts.self, parts.topology);
  }

  /** This peer's own. @returns whether anybody got it. */
  own(envelope: Uint8Array): boolean {
    return this.#push(this.#parts.self, handedOn(envelope, this.#parts.limits) ?? envelope, undefined);
  }

  /** One that came over a link. */
  on(envelope: Uint8Array, { header, root, from }: Way): void {
    const { limits, effects } = this.#parts;
    const limited = handedOn(envelope, limits);
    if (limited !== undefined) return void this.#push(root, limited, from);
    if (header.hopsLeft === 0) return effects.count("outOfHops");
    const hopsLeft = Math.min(header.hopsLeft, limits.hopsMax) - 1;
    const isPatched = patchHops(envelope, hopsLeft);
    this.#push(root, isPatched ? envelope : writeEnvelope({ ...header, hopsLeft }, bodyOf(envelope)), from);
  }

  /**
   * Hands it to those neighbours whose road from the root leads over this peer; a full link is left to repair.
   * @returns whether anybody got it.
   */
  #push(root: bigint, envelope: Uint8Array, from: Link | undefined): boolean {
    const { links, leaf } = this.#parts;
    let isHanded = false;
    // A leaf knows no roads: all that it is attached to are the first steps of its own tree.
    for (const link of leaf ? links.up() : this.#trees.linksFrom(root, links)) {
      if (link === from || link.full) continue; // never back
      isHanded = true;
      this.#parts.effects.count("spread");
      this.#parts.effects.envelope(link.number, envelope);
    }
    return isHanded;
  }
}
