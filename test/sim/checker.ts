import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Act } from "./act.ts";
import { BoundCheck } from "./bound-check.ts";
import { BusyCheck } from "./busy-check.ts";
import { BroadcastCheck } from "./broadcast-check.ts";
import { envelopesIn, isForAll, isIdle, messagesIn } from "./frame-reader.ts";
import { GroupCheck } from "./group-check.ts";
import { IdCheck } from "./id-check.ts";
import { Ledger, type Sent } from "./ledger.ts";
import { lettersIn, type Letter } from "./letters.ts";
import { LogCheck } from "./log-check.ts";
import { MailboxCheck } from "./mailbox-check.ts";
import { MembershipCheck } from "./membership-check.ts";
import { MessageCheck } from "./message-check.ts";
import type { DiskChange, Observer, Submission } from "./observer.ts";
import { OutboxCheck } from "./outbox-check.ts";
import { ReceiptCheck } from "./receipt-check.ts";
import { epochOf, identityOf, identityOn } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import { SessionCheck } from "./session-check.ts";
import { TakenCheck } from "./taken-check.ts";
import { TrafficCheck } from "./traffic-check.ts";
import { newsIn } from "../world/statuses.ts";

/**
 * Checker: holds every event of a world against the invariants of the design (section 13), by their numbers.
 *
 * It knows what was asked of peers, what they told, what they sent, and what is on their disks; of the core it shares
 * nothing but the schema. Each check throws at the event that breaks the invariant. What a disk lost, or forgot when an old
 * copy of it came back, is held against nobody; everything else is.
 *
 *     outbox-check 1, 3, 4    log-check 2, 4, 8 to 11, 15    mailbox-check 5, 15    id-check 7    bound-check 12
 *     receipt-check 3, 4      message-check law 3, 8, 10, 11, 15    traffic-check 13    convergence 1, 2, 5, 6, 16
 *     broadcast-check and broadcast-logs: all that is for everyone
 */
