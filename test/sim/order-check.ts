import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { fail } from "./fail.ts";
import { envelopesIn, isPing, kindOf } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

/** One link of one life, and what was given to it; what is known to have left is forgotten. */
interface Line {
  readonly remote: string;
  readonly given: Uint8Array[];
}

/** How many of the frames that a line holds have left, by link: one way in which what was seen to leave makes sense. */
type Reading = Map<number, number>;

/** A frame leaves by that link, as the next of those it was given. */
interface Step {
  readonly reading: Reading;
  readonly link: number;
  readonly at: number;
}

/**
 * OrderCheck: what a core wants written to a link leaves in that order, and nothing is left out.
 *
 * Of the design: law 1 (effects are performed in order). Pings are not looked at, and envelopes have numbers of their own.
 * Of two links between one pair it is not seen which of them a frame leaves by, and both may carry the same bytes: wrong is
 * only what no reading explains.
 */
export class OrderCheck implements Observer {
  readonly #lives = new Map<string, Life>();

  started(peer: SimPeer): void {
    this.#lives.set(peer.name, new Life());
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const life = this.#lives.get(peer.name);
    if (event.kind === "link-opened") life?.opened(event.link, event.remote);
    else if (event.kind === "link-closed") life?.closed(event.link);
    for (const effect of effects)
      if (effect.kind === "frame" && !isPing(effect.bytes)) life?.given(effect.link, effect.bytes);
  }

  /** A frame sets out. */
  frame(from: string, to: string, bytes: Uint8Array): void {
    if (envelopesIn(bytes).length > 0 || this.#lives.get(from)?.left(to, bytes) !== "early") return;
    fail("law 1: frames leave in the order they were given", `${from} sends ${kindOf(bytes)} to ${to}`);
  }
}

class Life {
  readonly #lines = new Map<number, Line>();
  #readings: Reading[] = [new Map()];

  opened(link: number, remote: string): void {
    this.#lines.set(link, { remote, given: [] });
    for (const reading of this.#readings) reading.set(link, 0);
  }

  closed(link: number): void {
    this.#lines.delete(link);
    for (const reading of this.#readings) reading.delete(link);
    this.#readings = distinct(this.#readings);
  }

  given(link: number, bytes: Uint8Array): void {
    this.#lines.get(link)?.given.push(bytes);
  }

  /** @returns "early" when it was given to a link, and whatever left before, others are to leave that link first. */
  left(to: string, bytes: Uint8Array): "in turn" | "early" | "not given" {
    const steps: Step[] = [];
    let isEarly = false;
    for (const reading of this.#readings)
      for (const [link, { remote, given }] of this.#lines) {
        if (remote !== to) continue;
        const at = reading.get(link) ?? 0;
        const found = indexOf(given, bytes, at);
        if (found === at) steps.push({ reading, link, at });
        else if (found > at) isEarly = true;
      }
    if (steps.length === 0) return isEarly ? "early" : "not given";
    this.#readings = distinct(taken(steps));
    this.#forget();
    return "in turn";
  }

  /** Drops what has left by every reading. */
  #forget(): void {
    for (const [link, { given }] of this.#lines) {
      let count = Infinity;
      for (const reading of this.#readings) count = Math.min(count, reading.get(link) ?? 0);
      if (count === 0) continue;
      given.splice(0, count);
      for (const reading of this.#readings) reading.set(link, (reading.get(link) ?? 0) - count);
    }
  }
}

/** The readings that go on. One that goes on alone is nobody else's: it need not be copied. */
function taken(steps: readonly Step[]): Reading[] {
  return steps.map(({ reading, link, at }) => (steps.length === 1 ? reading : new Map(reading)).set(link, at + 1));
}

/** Readings that tell the same count as one. */
function distinct(readings: readonly Reading[]): Reading[] {
  if (readings.length === 1) return [...readings];
  return [...new Map(readings.map((reading) => [[...reading].join(" "), reading])).values()];
}

/** Where the bytes are among those given, from that place on; -1 when they are not. */
function indexOf(given: readonly Uint8Array[], bytes: Uint8Array, from: number): number {
  for (let index = from; index < given.length; index += 1) {
    const other = given[index];
    if (other !== undefined && isSame(other, bytes)) return index;
  }
  return -1;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
