import { ReceiptStatus, type Envelope, type Receipt } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { isOver, isSettled, nameOf, type Conversation, type Ledger, type Sent } from "./ledger.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * ReceiptCheck: what peers say came of messages is true when it leaves them, and stays so on its way.
 *
 * Invariants of the design: 3 (a receipt implies durable), 4 (no receipt for what was never received).
 */
export class ReceiptCheck {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** An envelope sets out from a peer, which made it or passes it on. */
  leaves(from: SimPeer, { epoch, conversation, body }: Envelope): void {
    if (conversation !== 0n || body.case !== "receipts" || this.#ledger.owner(epoch, from) !== from) return;
    for (const receipt of body.value.receipts) this.#check(from, receipt);
  }

  #check(from: SimPeer, receipt: Receipt): void {
    const { epoch, conversation: name, status } = receipt;
    const conversation = this.#ledger.conversation(epoch, name);
    if (conversation === undefined)
      return fail("4: no receipt for what was never received", `${from.name} tells of ${epoch}/${name}`);
    for (const range of receipt.ranges) {
      const [first, last] = [Number(range.first), Number(range.last)];
      if (status === ReceiptStatus.DELIVERED) this.#delivered({ from, receipt, conversation, first, last });
      else
        for (let number = first; number <= last; number += 1) {
          const sent = conversation.sends.get(number);
          const lie = lieIn(from, sent, status);
          if (lie !== undefined) fail(lie, `${from.name} says ${ReceiptStatus[status]} of ${said(receipt, number)}`);
        }
    }
  }

  /** Receipts are cumulative: what was looked at once is true as long as the disk that says so. */
  #delivered(claim: {
    readonly from: SimPeer;
    readonly receipt: Receipt;
    readonly conversation: Conversation;
    readonly first: number;
    readonly last: number;
  }): void {
    const { from, receipt, conversation, first, last } = claim;
    const { vouched, sends } = conversation;
    const before = vouched.get(from) ?? 0;
    for (let number = Math.max(first, before + 1); number <= last; number += 1) {
      const sent = sends.get(number);
      // A sender's numbers go on from one conversation to the next: below the first there is nothing.
      if (sent === undefined ? number < conversation.first : isTaken(from, sent)) continue;
      const invariant = sent === undefined ? "4: no receipt for what was never received" : "3: receipts are durable";
      fail(invariant, `${from.name} has ${said(receipt, number)} delivered`);
    }
    if (first <= before + 1 && last > before) vouched.set(from, last);
  }
}

/** Refusals come first, and what is told as delivered runs over them. */
function isTaken(from: SimPeer, sent: Sent): boolean {
  return sent.inboxes.has(from) || sent.declined || isOver(sent);
}

/** What makes a receipt for the send untrue; undefined when it is true. */
function lieIn(from: SimPeer, sent: Sent | undefined, status: ReceiptStatus): string | undefined {
  if (sent === undefined) return "4: no receipt for what was never received";
  // What was over before it was written never was on the disk: then the copy is not needed either.
  const isHere = sent.keptBy.has(from) || sent.logged || isOver(sent);
  if (status === ReceiptStatus.STORED && !isHere) return "3: stored is durable at its custodian";
  if (status === ReceiptStatus.SETTLED && (sent.by !== from || !isSettled(sent)))
    return "5: settled is told by its sender";
  return undefined;
}

function said({ epoch, conversation }: Receipt, number: number): string {
  return nameOf({ epoch, conversation, number });
}
