import type { SendStatus } from "../../src/core/effect.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { InboxCheck } from "./inbox-check.ts";
import { assignedIn, epochOf, isIdle, messageOf, nameInMailboxKey, nameInOutboxKey, nameOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** One send, as it is seen from outside. */
export interface Sent {
  readonly by: SimPeer;
  readonly to: bigint;
  readonly text: string;
  readonly number: number;
  /** By the world's clock. */
  readonly expiresAtMs: number;
  /** It is in its sender's outbox on disk, or was. */
  durable: boolean;
  accepted: boolean;
  /** The final status told last, and in which life of the sender. */
  final: { readonly status: SendStatus; readonly life: number } | undefined;
  /** Its sender's disk no longer holds it. */
  forgotten: boolean;
  /** The peer whose inbox has it on disk. */
  inboxOf: SimPeer | undefined;
  /** Custodians that have it on disk. */
  readonly copies: Set<SimPeer>;
}

type Submission = Pick<Sent, "to" | "text" | "number" | "expiresAtMs"> & { readonly conversation: bigint };

interface Status {
  readonly conversation: bigint;
  readonly number: number;
  readonly status: SendStatus;
}

/**
 * Checker: holds every event of a world against the invariants of the design (section 13), by their numbers.
 *
 * It knows what was asked of peers, what they told, and what is on their disks; of the core it shares nothing but the
 * schema. Each check throws at the event that breaks the invariant.
 */
export class Checker {
  readonly #sends = new Map<string, Sent>();
  readonly #held = new Map<SimPeer, Set<bigint>>();
  readonly #epochs = new Map<SimPeer, bigint>();
  readonly #assigned = new Map<string, Set<bigint>>();
  readonly #inboxes = new Map<SimPeer, InboxCheck>();
  /**
   * How much earlier than meant something may expire: peers count whole milliseconds, and round what is left of a time
   * to live at each of them; clocks that were set add to it.
   */
  clockSlackMs = 3;
  /** Frames that an idle mesh would not send. */
  busyFrames = 0;
  /** Messages that reached two peers, which can only be where both held the id they were sent to. */
  twins = 0;

  /** Every send that was accepted, and those that may still be. */
  get sends(): Iterable<Sent> {
    return this.#sends.values();
  }

  /** Messages logged after later ones of the same sender, as a marked gap allows. */
  get late(): number {
    let late = 0;
    for (const inbox of this.#inboxes.values()) late += inbox.late;
    return late;
  }

  submitted(by: SimPeer, submission: Submission): void {
    const { conversation, ...sent } = submission;
    const name = nameOf({ epoch: this.#epoch(by), conversation, number: submission.number });
    const before = this.#sends.get(name);
    // What was never durable may have its number given again after a crash.
    if (before?.durable === true) fail("a number is given once", `${by.name} gives ${name} again`);
    const fresh = { durable: false, accepted: false, final: undefined, forgotten: false, inboxOf: undefined };
    this.#sends.set(name, { by, ...sent, ...fresh, copies: new Set() });
  }

  holds(peer: SimPeer, id: bigint): void {
    const held = this.#held.get(peer) ?? new Set();
    this.#held.set(peer, held.add(id));
  }

  /** A frame sets out. */
  frame(from: string, bytes: Uint8Array): void {
    if (!isIdle(bytes)) this.busyFrames += 1;
    const assigned = assignedIn(bytes);
    if (assigned === 0n) return;
    // By one peer: two that hold one id for a while may make the same ids, which claims then decide.
    const before = this.#assigned.get(from) ?? new Set();
    this.#assigned.set(from, before);
    if (before.has(assigned)) fail("7: no generated id repeats", `${from} assigns ${assigned} twice`);
    before.add(assigned);
  }

  /** An event is through: the bounds hold. */
  stepped(peer: SimPeer): void {
    // A peer uses a new id a moment before it tells of it.
    if (!this.#hasHeld(peer, peer.core.id)) this.holds(peer, peer.core.id);
    const { outbox, mailbox, links } = peer.core.view.figures();
    const { outboxCountMax, mailboxCountMax, linksMax } = peer.limits;
    if (outbox > outboxCountMax || mailbox > mailboxCountMax || links > linksMax) {
      fail("12: bounds", `${peer.name} has ${outbox} sends, ${mailbox} kept, ${links} links`);
    }
  }

  status(by: SimPeer, { conversation, number, status }: Status): void {
    const name = nameOf({ epoch: this.#epoch(by), conversation, number });
    const sent = this.#sends.get(name);
    if (sent === undefined) return fail("a status is of a send", `${by.name} tells ${status} of ${name}`);
    if (sent.final?.life === by.lives) fail("one final status", `${name} is ${sent.final.status}, then ${status}`);
    if (sent.forgotten) fail("one final status", `${name} is ${status} after it was settled for good`);
    // Once on disk it counts as accepted: its sender may have died between the disk and the telling.
    if (!sent.durable) fail("1: accepted is recoverable", `${name} is ${status} and not on disk`);
    const lie = this.#lie(sent, status);
    if (lie !== undefined) fail(lie, name);
    if (status === "accepted") sent.accepted = true;
    else if (status !== "stored") sent.final = { status, life: by.lives };
  }

  /** What makes the status untrue; undefined when it is true. */
  #lie({ by, inboxOf, copies, expiresAtMs }: Sent, status: SendStatus): string | undefined {
    switch (status) {
      case "accepted":
      case "refused":
        return undefined;
      case "stored":
        return inboxOf === undefined && copies.size === 0 ? "stored is durable elsewhere" : undefined;
      case "delivered":
        return inboxOf === undefined ? "3, 4: delivered is durable at the receiver" : undefined;
      case "expired":
        return by.worldMs < expiresAtMs - this.clockSlackMs ? "expired only after its time" : undefined;
    }
  }

  /** These writes are on the peer's disk now. */
  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const epoch = epochOf(ops);
    if (epoch !== undefined) this.#takeEpoch(peer, epoch);
    for (const op of ops) {
      if (op.table === "outbox") this.#outbox(peer, op);
      else if (op.table === "mailbox") this.#custody(peer, nameInMailboxKey(op.key), op.value !== undefined);
      else if (op.table === "inbox" && op.value !== undefined) this.#logged(peer, op.value);
    }
  }

  #outbox(peer: SimPeer, { key, value }: StoreOp): void {
    const name = nameInOutboxKey(this.#epoch(peer), key);
    const sent = this.#sends.get(name);
    if (sent === undefined) return fail("the outbox holds sends", name);
    if (value !== undefined) sent.durable = true;
    else if (sent.final === undefined) fail("1: accepted is recoverable", `${name} leaves the outbox unsettled`);
    else sent.forgotten = true;
  }

  /** A copy may go once the message is in the target's inbox, expired, or settled at its origin. */
  #custody(custodian: SimPeer, name: string, kept: boolean): void {
    const sent = this.#sends.get(name);
    if (sent === undefined) return fail("custody is of sends", `${custodian.name} has ${name}`);
    if (kept) {
      sent.copies.add(custodian);
      return;
    }
    sent.copies.delete(custodian);
    const isOver =
      sent.inboxOf !== undefined ||
      sent.final !== undefined ||
      custodian.worldMs >= sent.expiresAtMs - this.clockSlackMs;
    if (!isOver) fail("5: copies are dropped on receipt or expiry only", `${custodian.name} drops ${name}`);
  }

  #logged(peer: SimPeer, value: Uint8Array): void {
    const message = messageOf(value);
    const name = nameOf(message);
    const sent = this.#sends.get(name);
    if (sent === undefined) return fail("4, 11: shown was sent", `${peer.name} logs ${name}`);
    if (sent.inboxOf === peer) fail("2: exactly once", `${name} is logged at ${peer.name} again`);
    if (sent.inboxOf !== undefined) this.twins += 1;
    if (!sent.durable) fail("law 3: nothing leaves before it is durable", name);
    if (sent.text !== message.text) fail("11: byte for byte", `${sent.text} came as ${message.text}`);
    if (!this.#hasHeld(sent.by, message.from))
      fail("11: by its shown sender", `${name} is shown as from ${message.from}`);
    if (!this.#hasHeld(peer, sent.to)) fail("8: mail is for its target", `${name} to ${sent.to} is at ${peer.name}`);
    sent.inboxOf = peer;
    const inbox = this.#inboxes.get(peer) ?? new InboxCheck();
    this.#inboxes.set(peer, inbox);
    const fault = inbox.logged(message);
    if (fault !== undefined)
      fail("9, 10: in order, or a marked gap", `${peer.name} logs ${name} (${sent.text}): ${fault}`);
  }

  #hasHeld(peer: SimPeer, id: bigint): boolean {
    return this.#held.get(peer)?.has(id) === true;
  }

  #takeEpoch(peer: SimPeer, epoch: bigint): void {
    const before = this.#epochs.get(peer);
    if (before !== undefined && before !== epoch) fail("an epoch lasts as long as its store", peer.name);
    this.#epochs.set(peer, epoch);
  }

  #epoch(peer: SimPeer): bigint {
    return this.#epochs.get(peer) ?? 0n;
  }
}

/** @throws Error that names the invariant. */
export function fail(invariant: string, detail: string): never {
  throw new Error(`broken: ${invariant}: ${detail}`);
}
