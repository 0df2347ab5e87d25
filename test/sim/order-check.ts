import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { fail } from "./fail.ts";
import { envelopesIn, isPing, kindOf } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

/** One link of one life, and what is yet to set out over it. */
interface Line {
  readonly remote: string;
  readonly waiting: Uint8Array[];
}

/**
 * OrderCheck: what a core wants written to a link leaves in that order, and nothing is left out.
 *
 * Of the design: law 1 (effects are performed in order). Pings are not looked at, and envelopes have numbers of their own.
 */
export class OrderCheck implements Observer {
  readonly #lines = new Map<string, Map<number, Line>>();

  started(peer: SimPeer): void {
    this.#lines.set(peer.name, new Map());
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const lines = this.#lines.get(peer.name);
    if (event.kind === "link-opened") lines?.set(event.link, { remote: event.remote, waiting: [] });
    else if (event.kind === "link-closed") lines?.delete(event.link);
    for (const effect of effects)
      if (effect.kind === "frame" && !isPing(effect.bytes)) lines?.get(effect.link)?.waiting.push(effect.bytes);
  }

  /** A frame sets out. */
  frame(from: string, to: string, bytes: Uint8Array): void {
    if (envelopesIn(bytes).length > 0) return;
    const lines = [...(this.#lines.get(from)?.values() ?? [])].filter(({ remote }) => remote === to);
    if (lines.some(({ waiting }) => waiting[0] !== undefined && isSame(waiting[0], bytes) && waiting.shift())) return;
    const later = lines.some(({ waiting }) => waiting.some((other) => isSame(other, bytes)));
    if (later) fail("law 1: frames leave in the order they were given", `${from} sends ${kindOf(bytes)} to ${to}`);
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, index) => byte === b[index]));
}
