import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { fail } from "./fail.ts";
import { envelopesIn, messagesIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { inMailboxKey, keptCount, messagesOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** What one life of a peer has on its way to the disk. */
interface Unwritten {
  readonly life: number;
  bytes: number;
}

/**
 * BacklogCheck: what waits in a peer is within its bounds: messages for the disk, messages for an earlier one, and mail
 * by target and sender. Invariant of the design: 12.
 */
export class BacklogCheck implements Observer {
  readonly #unwritten = new Map<SimPeer, Unwritten>();

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const logged = effects.flatMap((effect) => (effect.kind === "persist" ? loggedIn(effect.ops) : []));
    if (logged.length === 0) return;
    const unwritten = this.#of(peer);
    const { unpersistedBytesMax, heldCountMax } = peer.limits;
    const arrived = new Set(event.kind === "frame" ? namesIn(event.bytes) : []);
    const waited = new Map<string, number>();
    for (const { epoch, conversation, number } of logged.flatMap(messagesOf)) {
      const name = `${epoch}/${conversation}`;
      if (!arrived.has(`${name}/${number}`)) waited.set(name, (waited.get(name) ?? 0) + 1);
      else if (unwritten.bytes > unpersistedBytesMax)
        fail(
          "12: bounds",
          `${peer.name} takes ${name}/${number} with ${unwritten.bytes} bytes on their way to the disk`,
        );
    }
    // What comes from the peer itself waited for nobody, and came by no frame.
    for (const [name, count] of waited)
      if (event.kind === "frame" && count > heldCountMax)
        fail("12: bounds", `${count} messages of ${name} waited at ${peer.name} for an earlier one`);
    for (const value of logged) unwritten.bytes += value.length;
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const unwritten = this.#of(peer);
    for (const value of loggedIn(ops)) unwritten.bytes = Math.max(0, unwritten.bytes - value.length);
    if (ops.some(({ table, value }) => table === "mailbox" && value !== undefined)) checkQuotas(peer);
  }

  #of(peer: SimPeer): Unwritten {
    const known = this.#unwritten.get(peer);
    if (known?.life === peer.lives) return known;
    const fresh = { life: peer.lives, bytes: 0 };
    this.#unwritten.set(peer, fresh);
    return fresh;
  }
}

function loggedIn(ops: readonly StoreOp[]): readonly Uint8Array[] {
  return ops.flatMap(({ table, value }) => (table === "inbox" && value !== undefined ? [value] : []));
}

/** Messages that came over a link, also those in parcels. */
function namesIn(bytes: Uint8Array): readonly string[] {
  return envelopesIn(bytes)
    .flatMap(messagesIn)
    .map(({ epoch, conversation, number }) => `${epoch}/${conversation}/${number}`);
}

function checkQuotas({ name, disk, limits }: SimPeer): void {
  const bySender = new Map<string, number>();
  const byTarget = new Map<string, number>();
  for (const { key, value } of disk.entries("mailbox")) {
    const sender = String(inMailboxKey(key).epoch);
    const target = key.slice(32, 48);
    const count = keptCount(value);
    bySender.set(sender, (bySender.get(sender) ?? 0) + count);
    byTarget.set(target, (byTarget.get(target) ?? 0) + count);
  }
  const mostOfOne = Math.max(...bySender.values());
  const mostForOne = Math.max(...byTarget.values());
  if (mostOfOne > limits.mailboxSenderCountMax || mostForOne > limits.mailboxTargetCountMax)
    fail("12: quotas", `${name} keeps ${mostOfOne} of one sender, ${mostForOne} for one target`);
}
