import type { Effects } from "./effects.ts";
import { encodeShort, pongTo, shortKind, shortValue } from "./frame.ts";
import type { Gossip } from "./gossip.ts";
import type { LeafTalk } from "./leaf-talk.ts";
import type { Link, Links } from "./links.ts";

interface Parts {
  readonly links: Links;
  readonly gossip: Pick<Gossip, "agrees" | "compare">;
  readonly talk: Pick<LeafTalk, "hearsay">;
  readonly effects: Effects;
}

/** Ends a link: the other end is silent for too long, or slow to shake hands. */
type End = (link: Link, why: "dead" | "slow") => void;

/**
 * Pulse: what two neighbours say that have nothing to say. It is most of what a peer does in its life, so it takes
 * neither the generated codec nor a look at the rest of the core.
 *
 *     ping ──► heard, and answered with its nonce in a pong
 *     pong ──► heard
 *     the sum of a digest, the same as here ──► heard
 *
 * All else, such as a sum that differs, is for Mesh.frame.
 */
export class Pulse {
  readonly #parts: Parts;
  /** Nobody checks nonces: they only tell the pings in a record of the wire apart. */
  #pings = 0n;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  ping(link: Link): void {
    this.#pings += 1n;
    this.#parts.effects.add({ kind: "frame", link: link.number, bytes: encodeShort("ping", this.#pings) });
  }

  /** Does what is due on links. @returns whether that were pings and sums alone, which change nothing here. */
  due(nowMs: number, end: End): boolean {
    const { links, gossip, talk } = this.#parts;
    let isPulse = true;
    for (const { kind, link } of links.due(nowMs)) {
      if (link.state === "closing") continue;
      if (kind === "ping") this.ping(link);
      else if (kind === "digest" && talk.hearsay === undefined) gossip.compare(link);
      else {
        isPulse = false;
        if (kind === "digest") talk.hearsay?.compare(link);
        else end(link, kind);
      }
    }
    return isPulse;
  }

  /** Takes a frame, if it is part of the pulse of a link that is up. @returns whether it was. */
  take(link: Link, bytes: Uint8Array, nowMs: number): boolean {
    const kind = link.state === "up" ? shortKind(bytes) : undefined;
    if (kind === undefined) return false;
    const { links, gossip, effects } = this.#parts;
    if (kind === "digest" && !gossip.agrees(link, shortValue(bytes))) return false;
    links.heard(link, nowMs);
    if (kind === "ping") effects.add({ kind: "frame", link: link.number, bytes: pongTo(bytes) });
    return true;
  }
}
