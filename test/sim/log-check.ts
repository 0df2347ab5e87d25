import type { StoreOp } from "../../src/core/store-op.ts";
import type { BroadcastCheck } from "./broadcast-check.ts";
import { fail } from "./fail.ts";
import { isForAll } from "./frame-reader.ts";
import type { GroupCheck } from "./group-check.ts";
import type { IdCheck } from "./id-check.ts";
import { InboxCheck } from "./inbox-check.ts";
import { nameOf, wasDurable, type Ledger, type Sent } from "./ledger.ts";
import { markOf, messagesOf, type InboxMessage, type MessageName, type StoredMark } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** Who looks at what is for everyone, and for groups. */
interface OtherLogs {
  readonly broadcasts: Pick<BroadcastCheck, "logged">;
  readonly groups: Pick<GroupCheck, "logged">;
}

/**
 * LogCheck: what comes into inbox logs, and what leaves them.
 *
 * Invariants of the design: 2 (exactly once), 4 and 11 (shown was sent, by its shown sender), 8 (mail is for its target),
 * 9 and 10 (in order, or a marked gap), 15 (byte for byte).
 */
export class LogCheck {
  readonly #ledger: Ledger;
  readonly #ids: IdCheck;
  readonly #others: OtherLogs | undefined;
  readonly #inboxes = new Map<SimPeer, InboxCheck>();
  /** The newest cursor shown at each peer. */
  readonly #shown = new Map<SimPeer, number>();
  /** Messages that reached two peers, which can only be where both held the id they were sent to. */
  twins = 0;

  /** @param others looks at what is no mail from one to another. */
  constructor(ledger: Ledger, ids: IdCheck, others?: OtherLogs) {
    this.#ledger = ledger;
    this.#others = others;
    this.#ids = ids;
  }

  /** Messages logged after later ones of the same sender, as a marked gap allows. */
  get late(): number {
    let late = 0;
    for (const inbox of this.#inboxes.values()) late += inbox.late;
    return late;
  }

  /** A peer is told that its people have seen everything up to the cursor. */
  shown(peer: SimPeer, cursor: number): void {
    this.#shown.set(peer, Math.max(cursor, this.#shown.get(peer) ?? 0));
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const { table, key, value } of ops) {
      if (table !== "inbox") continue;
      if (value !== undefined) for (const message of messagesOf(value)) this.#logged(peer, message);
      else if (Number(`0x${key}`) > (this.#shown.get(peer) ?? 0))
        fail("1: what is delivered is kept until it is shown", `${peer.name} drops cursor ${Number(`0x${key}`)}`);
    }
  }

  /** A peer's disk is another one now: what its marks do not cover may come again. */
  changed(peer: SimPeer): void {
    const marks = peer.disk.entries("marks").map(({ value }) => markOf(value));
    const last = peer.disk.entries("inbox").at(-1)?.key;
    this.#inboxAt(peer).changed(marks, last === undefined ? 0 : Number(`0x${last}`));
    // Whoever has a number that another had before has its inboxes, too.
    const covered = new Set<Sent["inboxes"]>();
    for (const mark of marks)
      for (const [number, sent] of this.#ledger.conversation(mark.epoch, mark.conversation)?.sends ?? [])
        if (isTaken(mark, number)) covered.add(sent.inboxes);
    for (const sent of this.#ledger.sends) if (!covered.has(sent.inboxes)) sent.inboxes.delete(peer);
  }

  #logged(peer: SimPeer, message: InboxMessage): void {
    if (!isForAll(message)) return this.#loggedMail(peer, message);
    const fault = this.#inboxAt(peer).follow(message.cursor);
    if (fault !== undefined) fail("9, 10: in order, or a marked gap", `${peer.name} logs ${message.text}: ${fault}`);
    this.#others?.broadcasts.logged(peer, message);
  }

  #loggedMail(peer: SimPeer, message: InboxMessage): void {
    const sent = this.#ledger.find(message);
    if (sent === undefined) return fail("4, 11: shown was sent", `${peer.name} logs ${nameOf(message)}`);
    if (sent.kind === "quiet") fail("what peers say of groups and sessions is not shown", nameOf(message));
    if (sent.kind === "copy") this.#others?.groups.logged(peer, message);
    this.#checkContent(peer, message, sent);
    this.#checkTarget(peer, message, sent);
    if (sent.inboxes.size > (sent.inboxes.has(peer) ? 1 : 0)) this.twins += 1;
    sent.inboxes.add(peer);
    sent.logged = true;
    const conversation = this.#ledger.conversation(message.epoch, message.conversation);
    const isUnlogged = (number: number): boolean => {
      const other = conversation?.sends.get(number);
      // Of what goes by two names the one may have been taken, without being shown, for the other.
      if (other?.kind === "quiet" || other?.declined === true || other?.muddled === true) return true;
      // What expires as it is declined is forgotten before that is on the disk.
      return other?.kind === "copy" && other.final?.status === "expired";
    };
    const fault = this.#inboxAt(peer).logged(message, conversation?.first, isUnlogged);
    if (fault === undefined) return;
    fail("9, 10: in order, or a marked gap", `${peer.name} logs ${nameOf(message)} (${sent.text}): ${fault}`);
  }

  #checkContent(peer: SimPeer, message: InboxMessage, sent: Sent): void {
    const name = nameOf(message);
    // Whose sender forgot its epoch, may come under both names.
    if (sent.inboxes.has(peer) && !sent.muddled) fail("2: exactly once", `${name} is logged at ${peer.name} again`);
    if (!wasDurable(sent, message.text)) fail("law 3: nothing leaves before it is durable", name);
    if (!sent.texts.includes(message.text)) fail("11, 15: byte for byte", `${sent.text} came as ${message.text}`);
    if (!this.#ids.hasHeld(sent.by, message.from))
      fail("11: by its shown sender", `${name} is shown as from ${message.from}`);
  }

  #checkTarget(peer: SimPeer, name: MessageName, { to, boundTo }: Sent): void {
    if (!this.#ids.hasHeld(peer, to)) fail("8: mail is for its target", `${nameOf(name)} to ${to} is at ${peer.name}`);
    const node = this.#ids.nodeOf(peer);
    if (boundTo !== 0n && node !== undefined && node !== boundTo)
      fail(
        "8: mail bound to a key reaches no other",
        `${nameOf(name)} bound to ${boundTo} is at ${peer.name}, ${node}`,
      );
  }

  #inboxAt(peer: SimPeer): InboxCheck {
    const inbox = this.#inboxes.get(peer) ?? new InboxCheck();
    this.#inboxes.set(peer, inbox);
    return inbox;
  }
}

function isTaken({ next, holes }: StoredMark, number: number): boolean {
  return number < next && !holes.some(({ first, last }) => first <= number && number <= last);
}
