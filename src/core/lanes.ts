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
 *                   └─ retire, or openFor ┴──► retired ── empty ──► deleted, its record too
 *                      for another node
 *
 * Invariants
 * 1. For each target at most one lane is open, the newest, which has given the highest numbers. So the numbers of a
 *    target go on from lane to lane: for those who send and receive, target and number name one send.
 * 2. A lane's name is random: no life of this peer, remembered or not, has numbered anything under it.
 */
export class Lanes {
  readonly #limits: Limits;
  readonly #name: () => bigint;
  readonly #lanes = new Map<bigint, Lane>();
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
    const newest = this.to(to).at(-1);
    if (newest?.retired === false && newest.boundTo === boundTo) return newest;
    if (newest?.retired === false && newest.boundTo === 0n) {
      // The id's holder has turned up: what was sent before goes to it too.
      this.bind(newest, boundTo);
      newest.boundWith = newest.next;
      return newest;
    }
    const next = Math.max(1, ...this.to(to).map((lane) => lane.next)); // invariant 1
    if (this.#lanes.size >= this.#limits.lanesMax && !this.#dropIdle()) {
      const full = `messages to ${this.#lanes.size} targets wait for their receipts, which is the most there may be`;
      throw new E3Error("resource-exhausted", `${full}; send again once some are settled`);
    }
    let conversation = this.#name(); // invariant 2
    while (this.#lanes.has(conversation)) conversation = this.#name();
    if (newest?.retired === false) this.#retire(newest);
    const begin = next === 1 ? 0 : next;
    return this.#keep(new Lane({ conversation, to, boundTo, next, begin }, this.#limits));
  }

  /** Binds a lane to the first holder seen of its target's id. */
  bind(lane: Lane, node: bigint): void {
    lane.boundTo = node;
    this.touch(lane);
  }

  /** Gives no lane a number any more: another life may have given those that come next. */
  retire(): void {
    for (const lane of this.#lanes.values()) this.#retire(lane);
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
      this.#retire(lane);
      return true;
    }
    return false;
  }

  #retire(lane: Lane): void {
    lane.retired = true;
    this.touch(lane);
    this.settled(lane);
  }

  #keep(lane: Lane): Lane {
    this.#lanes.set(lane.conversation, lane);
    this.#byTarget.set(lane.to, [...this.to(lane.to), lane]);
    return lane;
  }
}
