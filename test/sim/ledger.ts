import type { SendStatus } from "../../src/core/effect.ts";
import { fail } from "./fail.ts";
import type { Submission } from "./observer.ts";
import type { Letter } from "./letters.ts";
import type { MessageName } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * What a send is: mail from one to another; the copy of a message to a group for one member; or what peers say to each other
 * about groups and sessions, which is nobody's news and comes into no log.
 */
export type SentKind = "mail" | "copy" | "quiet";

/** One send, as it is seen from outside. */
export interface Sent {
  readonly kind: SentKind;
  readonly by: SimPeer;
  readonly to: bigint;
  readonly text: string;
  readonly number: number;
  /** What may be under its name: its text, and that of messages that had the name before its sender's disk came back old. */
  readonly texts: readonly string[];
  /** How often its sender's disk had been changed by then. */
  readonly generation: number;
  /** In which life of its sender it was sent. */
  readonly life: number;
  /** By its sender's own clock. */
  readonly expiresAtMs: number;
  /** It was in its sender's outbox on disk once. */
  durable: boolean;
  /** It is there now. */
  inOutbox: boolean;
  accepted: boolean;
  /** The final status told last, and in which life of the sender; an old disk that comes back takes it back. */
  final: { readonly status: SendStatus; readonly life: number } | undefined;
  /** It had a final status once, in whatever life: floors may have passed it. */
  settled: boolean;
  /** Its sender's disk lost it unsettled: nothing is promised any more. */
  lost: boolean;
  /**
   * It has its name from a disk that came back old, and another message had it before; or it goes by two names, since the
   * disk forgot its epoch. Who has the one takes the other for a repetition, or the same for another.
   */
  muddled: boolean;
  /** The node its sender bound it to when it was sent; 0n for none. */
  boundTo: bigint;
  /** It was in an inbox on disk once; or was taken, if it is quiet. */
  logged: boolean;
  /** Somebody whom it was for would not take it. */
  declined: boolean;
  /** Peers in whose inbox it was logged, as far as their disks remember. */
  readonly inboxes: Set<SimPeer>;
  /** A custodian had it on disk once. */
  kept: boolean;
  /** Custodians that had it on disk, as far as their disks were not changed since. */
  readonly keptBy: Set<SimPeer>;
  /** Custodians that have it on disk now, and under which keys. */
  readonly copies: Map<SimPeer, Set<string>>;
}

/** The sends of one conversation. */
export interface Conversation {
  readonly sends: Map<number, Sent>;
  /** The lowest number given. */
  first: number;
  /** How far it is known that each of these peers tells the truth in its receipts: nothing below needs to be looked at. */
  readonly vouched: Map<SimPeer, number>;
  /** Numbers below are known to be settled. */
  settledBelow: number;
  /** The node its lane is bound to, as its sender's disk says; 0n for none. */
  boundTo: bigint;
}

/** Ledger: who sent what, by the names that messages have on disks and wires. */
export class Ledger {
  readonly #all: Sent[] = [];
  readonly #conversations = new Map<bigint, Map<bigint, Conversation>>();
  readonly #epochs = new Map<SimPeer, bigint>();
  readonly #owners = new Map<bigint, SimPeer>();
  /** Epochs that peers decided to write, in this life. */
  readonly #decided = new Map<SimPeer, bigint>();
  /** Peers whose disk does not say their epoch any more. */
  readonly #forgot = new Set<SimPeer>();
  /** How often each peer's disk was changed. */
  readonly #generations = new Map<SimPeer, number>();

  /** Every send that was submitted, in order. */
  get sends(): readonly Sent[] {
    return this.#all;
  }

  /** The epoch that a peer's disk gives it; 0n before there is one. */
  epochOf(peer: SimPeer): bigint {
    return this.#epochs.get(peer) ?? 0n;
  }

  /** The epoch that a peer goes by, on its disk already or not. */
  epochToBe(peer: SimPeer): bigint {
    return this.#decided.get(peer) ?? this.epochOf(peer);
  }

  /** Whose epoch it is. Who first sends under an unknown one, owns it. */
  owner(epoch: bigint, sender: SimPeer): SimPeer {
    const owner = this.#owners.get(epoch) ?? sender;
    this.#owners.set(epoch, owner);
    return owner;
  }

  /** A peer is about to write that this is its epoch: what it writes after that goes by it. */
  willTakeEpoch(peer: SimPeer, epoch: bigint): void {
    this.#decided.set(peer, epoch);
  }

