import type { BroadcastLedger } from "./broadcast-ledger.ts";
import { fail } from "./fail.ts";
import { isForAll } from "./frame-reader.ts";
import type { IdCheck } from "./id-check.ts";
import { isPassed, markOf, type InboxMessage, type StoredMark } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** BroadcastLogs: what is for everyone comes into each log once, as it was said, and in the order of its origin. */
export class BroadcastLogs {
  readonly #ledger: BroadcastLedger;
  readonly #ids: IdCheck;
  /** How far each log has come, by epoch. */
  readonly #places = new Map<SimPeer, Map<bigint, Place>>();

  readonly #senders = new Map<bigint, SimPeer>();

  constructor(ledger: BroadcastLedger, ids: IdCheck) {
    this.#ledger = ledger;
    this.#ids = ids;
  }

  logged(peer: SimPeer, { from, epoch, number, missing, text }: InboxMessage): void {
    const said = this.#ledger.get(text);
    const words = `${peer.name} logs ${text} for everyone, ${epoch}/${number}`;
    if (said === undefined) return fail("4, 11, 15: shown was said", words);
    if (!said.durable) fail("law 3: nothing leaves before it is durable", words);
    if (!this.#ids.hasHeld(said.by, from)) fail("11: by its shown sender", `${words}, as from ${from}`);
    // Who lost its disk meets its own words as those of another.
    if (said.by === peer && this.#ledger.generation(peer) === said.generation)
      fail("2: nobody is shown its own", words);
    // Whose disk was changed may say it again under another name: with an old one it goes on in another epoch.
    if (said.logged.has(peer) && this.#ledger.generation(said.by) === 0) fail("2: exactly once", words);
    this.#follow(peer, { epoch, number, missing }, words);
    this.#senders.set(epoch, said.by);
    said.logged.add(peer);
    said.shown.add(peer);
  }

  /**
   * This is on the peer's disk, together with what was logged. A peer that remembers as many gaps as it may takes the others
   * for had, and so do those who come later and whom it tells.
   */
  remembers(peer: SimPeer, mark: StoredMark): void {
    const sender = this.#senders.get(mark.epoch);
    const gaps = this.#places.get(peer)?.get(mark.epoch)?.gaps ?? [];
    if (sender === undefined || mark.holes.length < peer.limits.holesMax) return;
    for (const gap of gaps) {
      const said = this.#ledger.by(sender, gap);
      if (said !== undefined && isPassed(mark, gap)) said.takenForHad = true;
    }
  }

  /** The peer's disk is another one now: what it forgot may come again. */
  changed(peer: SimPeer): void {
    const marks = peer.disk.entries("marks").map(({ value }) => markOf(value));
    const places = marks.filter(isForAll).flatMap((mark) => {
      const place = placeOf(mark);
      return place === undefined ? [] : [[mark.epoch, place] as const];
    });
    this.#places.set(peer, new Map(places));
    for (const { logged } of this.#ledger.all()) logged.delete(peer);
  }

  #follow(peer: SimPeer, message: Pick<InboxMessage, "epoch" | "number" | "missing">, words: string): void {
    const { epoch, number, missing } = message;
    const places = this.#places.get(peer) ?? new Map<bigint, Place>();
    this.#places.set(peer, places);
    const before = places.get(epoch);
    const { newest, gaps } = before ?? { newest: 0, gaps: new Set<number>() };
    const invariant = "9, 10: in order, or a marked gap";
    if (number < newest && gaps.delete(number)) {
      // It was given up on, and came after all.
      if (missing !== 0) fail(invariant, `${words}, late, and says ${missing} are missing`);
      return;
    }
    if (number <= newest) fail(invariant, `${words} after ${newest}`);
    // Whoever comes later begins anywhere.
    const passed = number - newest - 1;
    if (before !== undefined && passed !== missing)
      fail(invariant, `${words} after ${newest}, and says ${missing} are missing`);
    for (let gap = newest + 1; gap < number; gap += 1) gaps.add(gap);
    places.set(epoch, { newest: number, gaps });
  }
}

/** How far a log has come, as its disk says; undefined where that does not tell what was shown last. */
function placeOf({ next, holes, missing }: StoredMark): Place | undefined {
  if (missing > 0 || holes.at(-1)?.last === next - 1) return undefined;
  const gaps = holes.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
  return { newest: next - 1, gaps: new Set(gaps) };
}

/** How far a log has come with an epoch. */
interface Place {
  readonly newest: number;
  /** What was passed over, and may still come. */
  readonly gaps: Set<number>;
}
