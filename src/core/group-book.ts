import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { GroupRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { Causes } from "./causes.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { encodeGroupLetter, readMembers, wireMembership, type LetterContent } from "./group-codec.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import { joinOf } from "./join.ts";
import type { Limits } from "./limits.ts";
import { Membership } from "./membership.ts";
import type { Outbox } from "./outbox.ts";
import { encodePreface, prefaceBytesMax } from "./preface.ts";
import type { SentLog } from "./sent-log.ts";
import { key64, type StoreEntry } from "./store-op.ts";

/** What groups are made with. */
export interface GroupParts {
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly inbox: Pick<Inbox, "standings">;
  /** Takes what is said, for the history. */
  readonly keep: SentLog["append"];
  readonly limits: Limits;
  readonly effects: Effects;
  /** The node that holds an id, present or lately gone; 0n for none. */
  readonly holderOf: (id: bigint, nowMs: number) => bigint;
}

/** One group. */
export interface Group {
  readonly id: bigint;
  readonly name: string;
  membership: Membership;
  next: number;
  readonly causes: Causes;
  /** Whether causes has what was seen in former lives. */
  isRecalled: boolean;
  /** The sum that each member is known to know, or was told: looked at for whether it is today's. */
  readonly told: Map<bigint, bigint>;
}

/** A copy of a letter, in the lane of one member. */
export interface Copy {
  readonly conversation: bigint;
  readonly number: number;
  readonly to: bigint;
}

/**
 * GroupBook: the groups this peer is in, is invited to, or was in; what of them is on the disk, and who is told of it.
 *
 *     become ──► changed: written, and people are told once it is durable
 *     tell ──► a letter of the membership to each, as soon as there is room in the outbox
 *
 * Invariants
 * 1. A letter leaves only with, or after, the commit of what it says.
 */
export class GroupBook {
  readonly #parts: GroupParts;
  readonly #groups = new Map<bigint, Group>();
  readonly #changed = new Set<Group>();
  readonly #untold = new Map<Group, Set<bigint>>();

  constructor(parts: GroupParts, stored: Iterable<StoreEntry>) {
    this.#parts = parts;
    for (const { value } of stored) {
      const { id, membership, next } = fromBinary(GroupRecordSchema, value);
      if (membership === undefined) continue;
      const members = new Membership(readMembers(membership));
      this.#groups.set(id, newGroup(id, membership.name, members, Number(next)));
    }
  }

  get size(): number {
    return this.#groups.size;
  }

  all(): IterableIterator<Group> {
    return this.#groups.values();
  }

  get(id: bigint): Group | undefined {
    return this.#groups.get(id);
  }

  /**
   * Begins a group of which nothing is known yet, in place of one that this peer left or rejected, or of an invitation, where
   * there are too many.
   * @returns undefined when it is in all of them.
   */
  begin(id: bigint, name: string): Group | undefined {
    if (!this.#makeRoom()) return undefined;
    const group = newGroup(id, name, new Membership(), 1);
    this.#groups.set(id, group);
    return group;
  }

  /** From now on the group has these members. */
  become(group: Group, membership: Membership, effects: Effects): void {
    const { id, name } = group;
    const { membership: before } = group;
    const changes = membership.changedSince(before);
    group.membership = membership;
    if (changes.length === 0) return;
    this.#changed.add(group);
    const self = this.#parts.identity.id;
    const own = membership.get(self)?.state ?? "left";
    // Who is invited hears that first; who else was in the group by then is no news.
    const isNew = own === "invited" && before.get(self) === undefined;
    // People are told once it is durable.
    effects.whenDurable(() => {
      for (const { id: member, state, invitedBy } of changes) {
        if (before.is(member, state) || (isNew && member !== self)) continue;
        effects.add({ kind: "group", group: id, name, member, state, invitedBy, own, isSelf: member === self });
      }
    });
  }

  /** These are to be told who the members are. */
  tell(group: Group, ids: readonly bigint[]): void {
    if (ids.length === 0) return;
    const untold = this.#untold.get(group) ?? new Set();
    this.#untold.set(group, untold);
    for (const id of ids) untold.add(id);
  }

  /** Finishes an event: tells who is to be told, and writes what changed. */
  flush(nowMs: number): void {
    if (this.#untold.size === 0 && this.#changed.size === 0) return;
    const { effects, identity, limits } = this.#parts;
    for (const [group, ids] of this.#untold) {
      const others = [...ids].filter((id) => id !== identity.id);
      // Where there is no room now, there may be with another event.
      if (others.length > 0 && !this.#tellNow(group, others, { ttlMs: limits.ttlMs, nowMs })) break;
      this.#untold.delete(group);
    }
    for (const group of this.#changed) {
      const { id, name, membership, next } = group;
      const record = { id, membership: wireMembership(name, membership), next: BigInt(next) };
      const value = this.#groups.has(id) ? toBinary(GroupRecordSchema, create(GroupRecordSchema, record)) : undefined;
      effects.put({ table: "groups", key: key64(id), value });
    }
    this.#changed.clear();
  }

  /**
   * Sends one letter, a copy in the lane of each.
   * @throws E3Error "resource-exhausted"; nobody has it then, and nothing has changed.
   */
  post(group: Group, to: readonly bigint[], content: LetterContent, { ttlMs, nowMs }: Posting): readonly Copy[] {
    const { outbox, holderOf, keep } = this.#parts;
    const isMessage = content.case !== "membership";
    const letter = { group: group.id, number: group.next, sum: group.membership.sum, recipients: to.length, content };
    const encoded = encodeGroupLetter(letter);
    const targets = to.map((id) => ({ to: id, boundTo: holderOf(id, nowMs), group: group.id }));
    outbox.checkRoom(to.length, to.length * (encoded.length + (isMessage ? prefaceBytesMax : 0)));
    outbox.checkLanes(targets);
    // Only messages are in causal order: who the members are must not wait for what they said.
    const body = isMessage ? joinOf(this.#preface(group), encoded) : encoded;
    if (isMessage) {
      keep({ to: group.id, conversation: group.id, number: group.next, sentAtMs: Math.floor(nowMs), bodies: [body] });
      group.next += 1;
    }
    this.#changed.add(group);
    return targets.map((target) => {
      const { lane, number } = outbox.submit({ ...target, body, ttlMs }, nowMs);
      return { conversation: lane.conversation, number, to: target.to };
    });
  }

  /** @returns whether there was room for it. */
  #tellNow(group: Group, others: readonly bigint[], posting: Posting): boolean {
    const content = { case: "membership", value: wireMembership(group.name, group.membership) } as const;
    try {
      this.post(group, others, content, posting);
    } catch (error) {
      if (error instanceof E3Error) return false;
      throw error;
    }
    for (const id of others) group.told.set(id, group.membership.sum);
    return true;
  }

  #preface(group: Group): Uint8Array {
    if (!group.isRecalled) this.#recall(group);
    return encodePreface(group.causes.next());
  }

  /** What was seen in former lives: no Lamport time is above the count of all that was said. */
  #recall(group: Group): void {
    const { id, causes } = group;
    let said = group.next - 1;
    for (const { epoch, next } of this.#parts.inbox.standings(id)) {
      causes.seen(epoch, next - 1);
      if (next < saidMax) said += next - 1;
    }
    causes.witness(said);
    group.isRecalled = true;
  }

  /** Whether one more group fits; if need be, one that this peer is not in makes room, an invitation last. */
  #makeRoom(): boolean {
    if (this.#groups.size < this.#parts.limits.groupsMax) return true;
    const self = this.#parts.identity.id;
    const spare = [...this.#groups.values()].filter((group) => !this.#untold.has(group));
    const isOver = ({ membership }: Group): boolean =>
      !membership.is(self, "joined") && !membership.is(self, "invited");
    const gone = spare.find(isOver) ?? spare.find(({ membership }) => !membership.is(self, "joined"));
    if (gone === undefined) return false;
    this.#groups.delete(gone.id);
    this.#changed.add(gone);
    return true;
  }
}

/** How a letter is sent. */
interface Posting {
  readonly ttlMs: number;
  readonly nowMs: number;
}

/** Nobody says as much in a group; who says that he did is not believed. */
const saidMax = 2 ** 40;

function newGroup(id: bigint, name: string, membership: Membership, next: number): Group {
  return { id, name, membership, next, causes: new Causes(), isRecalled: false, told: new Map() };
}
