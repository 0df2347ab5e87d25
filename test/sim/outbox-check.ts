import type { Effect, SendStatus } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { fail } from "./fail.ts";
import { isOver, nameOf, type Ledger, type Sent } from "./ledger.ts";
import type { DiskChange } from "./observer.ts";
import { laneOf, outboxBinding, outboxOn, sendsIn, type MessageName, type OutboxName } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** What a peer tells of a send. */
export interface ToldStatus {
  readonly conversation: bigint;
  readonly number: number;
  readonly status: SendStatus;
}

/** A send that is to be gone from its sender's disk with a commit. */
interface Owed {
  readonly life: number;
  readonly commit: number;
  readonly sent: Sent;
}

/**
 * OutboxCheck: what is accepted stays on its sender's disk until it is settled, and what senders tell of it is true.
 *
 * Invariants of the design: 1 (accepted is recoverable), 3 and 4 (what is told), one final status.
 */
export class OutboxCheck {
  readonly #ledger: Ledger;
  /** What stands in the records of each peer's outbox, by key. */
  readonly #records = new Map<SimPeer, Map<string, readonly OutboxName[]>>();
  /** By epoch and conversation: below which number all is settled, as the lane's record says. */
  readonly #floors = new Map<string, number>();
  /** Sends that the step under way told as settled. */
  #ending: Sent[] = [];
  readonly #owed = new Map<SimPeer, readonly Owed[]>();
  /** Sends told as delivered in one life and as expired in the next. */
  contradictions = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  status(by: SimPeer, { conversation, number, status }: ToldStatus): void {
    const name = { epoch: this.#ledger.epochOf(by), conversation, number };
    const sent = this.#ledger.find(name);
    if (sent === undefined) return fail("a status is of a send", `${by.name} tells ${status} of ${nameOf(name)}`);
    if (!mayFollow(sent, status))
      fail("one final status", `${nameOf(name)} is ${String(sent.final?.status)}, then ${status}`);
    // Once on disk it counts as accepted: its sender may have died between the disk and the telling.
    if (!sent.durable) fail("1: accepted is recoverable", `${nameOf(name)} is ${status} and not on disk`);
    if (!sent.inOutbox) fail("one final status", `${nameOf(name)} is ${status} after it was settled for good`);
    const lie = lieIn(sent, status);
    if (lie !== undefined) fail(lie, nameOf(name));
    if (status === "accepted") sent.accepted = true;
    else if (!sent.accepted && sent.life === by.lives)
      fail("1: accepted comes first", `${nameOf(name)} is ${status} before it is accepted`);
    if (!isFinal(status)) return;
    if (isContradiction(sent, status)) this.contradictions += 1;
    sent.final = { status, life: by.lives };
    sent.settled = true;
    this.#ending.push(sent);
  }

  /** A step is through: what it told as settled leaves the disk with the commit that it asks for. */
  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const owed = this.#owed.get(peer) ?? [];
    if (event.kind === "persisted") {
      const due = owed.filter(({ life, commit }) => life === peer.lives && commit <= event.commit);
      for (const { sent } of due)
        if (sent.inOutbox) fail("1: what is settled leaves the outbox", `${sent.text} of ${peer.name} is still in it`);
    }
    const commit = effects.findLast((effect) => effect.kind === "persist")?.commit;
    const ending = commit === undefined ? [] : this.#ending.map((sent) => ({ life: peer.lives, commit, sent }));
    this.#ending = [];
    const isOpen = ({ life, commit: by }: Owed): boolean =>
      life === peer.lives && !(event.kind === "persisted" && by <= event.commit);
    if (owed.length > 0 || ending.length > 0) this.#owed.set(peer, [...owed.filter(isOpen), ...ending]);
  }

