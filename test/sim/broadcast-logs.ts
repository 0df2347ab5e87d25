import type { BroadcastLedger } from "./broadcast-ledger.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import type { InboxMessage } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** BroadcastLogs: what is for everyone comes into each log once, as it was said, and in the order of its origin. */
export class BroadcastLogs {
  readonly #ledger: BroadcastLedger;
  readonly #ids: IdCheck;
  /** The newest number in each log, by epoch. */
  readonly #newest = new Map<SimPeer, Map<bigint, number>>();

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
    // Whose disk was changed since may say it again under another name.
    if (said.logged.has(peer) && this.#ledger.generation(said.by) === said.generation) fail("2: exactly once", words);
    this.#follow(peer, { epoch, number, missing }, words);
    said.logged.add(peer);
    said.shown.add(peer);
  }

  /** The peer's disk is another one now: what it forgot may come again. */
  changed(peer: SimPeer): void {
    this.#newest.delete(peer);
    for (const { logged } of this.#ledger.all()) logged.delete(peer);
  }

  #follow(peer: SimPeer, place: Pick<InboxMessage, "epoch" | "number" | "missing">, words: string): void {
    const { epoch, number, missing } = place;
    const numbers = this.#newest.get(peer) ?? new Map<bigint, number>();
    this.#newest.set(peer, numbers);
    const before = numbers.get(epoch);
    numbers.set(epoch, Math.max(number, before ?? 0));
    if (before === undefined) return;
    if (number <= before) fail("9, 10: in order, or a marked gap", `${words} after ${before}`);
    if (number - before - 1 !== missing)
      fail("9, 10: in order, or a marked gap", `${words} after ${before}, and says ${missing} are missing`);
  }
}
