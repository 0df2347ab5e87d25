import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { byAge, Lane } from "./lane.ts";
import type { Limits } from "./limits.ts";
import type { StoreEntry } from "./store-op.ts";

/**
 * Lanes: all lanes of this peer, and which of them is open to sends.
 *
 *     openFor ──► open ── bind ──► open for one node
 *                   │                     │
 *                   └─────── retire ──────┴──► retired ── empty ──► deleted, its record too
 *
 * Invariants
 * 1. For each target and node at most one lane is open, the newest; a retired one never is.
 * 2. A lane's name is random: no life of this peer, remembered or not, has numbered anything under it.
 */
export class Lanes {
  readonly #limits: Limits;
  readonly #name: () => bigint;
  readonly #lanes = new Map<bigint, Lane>();
  /** By target and the node it is bound to. */
  readonly #open = new Map<string, Lane>();
  readonly #byTarget = new Map<bigint, readonly Lane[]>();
  /** Lanes whose record is to be written, or deleted with them. */
  readonly #dirty = new Set<Lane>();

  /** @param name a random 64-bit name for a lane. */
  constructor(limits: Limits, name: () => bigint) {
    this.#limits = limits;
    this.#name = name;
  }

  all(): IterableIterator<Lane> {
    return this.#lanes.values();
  }

  get(conversation: bigint): Lane | undefined {
    return this.#lanes.get(conversation);
  }

  /** Lanes to a target's id, the eldest first. */
  to(id: bigint): readonly Lane[] {
    return this.#byTarget.get(id) ?? [];
  }

  /** Takes up what the store holds. Entries whose lane's record is lost or damaged make a lane of their own, retired. */
  load(records: Iterable<StoreEntry>, entries: Iterable<StoreEntry>): void {
    const loaded = new Map<bigint, Lane>();
    for (const { value } of records) {
      const lane = Lane.from(value, this.#limits);
      loaded.set(lane.conversation, lane);
    }
    for (const { key, value } of entries) {
      const name = BigInt(`0x${key.slice(0, 16)}`);
      const lane = loaded.get(name) ?? Lane.rebuilt(value, this.#limits);
      if (!loaded.has(name)) this.touch(lane);
      loaded.set(name, lane);
      lane.restore(value);
    }
    // The store lists them by name; what waits in them tells which is the elder.
    for (const lane of [...loaded.values()].toSorted(byAge)) this.settled(this.#keep(lane));
  }

  /**
   * The lane for a send to the id, bound to the node; 0n when nobody is known to hold the id.
   * @throws E3Error "resource-exhausted" when there are too many.
   */
  openFor(to: bigint, boundTo: bigint): Lane {
    const open = this.#open.get(openKey(to, boundTo));
    if (open !== undefined) return open;
    const unbound = this.#open.get(openKey(to, 0n));
    if (unbound !== undefined) {
      // The id's holder has turned up: what was sent before goes to it too, and the numbers go on.
      this.bind(unbound, boundTo);
      unbound.boundWith = unbound.next;
      return unbound;
    }
    if (this.#lanes.size >= this.#limits.lanesMax && !this.#dropIdle()) {
      const full = `messages to ${this.#lanes.size} targets wait for their receipts, which is the most there may be`;
      throw new E3Error("resource-exhausted", `${full}; send again once some are settled`);
    }
    let conversation = this.#name(); // invariant 2
    while (this.#lanes.has(conversation)) conversation = this.#name();
    // The numbers of a target go on from lane to lane: for those who send and receive, target and number name one send.
    const next = Math.max(1, ...this.to(to).map((lane) => lane.next));
    return this.#keep(new Lane({ conversation, to, boundTo, next }, this.#limits));
  }

  /** Binds a lane to the first holder seen of its target's id. */
  bind(lane: Lane, node: bigint): void {
    const before = openKey(lane.to, lane.boundTo);
    if (this.#open.get(before) === lane) this.#open.delete(before);
    lane.boundTo = node;
    this.touch(lane);
    if (lane.retired) return;
    // Of two for one node the newer stays open: what is sent from now on goes there, after both.
    const siblings = this.to(lane.to);
    const key = openKey(lane.to, node);
    const other = this.#open.get(key);
    if (other === undefined || siblings.indexOf(other) < siblings.indexOf(lane)) this.#open.set(key, lane);
  }

  /** Gives no lane a number any more: another life may have given those that come next. */
  retire(): void {
    this.#open.clear();
    for (const lane of this.#lanes.values()) {
      lane.retired = true;
      this.touch(lane);
      this.settled(lane);
    }
  }

  /** Some of the lane's entries are settled: a retired lane without any is deleted. */
  settled(lane: Lane): void {
    if (!lane.retired || !lane.isEmpty) return;
    this.#lanes.delete(lane.conversation);
    const siblings = this.to(lane.to).filter((sibling) => sibling !== lane);
    if (siblings.length > 0) this.#byTarget.set(lane.to, siblings);
    else this.#byTarget.delete(lane.to);
    this.touch(lane);
  }

  /** The lane's record must be written anew. */
  touch(lane: Lane): void {
    this.#dirty.add(lane);
  }

  /** Writes the records of lanes that changed. */
  flush(effects: Effects): void {
    if (this.#dirty.size === 0) return;
    for (const lane of this.#dirty) {
      const isKept = this.#lanes.get(lane.conversation) === lane;
      effects.put(isKept ? lane.record() : { ...lane.record(), value: undefined });
    }
    this.#dirty.clear();
  }

  /** Makes room for a lane in place of the eldest without entries: the target's next message begins another one. */
  #dropIdle(): boolean {
    for (const lane of this.#lanes.values()) {
      if (!lane.isEmpty) continue;
      const key = openKey(lane.to, lane.boundTo);
      if (this.#open.get(key) === lane) this.#open.delete(key);
      lane.retired = true;
      this.settled(lane);
      return true;
    }
    return false;
  }

  #keep(lane: Lane): Lane {
    this.#lanes.set(lane.conversation, lane);
    this.#byTarget.set(lane.to, [...this.to(lane.to), lane]);
    if (!lane.retired) this.#open.set(openKey(lane.to, lane.boundTo), lane); // invariant 1
    return lane;
  }
}

function openKey(to: bigint, boundTo: bigint): string {
  return `${to}/${boundTo}`;
}