  /** These writes are on the peer's disk now. */
  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const epoch = this.#ledger.epochOf(peer);
    for (const { table, value } of ops) if (table === "lanes") this.#lane(epoch, value);
    if (!ops.some(({ table }) => table === "outbox")) return;
    const records = this.#recordsOf(peer);
    const gone: OutboxName[] = [];
    for (const { table, key, value } of ops) {
      if (table !== "outbox") continue;
      gone.push(...(records.get(key) ?? []));
      if (value === undefined) records.delete(key);
      else {
        records.set(key, sendsIn({ key, value }));
        for (const name of sendsIn({ key, value })) this.#stands(peer, { epoch, ...name }, outboxBinding(value));
      }
    }
    const standing = new Set(
      [...records.values()].flat().map(({ conversation, number }) => `${conversation}/${number}`),
    );
    for (const name of gone) if (!standing.has(`${name.conversation}/${name.number}`)) this.#leaves({ epoch, ...name });
  }

  #stands(peer: SimPeer, name: MessageName, boundTo: bigint): void {
    const sent = this.#ledger.find(name);
    if (sent === undefined) return fail("the outbox holds sends", `${peer.name} has ${nameOf(name)}`);
    // In a record that is written anew there may be some that are settled: their lane says so.
    const floor = this.#floors.get(`${name.epoch}/${name.conversation}`) ?? 0;
    sent.inOutbox = name.number >= floor;
    sent.durable = true;
    // Of what is no mail nobody is told that it is accepted, one by one.
    if (sent.kind !== "mail") sent.accepted = true;
    sent.boundTo = boundTo;
  }

  #leaves(name: MessageName): void {
    const sent = this.#ledger.find(name);
    if (sent === undefined || !sent.inOutbox) return;
    sent.inOutbox = false;
    if (sent.kind === "quiet") return checkQuiet(sent, name);
    if (sent.final === undefined) fail("1: accepted is recoverable", `${nameOf(name)} leaves the outbox unsettled`);
  }

  #recordsOf(peer: SimPeer): Map<string, readonly OutboxName[]> {
    const records = this.#records.get(peer) ?? new Map<string, readonly OutboxName[]>();
    this.#records.set(peer, records);
    return records;
  }

  /** A peer's disk is another one now: only what is on it can be held against the peer. */
  changed(peer: SimPeer, change: DiskChange): void {
    const epoch = this.#ledger.epochOf(peer);
    const here = new Set<Sent>();
    this.#records.set(peer, new Map(peer.disk.entries("outbox").map((entry) => [entry.key, sendsIn(entry)])));
    for (const name of outboxOn(peer.disk)) {
      const sent = this.#ledger.find({ epoch, ...name });
      if (sent !== undefined) here.add(sent);
    }
    for (const sent of this.#ledger.sends) {
      if (sent.by !== peer || !sent.durable) continue;
      sent.inOutbox = here.has(sent);
      // An old disk knows nothing of what was told since: it will be again, and it may end in another way. What a disk
      // does not have is lost unless it is settled; what an old one took back is not, though it was told once.
      if (change.kind !== "damaged" && sent.inOutbox) sent.final = undefined;
      sent.lost = !sent.inOutbox && sent.final === undefined;
    }
    for (const [name, conversation] of this.#ledger.conversationsOf(epoch)) {
      conversation.boundTo = 0n;
      this.#floors.delete(`${epoch}/${name}`);
    }
    for (const { value } of peer.disk.entries("lanes")) this.#lane(epoch, value);
  }

  #lane(epoch: bigint, value: Uint8Array | undefined): void {
    if (value === undefined) return;
    const lane = laneOf(value);
    const conversation = this.#ledger.conversation(epoch, lane.conversation);
    if (conversation === undefined) return;
    const before = conversation.boundTo;
    if (before !== 0n && lane.boundTo !== before)
      fail("8: a binding stands", `${epoch}/${lane.conversation} was bound to ${before}, now to ${lane.boundTo}`);
    conversation.boundTo = lane.boundTo;
    this.#passFloor({ epoch, conversation: lane.conversation }, lane.floor);
  }

  /** What stands in records below the floor that a lane's record tells is settled: a later life takes none of it up. */
  #passFloor({ epoch, conversation }: Omit<MessageName, "number">, floor: number): void {
    const key = `${epoch}/${conversation}`;
    const before = this.#floors.get(key) ?? 0;
    this.#floors.set(key, floor);
    for (let number = Math.max(1, before); number < floor; number += 1) this.#leaves({ epoch, conversation, number });
  }
}

/** What nobody is told of leaves once its target has it, or its time is over. */
function checkQuiet(sent: Sent, name: MessageName): void {
  if (!sent.logged && !isOver(sent) && !sent.muddled)
    fail("1: what peers say of groups and sessions is recoverable", `${nameOf(name)} (${sent.text}) leaves unsettled`);
  sent.settled = true;
  sent.final ??= { status: "delivered", life: sent.by.lives };
}

/**
 * Whether the status may be told after the final one that was. Who dies between the telling and the deletion being durable
 * tells it again in a later life: the same.
 */
function mayFollow(sent: Sent, status: SendStatus): boolean {
  const { by, final, expiresAtMs } = sent;
  if (final === undefined) return true;
  if (final.life === by.lives) return false;
  if (!isFinal(status) || status === final.status || isContradiction(sent, status)) return true;
  // Expired it was by a clock that was set back since.
  return final.status === "expired" && by.nowMs < expiresAtMs;
}

/**
 * Told as delivered by a life that died before its disk had heard of it. When the time was over as the next one began, that
 * one knows nothing better than to tell that it expired; and a member whose disk was lost may decline what comes again. Only
 * telling after the disk could rule it out.
 */
function isContradiction({ final, declined }: Sent, status: SendStatus): boolean {
  return final?.status === "delivered" && (status === "expired" || (status === "refused" && declined));
}

function isFinal(status: SendStatus): boolean {
  return status !== "accepted" && status !== "stored";
}

/** A disk that came back old may have it told so, too, of what a lost life had numbered. */
function mayBeRefused({ kind, declined, generation }: Sent): boolean {
  return kind === "mail" || declined || generation > 0;
}

/** What makes the status untrue; undefined when it is true. */
function lieIn(sent: Sent, status: SendStatus): string | undefined {
  const { by, logged, kept, settled, muddled, expiresAtMs } = sent;
  switch (status) {
    case "accepted":
      return undefined;
    case "refused":
      return mayBeRefused(sent) ? undefined : "4: refused is said by who was to take it";
    case "stored":
      return logged || kept ? undefined : "stored is durable elsewhere";
    case "delivered":
      // What was settled in a life that its disk forgot, floors have passed: its target counts it among what it has.
      return logged || settled || muddled ? undefined : "3, 4: delivered is durable at the receiver";
    case "expired":
      // Times to live are whole milliseconds, and counted from a whole one.
      return by.nowMs < expiresAtMs - 1 ? "expired only after its time" : undefined;
    case "spread":
      return "only what is for everyone is spread";
  }
}
