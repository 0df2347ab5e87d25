import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { CounterRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { decodeAcquaintance, encodeAcquaintance, type AcquaintanceFields, type Known } from "./acquaintance-codec.ts";
import { Acquaintances } from "./acquaintances.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import { key64, type StoreEntry } from "./store-op.ts";

interface Parts {
  readonly limits: Pick<Limits, "acquaintancesMax">;
  readonly effects: Pick<Effects, "put">;
}

/**
 * Acquainted: who is there and who was, as the store keeps them, so that the names of others can be used after a restart.
 *
 *     stranger ── here ──► present ◄── here ── gone ──► room needed: forgotten
 *                             └─── gone, this peer was started anew ──►
 *
 * Invariants
 * 1. Of each id the last that had it is kept: a present one, as a rule, or the one that was.
 * 2. At most acquaintancesMax are kept: the longest gone make room, and where all are present a newcomer is not noted before
 *    it goes.
 * 3. Writes are as many as peers come, go and are called otherwise; they are of the commit that notes whose ids are.
 */
export class Acquainted {
  readonly #parts: Parts;
  readonly #present = new Map<bigint, Known>();
  /** Ids of those who are away; the longest gone comes first. */
  readonly #gone = new Set<bigint>();
  /** Those that former lives knew. */
  readonly former: Acquaintances;

  /** @param stored among other records those of acquaintances; what is none of them is passed over. */
  constructor(parts: Parts, stored: readonly StoreEntry[]) {
    this.#parts = parts;
    this.former = new Acquaintances(parts.limits.acquaintancesMax);
    const known = stored.flatMap(acquaintanceIn);
    const lastMs = Math.max(endOf(stored), ...known.map(({ seenMs }) => seenMs));
    // Who was there was last seen when this peer last was, as far as is known: the next life is told the same.
    const met = known.map((each) => ({ ...each, sinceMs: each.present ? lastMs : each.seenMs }));
    for (const { peer, present, sinceMs } of met.toSorted((a, b) => a.sinceMs - b.sinceMs)) {
      this.former.remember(peer, sinceMs);
      this.#gone.add(peer.id);
      if (present) this.#write(peer, sinceMs, false);
    }
    this.#makeRoom(0);
  }

  /** A peer is there, or is called otherwise from now on, or to be found elsewhere. */
  here({ node, id, name, addresses, key, credential, features }: Known, nowMs: number): void {
    const peer = { node, id, name, addresses, key, credential, features };
    const known = this.#present.get(id);
    if (known !== undefined && isAlike(known, peer)) return;
    this.#gone.delete(id);
    if (known === undefined && !this.#makeRoom(1)) return;
    this.#present.set(id, peer);
    this.#write(peer, nowMs, true);
  }

  /** The peer is away. */
  gone(peer: Known, sinceMs: number): void {
    const { id, node } = peer;
    // By now somebody else may have its id.
    if ((this.#present.get(id)?.node ?? node) !== node) return;
    this.#present.delete(id);
    this.#gone.delete(id);
    if (!this.#makeRoom(1)) this.#forgetPresent();
    this.#gone.add(id);
    this.#write(peer, sinceMs, false);
  }

  /** The peer is not known by the id any more; another one that has it stays so. */
  drop(id: bigint, node = this.#present.get(id)?.node): void {
    if ((this.#present.get(id)?.node ?? node) !== node) return;
    if (this.#present.delete(id) || this.#gone.delete(id)) this.#erase(id);
  }

  /** This peer leaves: those who are there now were seen last. */
  end(nowMs: number): void {
    if (this.#present.size === 0) return;
    const value = toBinary(CounterRecordSchema, create(CounterRecordSchema, { value: BigInt(Math.floor(nowMs)) }));
    this.#parts.effects.put({ table: "meta", key: endKey, value });
  }

  /** Whether so many more fit; if need be, the longest gone are forgotten for them (invariant 2). */
  #makeRoom(count: number): boolean {
    const most = this.#parts.limits.acquaintancesMax - count;
    for (const longest of this.#gone) {
      if (this.#present.size + this.#gone.size <= most) return true;
      this.#gone.delete(longest);
      this.#erase(longest);
    }
    return this.#present.size <= most;
  }

  #forgetPresent(): void {
    for (const id of this.#present.keys()) return this.drop(id);
  }

  #erase(id: bigint): void {
    this.#parts.effects.put({ table: "meta", key: prefix + key64(id), value: undefined });
  }

  #write(peer: Known, seenMs: number, present: boolean): void {
    const value = encodeAcquaintance({ peer, seenMs, present });
    this.#parts.effects.put({ table: "meta", key: prefix + key64(peer.id), value });
  }
}

/** What the keys of acquaintances begin with, among the other records of what this peer is. */
const prefix = "acquaintance ";
/** When a former life ended in good order. */
const endKey = "acquainted-until";

function acquaintanceIn({ key, value }: StoreEntry): readonly AcquaintanceFields[] {
  if (!key.startsWith(prefix)) return [];
  const fields = decodeAcquaintance(value);
  return key === prefix + key64(fields.peer.id) ? [fields] : [];
}

function endOf(stored: readonly StoreEntry[]): number {
  const end = stored.find(({ key }) => key === endKey);
  return end === undefined ? 0 : Number(fromBinary(CounterRecordSchema, end.value).value);
}

function isAlike(a: Known, b: Known): boolean {
  return a.node === b.node && a.name === b.name && a.addresses[0] === b.addresses[0];
}
