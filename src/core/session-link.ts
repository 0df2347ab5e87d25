import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import { isLeaf } from "./advert.ts";
import type { Dialer } from "./dialer.ts";
import type { Limits } from "./limits.ts";
import type { Links } from "./links.ts";
import type { Partings } from "./partings.ts";
import { strangerAddress } from "./stranger-address.ts";
import type { Topology } from "./topology.ts";

interface Parts {
  readonly self: bigint;
  /** Whether this peer is a leaf: its links are those it was told. */
  readonly leaf: boolean;
  readonly topology: Topology;
  readonly links: Links;
  readonly dialer: Pick<Dialer, "try" | "has" | "isKept" | "keepsNode" | "remove">;
  readonly partings: Pick<Partings, "end">;
  readonly limits: Pick<Limits, "sessionLingerMs">;
}

/**
 * SessionLink: a link with the other end of a session, for the time of it, so that its messages take one hop.
 *
 *     none ── open ──► dialled once ── close ──► lingering ── sessionLingerMs ──► none, and the link ended
 *
 * There is none where the two are linked anyway, where no address of the other can be dialled, and where the dial fails: the
 * mesh carries the session then. A link that a person has come to ask for meanwhile stays.
 */
export class SessionLink {
  readonly #parts: Parts;
  /** The address dialled, and whose it is; undefined for none. */
  #dialled: { readonly node: bigint; readonly address: string } | undefined;
  #dueMs = Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A session with the node begins. To be called at one end only. */
  open(node: bigint, nowMs: number): void {
    this.#dueMs = Infinity;
    if (this.#dialled?.node === node) return;
    this.#giveUp(nowMs);
    const { links, dialer } = this.#parts;
    const address = links.withNode(node) === undefined ? this.#addressOf(node) : undefined;
    // What is dialled already is not this one's to end.
    if (address === undefined || dialer.has(address)) return;
    this.#dialled = { node, address };
    dialer.try(address, nowMs);
  }

  /** The session is over. */
  close(nowMs: number): void {
    if (this.#dialled !== undefined) this.#dueMs = nowMs + this.#parts.limits.sessionLingerMs;
  }

  due(nowMs: number): void {
    if (nowMs >= this.#dueMs) this.#giveUp(nowMs);
  }

  get nextDeadlineMs(): number {
    return this.#dueMs;
  }

  #addressOf(node: bigint): string | undefined {
    const { topology, self, leaf } = this.#parts;
    const record = topology.get(node);
    const listen = topology.get(self)?.addresses[0];
    if (leaf || record === undefined || isLeaf(record) || listen === undefined) return undefined;
    for (const text of record.addresses) {
      const address = strangerAddress(text, listen);
      if (address !== undefined) return address;
    }
    return undefined;
  }

  #giveUp(nowMs: number): void {
    const dialled = this.#dialled;
    const { links, dialer, partings } = this.#parts;
    this.#dialled = undefined;
    this.#dueMs = Infinity;
    if (dialled === undefined || dialer.isKept(dialled.address) || dialer.keepsNode(dialled.node)) return;
    const { address } = dialled;
    dialer.remove(address);
    for (const link of links.all())
      if (link.address === address && link.state !== "closing") partings.end(link, isOver, nowMs);
  }
}

const isOver = { reason: GoodbyeReason.UNSPECIFIED, message: "the session is over that it was for", isRoutine: true };
