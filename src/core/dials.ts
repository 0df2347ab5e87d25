import type { DialFailure } from "./dial-outcome.ts";
import type { Effects } from "./effects.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

interface Parts {
  readonly links: Pick<Links, "withNode">;
  readonly topology: Pick<Topology, "get">;
  readonly effects: Pick<Effects, "add">;
}

/**
 * Dials: tells what comes of dialling the addresses that somebody waits for.
 *
 *     awaited ──► failed ──► told, and awaited still: it is dialled again
 *        └──► linked ── the id of who is there is known ──► told, once
 *
 * Where the link that stays is one that the other end dialled, its id may not be known at once: it may not have had one yet.
 */
export class Dials {
  readonly #parts: Parts;
  readonly #awaited = new Set<string>();
  /** Nodes at awaited addresses, whose ids are not told yet. */
  readonly #found = new Map<string, bigint>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Somebody waits for a link with the address. */
  watch(address: string): void {
    this.#awaited.add(address);
  }

  /** The address leads to this node, and there is a link with it. */
  linked(address: string, node: bigint): void {
    if (this.#awaited.delete(address)) this.#found.set(address, node);
  }

  /** A dial of the address came to nothing. */
  failed(address: string, failure: DialFailure): void {
    if (this.#found.delete(address)) this.#awaited.add(address);
    if (!this.#awaited.has(address)) return;
    this.#parts.effects.add({ kind: "dialled", address, outcome: { kind: "failed", ...failure } });
  }

  /** The address is not dialled any more. */
  forgotten(address: string, failure: DialFailure): void {
    this.failed(address, failure);
    this.#awaited.delete(address);
  }

  /** Finishes an event. */
  settle(): void {
    for (const [address, node] of this.#found) {
      const id = this.#idOf(node);
      if (id === 0n) continue;
      this.#found.delete(address);
      this.#parts.effects.add({ kind: "dialled", address, outcome: { kind: "linked", id } });
    }
  }

  #idOf(node: bigint): bigint {
    const link: Link | undefined = this.#parts.links.withNode(node);
    // What it said when the link came up is older than its advert, but there sooner.
    return this.#parts.topology.get(node)?.id ?? link?.handshake.saidId ?? 0n;
  }
}