export class Checker implements Observer {
  readonly #ledger = new Ledger();
  readonly #peers = new Map<string, SimPeer>();
  readonly #ids = new IdCheck();
  readonly #outbox = new OutboxCheck(this.#ledger);
  readonly #mailbox = new MailboxCheck(this.#ledger);
  readonly #broadcasts = new BroadcastCheck(this.#ids);
  readonly #memberships = new MembershipCheck(this.#ids);
  readonly #groups = new GroupCheck({
    ...{ ledger: this.#ledger, ids: this.#ids, outbox: this.#outbox, memberships: this.#memberships },
  });
  readonly #log = new LogCheck(this.#ledger, this.#ids, { broadcasts: this.#broadcasts, groups: this.#groups });
  readonly #receipts = new ReceiptCheck(this.#ledger);
  readonly #messages = new MessageCheck(this.#ledger, this.#ids);
  readonly #sessions = new SessionCheck(this.#ids);
  readonly #busy = new BusyCheck(this.#ids);
  readonly #taken = new TakenCheck(this.#ledger, this.#ids);
  readonly #traffic = new TrafficCheck(this.#ledger);
  readonly #bounds = new BoundCheck();
  /** Something was done about groups or sessions: mail is not all there is. */
  #hasDeeds = false;
  /** Frames that an idle mesh would not send. */
  busyFrames = 0;
  /** A disk was lost, came back old, or was damaged. */
  disksChanged = false;

  /** Every send that a core took. */
  get sends(): readonly Sent[] {
    return this.#ledger.sends;
  }

  /** Messages logged after later ones of the same sender, as a marked gap allows. */
  get late(): number {
    return this.#log.late;
  }

  /** Messages that reached two peers, which can only be where both held the id they were sent to. */
  get twins(): number {
    return this.#log.twins;
  }

  /** Sends told as delivered in one life and as expired in the next, which died in between (outbox-check.ts). */
  get contradictions(): number {
    return this.#outbox.contradictions;
  }

  /** What was said to everyone, that somebody still has and others lack, in words. @param wires by the names of their ends. */
  lacking(peers: readonly SimPeer[], wires: readonly (readonly [string, string])[]): readonly string[] {
    return this.#broadcasts.lacking(peers, wires);
  }

  /** Every group has heard from its members since all faults ended. */
  groupsSpoke(): void {
    this.#groups.over();
  }

  /** Where members of a group, or ends of a session, do not agree, in words. */
  disputed(peers: readonly SimPeer[]): readonly string[] {
    return this.#hasDeeds ? [...this.#groups.disputed(peers), ...this.#sessions.disputed(peers)] : [];
  }

  /** The name of a peer's key; undefined before it was heard on a wire. */
  nodeOf(peer: SimPeer): bigint | undefined {
    return this.#ids.nodeOf(peer);
  }

  /** Until when a custodian keeps the mail under a key, by its own clock. */
  keptUntilMs(custodian: SimPeer, key: string): number {
    return this.#mailbox.keptUntilMs(custodian, key);
  }

  started(peer: SimPeer): void {
    this.#peers.set(peer.name, peer);
    this.#mailbox.started(peer);
  }

  submitted(by: SimPeer, submission: Submission): void {
    if (this.#groups.has(submission.conversation)) return this.#groups.submitted(by, submission);
    if (!isForAll(submission)) return void this.#ledger.submitted(by, submission);
    this.#broadcasts.submitted(by, submission);
    this.#bounds.said(by);
  }

  acted(by: SimPeer, act: Act): void {
    this.#hasDeeds = true;
    this.#groups.acted(by, act);
    this.#sessions.acted(by, act);
    this.#memberships.acted(by, act);
    this.#busy.acted(by);
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    if (this.#hasDeeds) this.#observe(peer, effects);
    if (this.#hasDeeds && event.kind === "start") this.#memberships.started(peer);
    if (event.kind === "shown") this.#log.shown(peer, event.cursor);
    this.#ids.stepped(peer);
    for (const effect of effects) this.#decided(peer, effect);
    this.#outbox.stepped(peer, event, effects);
    this.#traffic.stepped(peer, event, effects);
  }

  /** These writes are on the peer's disk now. */
  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    // A write that failed and is repeated goes through states that nobody ever finds.
    const net = netOf(ops);
    const epoch = epochOf(net);
    if (epoch !== undefined) this.#ledger.takeEpoch(peer, epoch);
    for (const op of net) {
      if (op.table === "mailbox") this.#mailbox.applied(peer, op);
      else if (op.table === "meta" && op.key === "identity" && op.value !== undefined)
        this.#ids.identified(peer, op.value);
    }
    this.#outbox.applied(peer, net);
    if (net !== ops)
      for (const { table, value } of ops)
        if (table === "mailbox" && value !== undefined) this.#mailbox.written(peer, value);
    this.#broadcasts.applied(peer, net);
    // What was declined may be forgotten with the next write, and its sender was told.
    if (this.#hasDeeds) this.#taken.applied(peer, ops);
    if (this.#hasDeeds) this.#memberships.applied(peer, ops, net);
    this.#log.applied(peer, net);
    this.#broadcasts.marked(peer, net);
    for (const table of new Set(net.map((op) => op.table))) this.#bounds.applied(peer, table);
  }

  /** A frame sets out. */
  frame(from: string, to: string, bytes: Uint8Array): void {
    if (!isIdle(bytes)) this.busyFrames += 1;
    const peer = this.#peers.get(from);
    if (peer === undefined) return;
    this.#ids.frame(peer, bytes);
    for (const envelope of envelopesIn(bytes))
      if (isForAll(envelope)) this.#broadcasts.leaves(peer, envelope);
      else this.#receipts.leaves(peer, envelope);
    if (this.#hasDeeds) this.#leaves(peer, bytes);
    this.#messages.frame(peer, bytes);
    this.#traffic.frame(peer, to, bytes);
  }

  clockSet(): void {
    this.#traffic.disturbed();
  }

  fault(): void {
    this.#traffic.disturbed();
  }

  diskChanged(peer: SimPeer, change: DiskChange): void {
    this.disksChanged = true;
    const identity = identityOn(peer.disk);
    this.#ledger.diskChanged(peer, identity === undefined ? undefined : identityOf(identity).epoch);
    this.#ids.changed(peer, change);
    this.#outbox.changed(peer, change);
    this.#mailbox.changed(peer);
    this.#log.changed(peer);
    this.#broadcasts.changed(peer);
    this.#groups.changed(peer, change);
    this.#memberships.changed(peer);
    this.#bounds.changed(peer);
  }

  /** What is sent for a group, and said of groups and sessions, nobody has asked for in these words. */
  #observe(peer: SimPeer, effects: readonly Effect[]): void {
    const said: Letter[] = [];
    for (const effect of effects) {
      if (effect.kind !== "persist") continue;
      const epoch = epochOf(effect.ops);
      if (epoch !== undefined) this.#ledger.willTakeEpoch(peer, epoch);
      for (const { table, value } of effect.ops) {
        if (value === undefined) continue;
        if (table === "groups") this.#memberships.decided(peer, value);
        else if (table === "outbox") said.push(...lettersIn(value).filter((letter) => this.#says(peer, letter)));
      }
    }
    this.#busy.stepped(peer, effects, said);
  }

  /** @returns whether it is said for the first time. */
  #says(peer: SimPeer, letter: Letter): boolean {
    const sent = this.#ledger.observed(peer, letter);
    if (sent === undefined) return false;
    this.#groups.copied(peer, letter, sent);
    this.#busy.says(peer, this.#ledger.epochToBe(peer), letter);
    return true;
  }

  /** What a peer says of its own sets out. */
  #leaves(peer: SimPeer, bytes: Uint8Array): void {
    const own = this.#ledger.epochOf(peer);
    for (const envelope of envelopesIn(bytes))
      for (const message of messagesIn(envelope)) if (message.epoch === own) this.#memberships.leaves(peer, message);
  }

  #checkFor({ conversation }: { readonly conversation: bigint }): Pick<OutboxCheck, "status"> {
    if (isForAll({ conversation })) return this.#broadcasts;
    return this.#groups.has(conversation) ? this.#groups : this.#outbox;
  }

  #decided(peer: SimPeer, effect: Effect): void {
    if (effect.kind === "status") for (const news of newsIn(effect)) this.#checkFor(effect).status(peer, news);
    else if (effect.kind === "receipt") this.#groups.receipt(peer, effect);
    else if (effect.kind === "group") this.#memberships.news(peer, effect);
    else if (effect.kind === "session") this.#sessions.news(peer, effect);
    else if (effect.kind === "id") this.#ids.holds(peer, effect.id);
    else if (effect.kind === "persist") {
      for (const op of effect.ops) if (op.table === "mailbox") this.#mailbox.decided(peer, op);
      this.#bounds.stepped(peer);
    }
  }
}

/** What is left of the writes once all of them are done. */
function netOf(ops: readonly StoreOp[]): readonly StoreOp[] {
  const newest = new Map<string, StoreOp>();
  for (const op of ops) newest.set(`${op.table}/${op.key}`, op);
  return newest.size === ops.length ? ops : [...newest.values()];
}
