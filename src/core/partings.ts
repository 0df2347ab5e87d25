import { GoodbyeReason, type Goodbye } from "../gen/e3/v1/link_pb.ts";
import type { DialFailure } from "./dial-outcome.ts";
import type { Dialer } from "./dialer.ts";
import type { Effects } from "./effects.ts";
import type { Refusal } from "./handshake.ts";
import type { Link, Links } from "./links.ts";

interface Parts {
  readonly links: Links;
  readonly dialer: Dialer;
  readonly effects: Effects;
  /** The link with a neighbour is no more: the advert no longer says what is so. */
  readonly lost: (link: Link, nowMs: number) => void;
  /** This peer is not to dial the other end again by itself. Default: it dials nobody by itself. */
  readonly shun?: (link: Link) => void;
  /** Whether this peer has told that it is ready: nobody hears what it tells before. */
  readonly isHeard: () => boolean;
}

/**
 * Partings: how links end, and what becomes of the address that was dialled.
 *
 *     one's own address ────────────────► never dialled again, and told
 *     another link with the neighbour ──► content, until that one is lost
 *     disconnected by hand ─────────────► not dialled again by either side
 *     a leaf's address ─────────────────► told once; dialled again, since another peer may come to listen there
 *     anything else ────────────────────► dialled again, after a wait that doubles
 *
 * What becomes of addresses that no person asked for is for upkeep.ts to say: here they are forgotten, and nobody is told.
 */
export class Partings {
  readonly #parts: Parts;
  /** Addresses of leaves that were told of. */
  readonly #leaves = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The other end says goodbye. */
  goodbye(link: Link, goodbye: Goodbye, nowMs: number): void {
    const { effects } = this.#parts;
    const { reason } = goodbye;
    const message = goodbye.message.slice(0, 256);
    const wasUp = this.#parts.links.closing(link, nowMs);
    effects.add({ kind: "hang-up", link: link.number, reason: message });
    const node = link.neighbour?.node ?? link.handshake.neighbour?.node;
    if (link.address !== undefined && reason === GoodbyeReason.SELF) this.#ownAddress(link, link.address, nowMs);
    else if (
      link.address !== undefined &&
      reason === GoodbyeReason.DUPLICATE &&
      node !== undefined &&
      this.#parts.links.withNode(node) !== undefined
    ) {
      this.#parts.dialer.linked(link.address, node);
    } else if (wasUp) {
      if (reason === GoodbyeReason.DISCONNECTED && node !== undefined) this.#disconnected(link, node);
    } else if (link.address !== undefined) {
      this.#leafAddress(link.address, reason);
      this.dialFailed(link, link.address, refusalOf(reason, message), nowMs);
    }
    if (wasUp) this.down(link, message, nowMs);
  }

  /** Says goodbye, and ends the link once that has left. */
  end(link: Link, goodbye: Refusal, nowMs: number): void {
    const { effects } = this.#parts;
    const early = link.state !== "up";
    if (early)
      effects.notice(isBlame(goodbye) ? "warn" : "debug", "a link was refused", {
        remote: link.remote,
        message: goodbye.message,
      });
    const wasUp = this.#parts.links.closing(link, nowMs);
    effects.frame(link.number, { case: "goodbye", value: goodbye });
    effects.add({ kind: "hang-up", link: link.number, reason: goodbye.message });
    if (goodbye.reason === GoodbyeReason.SELF && link.address !== undefined)
      this.#ownAddress(link, link.address, nowMs);
    else if (early && goodbye.reason !== GoodbyeReason.DUPLICATE && link.address !== undefined)
      this.dialFailed(link, link.address, faultOf(goodbye), nowMs);
    if (wasUp) this.down(link, goodbye.message, nowMs);
  }

  /**
   * A link came up with a neighbour that there is one with already. Whoever accepted it ends the one that loses, being the
   * last to know that both ends have two; whoever dialled it hears the other out. So neither is without in between. More than
   * two there are not: of the one before the loser nobody else would say that it is over.
   */
  double(link: Link, loser: Link, nowMs: number): void {
    const node = link.neighbour?.node;
    if (loser.address !== undefined && node !== undefined) this.#parts.dialer.linked(loser.address, node);
    this.#endFormer(loser, nowMs);
    if (loser === link || link.address === undefined) this.end(loser, duplicate, nowMs);
    else link.former = loser;
  }

  /** The link that was up with its neighbour is no more. */
  down(link: Link, reason: string, nowMs: number): void {
    this.#parts.effects.notice("info", "link down", { remote: link.remote, reason });
    // The other end may not have come to have this one, and use the one before still.
    this.#endFormer(link, nowMs);
    if (link.neighbour !== undefined) this.#parts.dialer.lost(link.neighbour.node, nowMs);
    this.#parts.lost(link, nowMs);
  }

  /** A caller was gone before its handshake was through. */
  cutShort(link: Link, reason: string): void {
    this.#parts.effects.notice("info", "a link ended before it was up", { remote: link.remote, reason });
  }

  /** A dial came to nothing: try again later. */
  dialFailed(link: Link, address: string, failure: DialFailure, nowMs: number): void {
    const { reason } = failure;
    this.#parts.effects.notice("debug", "dialling failed", { address, remote: link.remote, reason });
    this.#parts.dialer.failed(address, nowMs, failure);
  }

  #endFormer({ former }: Link, nowMs: number): void {
    if (former?.state === "up" && this.#parts.links.get(former.number) === former) this.end(former, duplicate, nowMs);
  }

  #disconnected(link: Link, node: bigint): void {
    this.#parts.shun?.(link);
    this.#parts.dialer.removeNode(node);
  }

  #leafAddress(address: string, reason: GoodbyeReason): void {
    // Few: it is people that list them.
    if (reason !== GoodbyeReason.LEAF || !this.#parts.dialer.isKept(address)) return;
    if (this.#leaves.has(address) || !this.#parts.isHeard()) return;
    this.#leaves.add(address);
    const message = `${address} is a leaf, which accepts no links; list a peer that is none`;
    this.#parts.effects.add({ kind: "error", code: "bad-option", message });
  }

  #ownAddress(link: Link, address: string, nowMs: number): void {
    this.#parts.shun?.(link);
    if (!this.#parts.dialer.isKept(address)) return this.#parts.dialer.failed(address, nowMs);
    this.#parts.dialer.remove(address, { code: "bad-address", reason: "it is this peer's own address" });
    const message = `${address} is this peer's own address: it is not dialled any more`;
    this.#parts.effects.add({ kind: "error", code: "bad-option", message });
  }
}

const duplicate = { reason: GoodbyeReason.DUPLICATE, message: "there is another link between the two peers" };

/** Whether the goodbye says that the other end did wrong. */
function isBlame({ reason, isRoutine = false }: Refusal): boolean {
  return !isRoutine && reason !== GoodbyeReason.DUPLICATE && reason !== GoodbyeReason.LEAVING;
}

/** What the other end's goodbye to a dial comes to. */
function refusalOf(reason: GoodbyeReason, message: string): DialFailure {
  return { code: isOfProtocol(reason) ? "protocol" : "refused", reason: message };
}

/** Why this end gave a dial up. */
function faultOf({ reason, message }: Refusal): DialFailure {
  // What took too long was not answered; who answers otherwise than a peer does is none.
  return { code: isOfProtocol(reason) ? "protocol" : "unanswered", reason: message };
}

function isOfProtocol(reason: GoodbyeReason): boolean {
  return reason === GoodbyeReason.PROTOCOL || reason === GoodbyeReason.VERSION;
}
