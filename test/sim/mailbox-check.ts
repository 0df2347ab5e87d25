import type { StoreOp } from "../../src/core/store-op.ts";
import { fail } from "./fail.ts";
import { messagesIn } from "./frame-reader.ts";
import { isOver, nameOf, type Ledger, type Sent } from "./ledger.ts";
import { inMailboxKey, keptOf, textOf, type MessageName } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** A record of a mailbox, as its keeper decided to write it. */
interface Decided {
  /** When it expires, by the clock of its keeper. */
  readonly expiresAtMs: number;
  readonly names: readonly MessageName[];
}

/**
 * MailboxCheck: custodians keep what they took until it is over, and no longer than they were told to. A record may have
 * several messages: it goes when it is over with each of them.
 *
 * Invariants of the design: 5 (copies are dropped on receipt, expiry or cancel only), 15 (kept as it was sent).
 */
export class MailboxCheck {
  readonly #ledger: Ledger;
  /** By peer and key. */
  readonly #decided = new Map<SimPeer, Map<string, Decided>>();
  /** What is in the records on each peer's disk, by key. */
  readonly #onDisk = new Map<SimPeer, Map<string, readonly Sent[]>>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A custodian decides to write this, at this instant of its clock. */
  decided(custodian: SimPeer, { key, value }: StoreOp): void {
    const name = inMailboxKey(key);
    if (this.#ledger.find(name) === undefined)
      return fail("5: custody is of sends", `${custodian.name} has ${nameOf(name)}`);
    if (value === undefined) this.#drops(custodian, key);
    else this.#keeps(custodian, key, value);
  }

  applied(custodian: SimPeer, { key, value }: StoreOp): void {
    const onDisk = ofPeer(this.#onDisk, custodian);
    for (const sent of onDisk.get(key) ?? []) {
      const keys = sent.copies.get(custodian);
      keys?.delete(key);
      if (keys?.size === 0) sent.copies.delete(custodian);
    }
    onDisk.delete(key);
    if (value === undefined) return;
    const all = this.#sentIn(value);
    onDisk.set(key, all);
    for (const sent of all) sent.copies.set(custodian, (sent.copies.get(custodian) ?? new Set()).add(key));
    this.written(custodian, value);
  }

  /** It was written, if only to be deleted by the same write, since its time had come. */
  written(custodian: SimPeer, value: Uint8Array): void {
    for (const sent of this.#sentIn(value)) {
      sent.kept = true;
      sent.keptBy.add(custodian);
    }
  }

  /** Until when a custodian keeps the mail under a key, by its own clock; 0 when it does not. */
  keptUntilMs(custodian: SimPeer, key: string): number {
    return ofPeer(this.#decided, custodian).get(key)?.expiresAtMs ?? 0;
  }

  /** A custodian begins anew: what it had decided and not written is forgotten. */
  started(custodian: SimPeer): void {
    const decided = ofPeer(this.#decided, custodian);
    decided.clear();
    for (const { key, value } of custodian.disk.entries("mailbox"))
      decided.set(key, { expiresAtMs: keptOf(value).expiresAtMs, names: namesIn(value) });
  }

  /** A custodian's disk is another one now. */
  changed(custodian: SimPeer): void {
    this.#onDisk.delete(custodian);
    for (const sent of this.#ledger.sends) {
      sent.copies.delete(custodian);
      sent.keptBy.delete(custodian);
    }
    for (const { key, value } of custodian.disk.entries("mailbox"))
      this.applied(custodian, { table: "mailbox", key, value });
  }

  #drops(custodian: SimPeer, key: string): void {
    const decided = ofPeer(this.#decided, custodian);
    const before = decided.get(key);
    decided.delete(key);
    if (before !== undefined) this.#lets(custodian, key, before);
  }

  /** These messages are not under the key any more. */
  #lets(custodian: SimPeer, key: string, { expiresAtMs, names }: Decided): void {
    if (custodian.nowMs >= expiresAtMs) return;
    const decided = ofPeer(this.#decided, custodian);
    for (const name of names) {
      const sent = this.#ledger.find(name);
      if (sent === undefined || sent.logged || sent.declined || isOver(sent) || isReplaced(key, name, decided))
        continue;
      const left = `${expiresAtMs - custodian.nowMs} ms before its time`;
      fail("5: copies are dropped on receipt or expiry only", `${custodian.name} drops ${nameOf(name)} ${left}`);
    }
  }

  #keeps(custodian: SimPeer, key: string, value: Uint8Array): void {
    const { envelope, expiresAtMs } = keptOf(value);
    const decided = ofPeer(this.#decided, custodian);
    const names = namesIn(value);
    const same = decided.get(key);
    const before = (same ?? partedFrom(key, names, decided))?.expiresAtMs;
    decided.set(key, { expiresAtMs, names });
    if (same !== undefined)
      this.#lets(custodian, key, { ...same, names: same.names.filter((one) => !has(names, one)) });
    const name = nameOf(inMailboxKey(key));
    for (const message of messagesIn(envelope)) {
      const { epoch, conversation } = message;
      const sent = this.#ledger.find({ epoch, conversation, number: Number(message.number) });
      if (sent === undefined)
        return fail("5: custody is of sends", `${custodian.name} has more than was sent in ${name}`);
      if (!sent.texts.includes(textOf(message))) fail("15: kept as it was sent", `${name} at ${custodian.name}`);
    }
    // What is written again is bound to somebody by now, or has less in it, and is no younger.
    const ttlMs = Math.min(envelope.ttlMs, custodian.limits.ttlMs);
    const meantMs = before ?? custodian.nowMs + ttlMs;
    if (Math.abs(expiresAtMs - meantMs) > 1)
      fail("5: kept for its time", `${custodian.name} keeps ${name} until ${expiresAtMs}, not ${meantMs}`);
  }

  #sentIn(value: Uint8Array): readonly Sent[] {
    return namesIn(value).flatMap((name) => this.#ledger.find(name) ?? []);
  }
}

function ofPeer<T>(all: Map<SimPeer, Map<string, T>>, peer: SimPeer): Map<string, T> {
  const own = all.get(peer) ?? new Map<string, T>();
  all.set(peer, own);
  return own;
}

function namesIn(value: Uint8Array): readonly MessageName[] {
  return messagesIn(keptOf(value).envelope).map(({ epoch, conversation, number }) => {
    return { epoch, conversation, number: Number(number) };
  });
}

/** Whether a copy that its origin had not bound makes way for one that it has, or stands under another key by now. */
function isReplaced(key: string, name: MessageName, kept: ReadonlyMap<string, Decided>): boolean {
  const conversation = key.slice(0, 3 * digits);
  if (isBound(key)) return false;
  return [...kept].some(([other, { names }]) => other !== key && other.startsWith(conversation) && has(names, name));
}

/** What the messages stood in before some that were with them were over. */
function partedFrom(
  key: string,
  names: readonly MessageName[],
  kept: ReadonlyMap<string, Decided>,
): Decided | undefined {
  const isSame = (other: string): boolean =>
    other.slice(0, 3 * digits) === key.slice(0, 3 * digits) && other.slice(-digits) === key.slice(-digits);
  return [...kept].find(([other, one]) => isSame(other) && names.every((name) => has(one.names, name)))?.[1];
}

function has(names: readonly MessageName[], { number }: MessageName): boolean {
  return names.some((name) => name.number === number);
}

/** Whether its origin had bound what is under the key: the binding ends it. */
function isBound(key: string): boolean {
  return /[^0]/.test(key.slice(-digits));
}

const digits = 16;
