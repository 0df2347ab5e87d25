import type { Table } from "../../src/core/store-op.ts";
import type { Limits } from "../../src/core/limits.ts";
import { fail } from "./fail.ts";
import { inboxSize } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * BoundCheck: what a peer keeps, in memory as far as it can be asked and on disk, stays within its limits.
 *
 * Invariant of the design: 12 (every queue, map and file within its bound).
 */
export class BoundCheck {
  /** Messages more than usual that each inbox may hold. */
  readonly #restored = new Map<SimPeer, number>();
  /** Peers that said something to everyone: what no other has yet counts as in the outbox. */
  readonly #spoken = new Set<SimPeer>();

  /** A peer says something to everyone. */
  said(peer: SimPeer): void {
    this.#spoken.add(peer);
  }

  /** An event is through that writes: nothing grows for long without. */
  stepped(peer: SimPeer): void {
    const { outbox, mailbox, links } = peer.core.view.figures();
    const { outboxCountMax, mailboxCountMax, linksMax, spreadCountMax } = peer.limits;
    const sendsMax = outboxCountMax + (this.#spoken.has(peer) ? spreadCountMax / 2 : 0);
    if (outbox > sendsMax || mailbox > mailboxCountMax || links > linksMax)
      fail("12: bounds", `${peer.name} has ${outbox} sends, ${mailbox} kept, ${links} links`);
  }

  /** Something was written to this table. */
  applied(peer: SimPeer, table: Table): void {
    const count = table === "inbox" ? inboxSize(peer.disk) : peer.disk.size(table);
    const max = maxOf[table](peer.limits) + (table === "inbox" ? (this.#restored.get(peer) ?? 0) : 0);
    if (count > max) fail("12: bounds", `${peer.name} has ${count} records in ${table}, and ${max} is the most`);
  }

  /** What an old disk has in its log below the newest cursor shown is never trimmed: it stays until the disk is lost. */
  changed(peer: SimPeer): void {
    this.#restored.set(peer, inboxSize(peer.disk));
  }
}

const maxOf: Readonly<Record<Table, (limits: Limits) => number>> = {
  // Format, identity and its copy, the inbox's count, that of what was said, the generator's, and that of messages for everyone;
  // when this peer last left, and whom it was acquainted with.
  meta: ({ acquaintancesMax }) => 8 + acquaintancesMax,
  lanes: ({ lanesMax }) => lanesMax,
  outbox: ({ outboxCountMax }) => outboxCountMax,
  // What waited for an earlier message is logged together with it, whatever room there is; records go as a whole.
  inbox: ({ inboxCountMax, heldCountMax, bundleCountMax }) => inboxCountMax + heldCountMax + bundleCountMax,
  sent: ({ sentCountMax }) => sentCountMax,
  marks: ({ marksMax }) => marksMax,
  mailbox: ({ mailboxCountMax }) => mailboxCountMax,
  // A binding and its copy for each shelf.
  shelves: ({ mailboxCountMax }) => 2 * mailboxCountMax,
  leases: ({ leasesMax }) => leasesMax,
  spread: ({ spreadCountMax }) => spreadCountMax,
  groups: ({ groupsMax }) => groupsMax,
};