  /** A peer's disk says that this is its epoch. */
  takeEpoch(peer: SimPeer, epoch: bigint): void {
    const before = this.epochOf(peer);
    if (before === epoch) return;
    if (before !== 0n && !this.#forgot.delete(peer)) fail("an epoch lasts as long as its store", peer.name);
    this.#epochs.set(peer, epoch);
    this.#owners.set(epoch, peer);
    // What is left in its outbox goes by another name from now on.
    for (const [name, conversation] of this.#conversations.get(before) ?? []) this.#rename(conversation, epoch, name);
  }

  /** A peer's disk is another one. @param epoch what it says; undefined when it says nothing yet. */
  diskChanged(peer: SimPeer, epoch: bigint | undefined): void {
    this.#generations.set(peer, this.#generation(peer) + 1);
    this.#decided.delete(peer);
    if (epoch === undefined) this.#forgot.add(peer);
    else this.#epochs.set(peer, epoch);
    for (const conversations of this.#conversations.values())
      for (const { vouched } of conversations.values()) vouched.delete(peer);
  }

  #rename(from: Conversation, epoch: bigint, name: bigint): void {
    for (const sent of from.sends.values()) {
      if (!sent.inOutbox) continue;
      sent.muddled = true;
      this.#put({ epoch, conversation: name, number: sent.number }, sent);
    }
  }

  submitted(by: SimPeer, submission: Submission): Sent {
    const name = { ...submission, epoch: this.epochOf(by) };
    const before = this.find(name);
    const generation = this.#generation(by);
    // What was never durable may have its number given again after a crash; a disk that came back old forgot that it was.
    const isGiven = before?.durable === true;
    if (isGiven && before.generation === generation)
      fail("a number is given once", `${by.name} gives ${nameOf(name)} again`);
    const sent = { ...freshly(by, submission, generation), ...(isGiven ? inherited(before, submission.text) : {}) };
    this.#all.push(sent);
    this.#put(name, sent);
    return sent;
  }

  /** A peer is about to write this to its outbox, and nobody asked for it in these words. @returns it, where it is new. */
  observed(by: SimPeer, letter: Letter): Sent | undefined {
    const name = { ...letter, epoch: this.epochToBe(by) };
    const before = this.find(name);
    // Who writes a page anew says the same; who gives a number again may say the same at another time.
    if (before?.text === letter.text && before.kind === letter.kind && before.expiresAtMs === letter.expiresAtMs)
      return undefined;
    const generation = this.#generation(by);
    const isGiven = before?.durable === true;
    if (isGiven && before.generation === generation)
      fail("a number is given once", `${by.name} gives ${nameOf(name)} again`);
    const expiresAtMs = letter.expiresAtMs - by.nowMs + by.worldMs;
    const fresh = freshly(by, { ...letter, expiresAtMs }, generation);
    const known = { kind: letter.kind, expiresAtMs: letter.expiresAtMs };
    const sent = { ...fresh, ...known, ...(isGiven ? inherited(before, letter.text) : {}) };
    // Who has what went by the name before takes it for a repetition, and nobody is told of what is quiet.
    if (isGiven && before.logged && letter.kind === "quiet") sent.settled = true;
    this.#all.push(sent);
    this.#put(name, sent);
    return sent;
  }

  find({ epoch, conversation, number }: MessageName): Sent | undefined {
    return this.conversation(epoch, conversation)?.sends.get(number);
  }

  conversation(epoch: bigint, name: bigint): Conversation | undefined {
    return this.#conversations.get(epoch)?.get(name);
  }

  /** All conversations of one epoch, by name. */
  conversationsOf(epoch: bigint): Iterable<readonly [bigint, Conversation]> {
    return this.#conversations.get(epoch) ?? [];
  }

  #generation(peer: SimPeer): number {
    return this.#generations.get(peer) ?? 0;
  }

  #put({ epoch, conversation: name, number }: MessageName, sent: Sent): void {
    const ofEpoch = this.#conversations.get(epoch) ?? new Map<bigint, Conversation>();
    this.#conversations.set(epoch, ofEpoch);
    const fresh = { sends: new Map<number, Sent>(), first: number, vouched: new Map(), settledBelow: 0, boundTo: 0n };
    const conversation: Conversation = ofEpoch.get(name) ?? fresh;
    ofEpoch.set(name, conversation);
    conversation.sends.set(number, sent);
    conversation.first = Math.min(conversation.first, number);
  }
}

function freshly(by: SimPeer, { to, text, number, expiresAtMs }: Submission, generation: number): Sent {
  return {
    ...{ kind: "mail" as const, by, to, text, number, texts: [text], generation, life: by.lives },
    expiresAtMs: Math.floor(by.nowMs) + expiresAtMs - by.worldMs,
    ...{ durable: false, inOutbox: false, accepted: false, final: undefined, settled: false, lost: false },
    ...{ muddled: false, boundTo: 0n, logged: false, declined: false, kept: false },
    ...{ inboxes: new Set(), keptBy: new Set(), copies: new Map() },
  };
}

/** What is known of a name is known of whoever has it. */
/** Whether what comes with this text was durable before it left: what had the name first was, in the life that a backup forgot. */
export function wasDurable({ durable, text: newest }: Sent, text: string): boolean {
  return durable || text !== newest;
}

function inherited(before: Sent, text: string): Partial<Sent> {
  const { texts, logged, declined, inboxes, kept, keptBy, copies } = before;
  return { texts: [text, ...texts], muddled: true, logged, declined, inboxes, kept, keptBy, copies };
}

/** For people. */
export function nameOf({ epoch, conversation, number }: MessageName): string {
  return `${epoch}/${conversation}/${number}`;
}

/** Whether its sender need not deliver it any more: it has, or has given it up, or has forgotten it with its disk. */
export function isOver(sent: Sent): boolean {
  return isSettled(sent) || sent.lost;
}

/** Whether its sender has settled it, or may have: nobody is told when what is quiet expires. */
export function isSettled({ settled, kind, by, expiresAtMs }: Sent): boolean {
  return settled || (kind === "quiet" && by.nowMs >= expiresAtMs);
}
