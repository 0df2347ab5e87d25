import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import type { Dialer } from "./dialer.ts";
import type { Effects } from "./effects.ts";
import type { CoreEvent } from "./event.ts";
import { Handshake } from "./handshake.ts";
import type { Identity } from "./identity.ts";
import type { Limits } from "./limits.ts";
import type { Links } from "./links.ts";
import type { Partings } from "./partings.ts";
import type { Upkeep } from "./upkeep.ts";
import type { Entropy, Signer } from "./world.ts";

interface Parts {
  /** Whether this peer is a leaf: it accepts no links. */
  readonly leaf: boolean;
  readonly features: readonly string[];
  readonly identity: Pick<Identity, "ready" | "desiredId" | "id" | "incarnation">;
  readonly links: Links;
  readonly dialer: Pick<Dialer, "failed">;
  readonly partings: Pick<Partings, "down" | "dialFailed" | "cutShort">;
  readonly upkeep: Pick<Upkeep, "features">;
  readonly signer: Signer;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly effects: Effects;
}

/**
 * Doorway: wires that come up and go.
 *
 *     opened ── room for it ──► a link, which greets if it was dialled ──► closed
 *        └── none, or this peer leaves, or is a leaf ──► goodbye
 */
export class Doorway {
  readonly #parts: Parts;
  #isShut = false;
  /** That of its start, even if it states a later one since: both ends are to rank their links alike. */
  readonly #incarnation: bigint;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#incarnation = parts.identity.incarnation;
  }

  /** Nobody comes in any more. */
  shut(): void {
    this.#isShut = true;
  }

  opened(wire: Extract<CoreEvent, { kind: "link-opened" }>, nowMs: number): void {
    const { effects, identity, links, upkeep, leaf } = this.#parts;
    const { link: number, address, remote } = wire;
    const features = [...this.#parts.features, ...upkeep.features(address)];
    const handshake = new Handshake({ ...this.#parts, features, incarnation: this.#incarnation });
    const isClosed = this.#isShut || (leaf && address === undefined);
    const link = isClosed ? undefined : links.open({ number, address, remote, handshake }, nowMs);
    if (link === undefined) {
      const value = this.#isShut ? shuttingDown : isClosed ? onlyDials : noRoom;
      effects.frame(number, { case: "goodbye", value });
      effects.add({ kind: "hang-up", link: number, reason: value.message });
      const failure = { code: this.#isShut ? "closed" : "resource-exhausted", reason: value.message } as const;
      if (address !== undefined) this.#parts.dialer.failed(address, nowMs, failure);
    } else if (link.address !== undefined) {
      const wish = identity.ready ? 0n : identity.desiredId;
      effects.frame(link.number, { case: "hello", value: handshake.hello(identity.id, wish) });
    }
  }

  closed(
    { link: number, reason, isForeign = false }: Extract<CoreEvent, { kind: "link-closed" }>,
    nowMs: number,
  ): void {
    const { links, partings } = this.#parts;
    const link = links.get(number);
    if (link === undefined) return;
    const wasUp = links.closed(link);
    if (wasUp) partings.down(link, reason, nowMs);
    else if (link.state === "closing" || link.state === "up")
      return; // Another had taken over from it.
    else if (link.address === undefined) partings.cutShort(link, reason);
    else partings.dialFailed(link, link.address, { code: isForeign ? "protocol" : "unanswered", reason }, nowMs);
  }
}

/** Goodbye of a peer that leaves. */
export const shuttingDown = { reason: GoodbyeReason.LEAVING, message: "shutting down" };
const onlyDials = { reason: GoodbyeReason.LEAF, message: "this peer is a leaf: it accepts no links" };
const noRoom = { reason: GoodbyeReason.LIMIT, message: "this peer has as many links as it can keep" };
