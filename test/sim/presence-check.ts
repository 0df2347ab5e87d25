import type { Observer, End } from "./observer.ts";
import { fail } from "./fail.ts";
import type { SimPeer } from "./sim-peer.ts";

/** How long after the end of a process it may still seem to be there: pings miss, news travel, digests are compared. */
const seenMs = 60_000;
/** The same of a leaf, which is pinged less often. */
const leafSeenMs = 100_000;
/** How often each peer is asked, milliseconds of the world. */
const everyMs = 5_000;

/** When a peer took events, milliseconds of the world. */
interface Watch {
  /** Since when it has been awake without a break. */
  awakeMs: number;
  /** When it took the last one, and when it was asked last; -Infinity before. */
  lastMs: number;
  askedMs: number;
}

/** What a peer told of links of its own. */
interface Found {
  readonly revision: number;
  readonly links: number;
  /** Links that it counted and had not. */
  readonly invented: readonly bigint[];
}

/**
 * PresenceCheck: who is gone is not seen any more.
 *
 * Of the design: section 5 (an edge counts when both ends state it; a silent link is found by ping). Where a clock
 * stood still, its peer may not have noticed a silence, and nothing is checked.
 */
export class PresenceCheck implements Observer {
  readonly #peers = new Set<SimPeer>();
  readonly #endedMs = new Map<SimPeer, number>();
  readonly #watches = new Map<SimPeer, Watch>();
  /** What was found when a peer was asked last. */
  readonly #found = new Map<SimPeer, Found>();
  /** Who was gone, and seen, when a peer was asked last. */
  readonly #ghosts = new Map<SimPeer, ReadonlySet<SimPeer>>();
  #isOff = false;
  /** When a disk last was not well, milliseconds of the world. */
  #lameMs = -Infinity;

  started(peer: SimPeer): void {
    this.#peers.add(peer);
    this.#endedMs.delete(peer);
    this.#ghosts.delete(peer);
    this.#watchOf(peer).awakeMs = peer.worldMs;
    this.#found.delete(peer);
  }

  ended(peer: SimPeer, _end: End): void {
    this.#endedMs.set(peer, peer.worldMs);
  }

  fault(kind: string): void {
    if (kind === "clock-freeze") this.#isOff = true;
  }

  idled(peer: SimPeer): void {
    this.stepped(peer);
  }

  stepped(peer: SimPeer): void {
    const nowMs = peer.worldMs;
    const watch = this.#watchOf(peer);
    // Nobody who is linked is without an event for as long, unless the machine sleeps.
    if (watch.lastMs !== -Infinity && nowMs - watch.lastMs > everyMs) watch.awakeMs = nowMs;
    watch.lastMs = nowMs;
    if (nowMs - watch.askedMs < everyMs) return;
    watch.askedMs = nowMs;
    this.#checkOwn(peer);
    if (this.#isOff || this.#endedMs.size === 0 || nowMs - watch.awakeMs < seenMs) return;
    this.#checkGone(peer);
  }

  #watchOf(peer: SimPeer): Watch {
    const known = this.#watches.get(peer);
    if (known !== undefined) return known;
    const fresh: Watch = { awakeMs: peer.worldMs, lastMs: -Infinity, askedMs: -Infinity };
    this.#watches.set(peer, fresh);
    return fresh;
  }

  /**
   * A peer counts no link of its own that it has not. What is on its way to the disk may be stated a moment later; while the
   * disk fails, or is full or stalled, it cannot state anything anew.
   */
  #checkOwn(peer: SimPeer): void {
    if (peer.disk.state !== "well") return void this.#found.delete(peer);
    const { id, view } = peer.core;
    const { revision } = view;
    const { links } = view.figures();
    const before = this.#found.get(peer);
    // Nothing has changed since all was well.
    if (before?.revision === revision && before.links === links && before.invented.length === 0) return;
    const known = view.peers();
    // Links are told by ids: where another has stated the same id, its links cannot be told from this peer's.
    if (known.some((other) => other.id === id)) return void this.#found.delete(peer);
    const linked = new Set(known.flatMap((other) => (other.neighbour ? [other.id] : [])));
    const ends = view.edges().flatMap(([a, b]) => (a === id ? [b] : b === id ? [a] : []));
    const invented = ends.filter((end) => !linked.has(end) && !this.#mayBeLate(end));
    this.#found.set(peer, { revision, links, invented });
    const still = invented.find((end) => before?.invented.includes(end));
    if (still !== undefined) fail("an edge counts when both ends state it", `${peer.name} has no link with ${still}`);
  }

  /** What leaves change is stated a moment later, and that does not come while a clock stands still. */
  #mayBeLate(id: bigint): boolean {
    return this.#isOff && [...this.#peers].some((peer) => peer.isLeaf && peer.id === id);
  }

  /** Who cannot write cannot state in a new life that its links are gone, and what it stated in the former one stands. */
  #checkGone(peer: SimPeer): void {
    const nowMs = peer.worldMs;
    if ([...this.#peers].some((other) => other.isUp && other.disk.state !== "well")) this.#lameMs = nowMs;
    if (nowMs - this.#lameMs < seenMs) return;
    const seen = new Set(peer.sees);
    // An id may have gone to another, who may have left a moment ago.
    const held = new Set([...this.#peers].flatMap((other) => (this.#mayBeSeen(other, nowMs) ? [other.id] : [])));
    const before = this.#ghosts.get(peer);
    const ghosts = new Set<SimPeer>();
    for (const [gone, endedMs] of this.#endedMs) {
      if (!seen.has(gone.id) || held.has(gone.id)) continue;
      // Where two halves of a mesh meet, what each knew of it makes it seem there, until the newest of that has come.
      if (before?.has(gone) === true)
        fail("16: who is gone is not seen", `${peer.name} sees ${gone.name}, gone for ${nowMs - endedMs} ms`);
      ghosts.add(gone);
    }
    this.#ghosts.set(peer, ghosts);
  }

  #mayBeSeen(peer: SimPeer, nowMs: number): boolean {
    const endedMs = this.#endedMs.get(peer);
    return endedMs === undefined || nowMs - endedMs < (peer.isLeaf ? leafSeenMs : seenMs);
  }
}
