import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import { fail } from "./fail.ts";
import { leavingIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { conversationKeyOf, epochOf, identityOf, identityOn, mailBinding, shelfBinding } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

/** What a custodian keeps of one conversation for one target, as it decided to have it on its disk. */
interface Shelf {
  /** To whom it bound what the origin had not, by the ends of the keys of its two records. */
  readonly bound: Map<string, bigint>;
  /** Ends of the keys of mail: the number, and to whom the origin bound it. */
  readonly mail: Set<string>;
}

/**
 * ShelfCheck: to whom a custodian bound mail it knows as long as it keeps the mail, over restarts, too; and nothing leaves it
 * before that is durable, nor for another.
 *
 * Each life is held to what its disk said when it began: so nothing is held against a custodian whose disk was lost, came
 * back old, or was damaged in both records of a binding. One record of the two is enough to know.
 *
 * Invariants of the design: 8, and 5 (a binding goes with its mail).
 */
export class ShelfCheck implements Observer {
  readonly #shelves = new Map<SimPeer, Map<string, Shelf>>();
  readonly #epochs = new Map<SimPeer, bigint>();
  /** Lives that have written nothing yet: what is first written mends what damage left. */
  readonly #fresh = new Set<SimPeer>();

  /** A life begins: what the last one had decided and not written is forgotten. */
  started(peer: SimPeer): void {
    const shelves = new Map<string, Shelf>();
    this.#shelves.set(peer, shelves);
    this.#fresh.add(peer);
    for (const { key, value } of peer.disk.entries("shelves"))
      shelfAt(shelves, key).bound.set(endOf(key), shelfBinding(value));
    for (const { key } of peer.disk.entries("mailbox")) shelfAt(shelves, key).mail.add(endOf(key));
    const identity = identityOn(peer.disk);
    this.#epochs.set(peer, identity === undefined ? 0n : identityOf(identity).epoch);
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    const epoch = epochOf(ops);
    if (epoch !== undefined) this.#epochs.set(peer, epoch);
  }

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    const shelves = this.#shelves.get(peer) ?? new Map<string, Shelf>();
    const written: StoreOp[] = [];
    for (const effect of effects) {
      if (effect.kind !== "persist") continue;
      const ops = effect.ops.filter(({ table }) => table === "mailbox" || table === "shelves");
      const isFirst = this.#fresh.delete(peer);
      const touched = ops.map(({ key }) => nameOf(key));
      decided(peer, ops, { shelves, touched: new Set(isFirst ? [...touched, ...shelves.keys()] : touched) });
      written.push(...ops);
    }
    for (const effect of effects) {
      if (effect.kind !== "envelopes") continue;
      for (const envelope of leavingIn(effect))
        if (envelope.epoch === this.#epochs.get(peer)) checkParcel(peer, envelope, { shelves, written });
    }
  }
}

/** One commit: as a whole it leaves each binding that it touches whole, and gone with its mail. */
function decided(
  peer: SimPeer,
  ops: readonly StoreOp[],
  { shelves, touched }: { shelves: Map<string, Shelf>; touched: ReadonlySet<string> },
): void {
  const rebound = new Set<Shelf>();
  for (const op of ops) {
    const shelf = shelfAt(shelves, op.key);
    if (op.table === "mailbox") writesMail(peer, op, shelf);
    else writesBinding(peer, op, { shelf, rebound });
  }
  for (const name of touched) {
    const { bound, mail } = shelfAt(shelves, name);
    const isKept = [...mail].some(isUnbound);
    if (bound.size === 1) fail("8: damage of one record unbinds no mail", `${peer.name} has one of two for ${name}`);
    if (bound.size > 0 && !isKept) fail("5: a binding goes with its mail", `${peer.name} has one for ${name}`);
    if (mail.size === 0) shelves.delete(name);
  }
}

function writesMail({ name }: SimPeer, { key, value }: StoreOp, { bound, mail }: Shelf): void {
  if (value === undefined) return void mail.delete(endOf(key));
  mail.add(endOf(key));
  const [boundTo] = bound.values();
  if (boundTo !== undefined && isUnbound(key) && mailBinding(value) !== boundTo)
    fail("8: mail is bound as what is kept with it", `${name} keeps ${key} for ${mailBinding(value)}, not ${boundTo}`);
}

/** @param rebound shelves whose binding is written by this commit. */
function writesBinding(
  { name }: SimPeer,
  { key, value }: StoreOp,
  { shelf, rebound }: { shelf: Shelf; rebound: Set<Shelf> },
): void {
  const { bound, mail } = shelf;
  if (value === undefined) {
    bound.delete(endOf(key));
    rebound.delete(shelf);
    if (bound.size === 0 && [...mail].some(isUnbound))
      fail("8: a binding stays while its mail is kept", `${name} forgets to whom ${key} is bound`);
    return;
  }
  const boundTo = shelfBinding(value);
  for (const before of bound.values())
    if (before !== boundTo) fail("8: mail is bound once", `${name} binds ${key} to ${boundTo}, not ${before}`);
  // Where one record is left it is written anew. Where both are, whoever writes them did not know of them.
  if (bound.size === 2 && !rebound.has(shelf)) fail("8: mail is bound once", `${name} binds ${key} once more`);
  rebound.add(shelf);
  bound.set(endOf(key), boundTo);
}

/** What a custodian hands over goes to whom its origin bound it, or to whom it is durably bound here. */
function checkParcel(
  { name, disk }: SimPeer,
  { epoch, body }: Envelope,
  { shelves, written }: { shelves: ReadonlyMap<string, Shelf>; written: readonly StoreOp[] },
): void {
  if (body.case !== "custody") return;
  for (const mail of body.value.envelopes) {
    // Its own is on its way to a custodian.
    if (mail.epoch === epoch) continue;
    const [to = 0n] = mail.destinationKeys;
    const conversation = conversationKeyOf(mail);
    // Its target may have another id by now, so that the shelf is not named by it.
    const all = [...shelves].filter(([shelf]) => shelf.startsWith(conversation));
    const kept = all.flatMap(([, shelf]) => [...shelf.mail]);
    // What this step deletes may have left in it before.
    const gone = written.flatMap(({ table, key }) =>
      table === "mailbox" && key.startsWith(conversation) ? [endOf(key)] : [],
    );
    if (to !== 0n && [...kept, ...gone].some((end) => boundBy(end) === to)) continue;
    const durable = (table: "shelves" | "mailbox", read: (value: Uint8Array) => bigint): boolean =>
      disk.entries(table).some(({ key, value }) => key.startsWith(conversation) && read(value) === to);
    // Mail that came after the binding says it, too: where damage took both records, that is left.
    if (to !== 0n && (durable("shelves", shelfBinding) || durable("mailbox", mailBinding))) continue;
    fail("8: mail is durably bound before its custodian sends it", `${name} sends ${conversation} to ${to}`);
  }
}

function shelfAt(shelves: Map<string, Shelf>, key: string): Shelf {
  const shelf = shelves.get(nameOf(key)) ?? { bound: new Map(), mail: new Set() };
  shelves.set(nameOf(key), shelf);
  return shelf;
}

/** Epoch, conversation and target, which all keys of a shelf begin with. */
function nameOf(key: string): string {
  return key.slice(0, 3 * digits);
}

function endOf(key: string): string {
  return key.slice(3 * digits);
}

/** To whom the origin bound mail: the key ends with it. */
function boundBy(key: string): bigint {
  return BigInt(`0x${key.slice(-digits)}`);
}

function isUnbound(key: string): boolean {
  return boundBy(key) === 0n;
}

const digits = 16;
