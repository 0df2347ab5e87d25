import type { StoreOp } from "../../src/core/store-op.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import type { Ledger, Sent } from "./ledger.ts";
import { isPassed, markOf, type StoredMark } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * TakenCheck: what peers say of groups and sessions comes into no log: that it was taken, or declined, its target's marks
 * tell.
 *
 * Invariants of the design: 8 (what is said to one reaches no other), law 3 (durable before it leaves).
 */
export class TakenCheck {
  readonly #ledger: Ledger;
  readonly #ids: IdCheck;

  constructor(ledger: Ledger, ids: IdCheck) {
    this.#ledger = ledger;
    this.#ids = ids;
  }

  /** These writes are on the peer's disk now. */
  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const { table, value } of ops) if (table === "marks" && value !== undefined) this.#marked(peer, markOf(value));
  }

  #marked(peer: SimPeer, mark: StoredMark): void {
    const sends = this.#ledger.conversation(mark.epoch, mark.conversation)?.sends;
    for (const number of mark.refused) {
      const sent = sends?.get(number);
      if (sent !== undefined) sent.declined = true;
    }
    for (const [number, sent] of sends ?? [])
      if (sent.kind === "quiet" && isPassed(mark, number) && !sent.inboxes.has(peer)) this.#takes(peer, sent);
  }

  #takes(peer: SimPeer, sent: Sent): void {
    // What the sender gave up is passed over.
    if (!sent.durable) fail("law 3: nothing leaves before it is durable", `${sent.text} is at ${peer.name}`);
    if (!this.#ids.hasHeld(peer, sent.to)) return;
    sent.inboxes.add(peer);
    sent.logged = true;
    // Its sender may hear of it from now on, and tells nobody.
    sent.settled = true;
  }
}
