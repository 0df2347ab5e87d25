import { Causes } from "./causes.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { everyone } from "./everyone.ts";
import { byAge, Lane, type LaneFields } from "./lane.ts";
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
 * 1. For each target and group at most one lane is open, the newest, which has given the highest numbers. So the numbers of a
 *    target go on from lane to lane: for those who send and receive, target and number name one send.
 * 2. A lane's name is random: no life of this peer, remembered or not, has numbered anything under it.
 */
export class Lanes {
  readonly #limits: Limits;
  readonly #name: () => bigint;
  readonly #lanes = new Map<bigint, Lane>();
  /** By nameOf. */
  readonly #byTarget = new Map<bigint, readonly Lane[]>();
  /** What is known of each conversation of two, by the id of the other. */
  readonly #causes = new Map<bigint, Causes>();
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

  /** Lanes to a target's id, for a group or for the target alone, the eldest first. */
  to(id: bigint, group = 0n): readonly Lane[] {
    return this.#byTarget.get(nameOf(id, group)) ?? [];
  }

  /** What is known of the conversation with that peer alone. */
  causesOf(id: bigint): Causes {
    const known = this.#causes.get(id);
    if (known !== undefined) return known;
    const { lanesMax, marksMax } = this.#limits;
    const [eldest] = this.#causes.keys();
    // Each lane and each mark has one; of more the eldest is forgotten, and counts anew.
    if (this.#causes.size >= lanesMax + marksMax && eldest !== undefined) this.#causes.delete(eldest);
    const causes = new Causes();
    this.#causes.set(id, causes);
    return causes;
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
    for (const lane of [...loaded.values()].toSorted(byAge)) {
      lane.formerNext = lane.next;
      this.settled(this.#keep(lane));
    }
  }

  /**
   * The lane for a send to the id, bound to the node (0n when nobody is known to hold the id), for the group (0n for none).
   * @throws E3Error "resource-exhausted" when there are too many.
   */
  openFor(to: bigint, boundTo: bigint, group = 0n): Lane {
    const newest = this.to(to, group).at(-1);
    if (newest?.retired === false && newest.boundTo === boundTo) return newest;
    if (newest?.retired === false && newest.boundTo === 0n) {
      // The id's holder has turned up: what was sent before goes to it too.
      this.bind(newest, boundTo);
      newest.boundWith = newest.next;
      return newest;
    }
    const next = Math.max(1, ...this.to(to, group).map((lane) => lane.next)); // invariant 1
    if (this.#lanes.size >= this.#limits.lanesMax && !this.#dropIdle()) throw full(this.#lanes.size);
    let conversation = this.#name(); // invariant 2
    while (conversation === everyone || this.#lanes.has(conversation)) conversation = this.#name();
    if (newest?.retired === false) this.#retire(newest);
    const begin = next === 1 ? 0 : next;
    return this.#keep(new Lane({ conversation, to, group, boundTo, next, begin }, this.#limits));
  }

  /** @throws E3Error "resource-exhausted" when these, each of which is to get something, cannot all have a lane. */
  checkRoom(targets: readonly Pick<LaneFields, "to" | "boundTo" | "group">[]): void {
    const { lanesMax } = this.#limits;
    if (this.#lanes.size + targets.length <= lanesMax) return;
    // Those without entries make room, also such as are open to one of these: it gets another.
    const busy = [...this.#lanes.values()].filter((lane) => !lane.isEmpty).length;
    const others = targets.filter(({ to, boundTo, group }) => {
      const newest = this.to(to, group).at(-1);
      const isOpen = newest?.retired === false && (newest.boundTo === boundTo || newest.boundTo === 0n);
      return newest === undefined || !isOpen || newest.isEmpty;
    });
    if (busy + others.length > lanesMax) throw full(busy);
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

  /** The same for one lane. */
  close(lane: Lane): void {
    if (!lane.retired) this.#retire(lane);
  }

  /** Some of the lane's entries are settled: a retired lane without any is deleted. */
  settled(lane: Lane): void {
    if (!lane.retired || !lane.isEmpty) return;
    this.#lanes.delete(lane.conversation);
    const siblings = this.to(lane.to, lane.group).filter((sibling) => sibling !== lane);
    if (siblings.length > 0) this.#byTarget.set(nameOf(lane.to, lane.group), siblings);
    else this.#byTarget.delete(nameOf(lane.to, lane.group));
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
    if (lane.group === 0n) {
      const causes = this.causesOf(lane.to);
      causes.witness(lane.lamport);
      lane.causes = causes;
    }
    this.#byTarget.set(nameOf(lane.to, lane.group), [...this.to(lane.to, lane.group), lane]);
    return lane;
  }
}

function full(lanes: number): E3Error {
  const most = `messages to ${lanes} targets wait for their receipts, which is the most there may be`;
  return new E3Error("resource-exhausted", `${most}; send again once some are settled`);
}

/** What lanes to a target go by; of most there is no group. */
function nameOf(to: bigint, group: bigint): bigint {
  return group === 0n ? to : (group << 64n) | to;
}
