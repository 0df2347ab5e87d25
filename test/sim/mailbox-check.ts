import type { StoreOp } from "../../src/core/store-op.ts";
import { fail } from "./fail.ts";
import { isOver, nameOf, type Ledger, type Sent } from "./ledger.ts";
import { inMailboxKey, keptOf, textOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/**
 * MailboxCheck: custodians keep what they took until it is over, and no longer than they were told to.
 *
 * Invariants of the design: 5 (copies are dropped on receipt, expiry or cancel only), 15 (kept as it was sent).
 */
export class MailboxCheck {
  readonly #ledger: Ledger;
  /** When each record in a mailbox expires, by the clock of its keeper; by peer and key. */
  readonly #expiries = new Map<SimPeer, Map<string, number>>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A custodian decides to write this, at this instant of its clock. */
  decided(custodian: SimPeer, { key, value }: StoreOp): void {
    const expiries = this.#expiriesAt(custodian);
    const name = inMailboxKey(key);
    const sent = this.#ledger.find(name);
    if (sent === undefined) return fail("5: custody is of sends", `${custodian.name} has ${nameOf(name)}`);
    if (value !== undefined) return this.#keeps(custodian, { key, value, sent });
    const expiresAtMs = expiries.get(key) ?? 0;
    expiries.delete(key);
    if (sent.logged || isOver(sent) || custodian.nowMs >= expiresAtMs || isReplaced(key, expiries)) return;
    const left = `${expiresAtMs - custodian.nowMs} ms before its time`;
    fail("5: copies are dropped on receipt or expiry only", `${custodian.name} drops ${nameOf(name)} ${left}`);
  }

  applied(custodian: SimPeer, { key, value }: StoreOp): void {
    const sent = this.#ledger.find(inMailboxKey(key));
    if (sent === undefined) return;
    const keys = sent.copies.get(custodian) ?? new Set();
    if (value === undefined) keys.delete(key);
    else keys.add(key);
    if (keys.size === 0) sent.copies.delete(custodian);
    else sent.copies.set(custodian, keys);
    if (value !== undefined) this.written(custodian, key);
  }

  /** It was written, if only to be deleted by the same write, since its time had come. */
  written(custodian: SimPeer, key: string): void {
    const sent = this.#ledger.find(inMailboxKey(key));
    if (sent === undefined) return;
    sent.kept = true;
    sent.keptBy.add(custodian);
  }

  /** Until when a custodian keeps the mail under a key, by its own clock; 0 when it does not. */
  keptUntilMs(custodian: SimPeer, key: string): number {
    return this.#expiriesAt(custodian).get(key) ?? 0;
  }

  /** A custodian begins anew: what it had decided and not written is forgotten. */
  started(custodian: SimPeer): void {
    const expiries = this.#expiriesAt(custodian);
    expiries.clear();
    for (const { key, value } of custodian.disk.entries("mailbox")) expiries.set(key, keptOf(value).expiresAtMs);
  }

  /** A custodian's disk is another one now. */
  changed(custodian: SimPeer): void {
    for (const sent of this.#ledger.sends) {
      sent.copies.delete(custodian);
      sent.keptBy.delete(custodian);
    }
    for (const { key, value } of custodian.disk.entries("mailbox"))
      this.applied(custodian, { table: "mailbox", key, value });
  }

  #keeps(custodian: SimPeer, record: { readonly key: string; readonly value: Uint8Array; readonly sent: Sent }): void {
    const { key, sent } = record;
    const { envelope, expiresAtMs } = keptOf(record.value);
    const expiries = this.#expiriesAt(custodian);
    const before = expiries.get(key);
    expiries.set(key, expiresAtMs);
    const name = nameOf(inMailboxKey(key));
    if (!sent.texts.includes(textOf(envelope))) fail("15: kept as it was sent", `${name} at ${custodian.name}`);
    // What is written again is bound to somebody by now, and no younger.
    const ttlMs = Math.min(envelope.ttlMs, custodian.limits.ttlMs);
    const meantMs = before ?? custodian.nowMs + ttlMs;
    if (Math.abs(expiresAtMs - meantMs) > 1)
      fail("5: kept for its time", `${custodian.name} keeps ${name} until ${expiresAtMs}, not ${meantMs}`);
  }

  #expiriesAt(custodian: SimPeer): Map<string, number> {
    const expiries = this.#expiries.get(custodian) ?? new Map<string, number>();
    this.#expiries.set(custodian, expiries);
    return expiries;
  }
}

/** Whether a copy that its origin had not bound makes way for one that it has. The binding ends the key. */
function isReplaced(key: string, kept: ReadonlyMap<string, number>): boolean {
  const [message, binding] = [key.slice(0, -bindingDigits), key.slice(-bindingDigits)];
  return !/[^0]/.test(binding) && [...kept.keys()].some((other) => other !== key && other.startsWith(message));
}

const bindingDigits = 16;
