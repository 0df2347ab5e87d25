import { ascending } from "./ascending.ts";
import { golden, mix64 } from "./mix64.ts";

/** Where somebody stands with a group; of two statements of one version the later in this list holds. */
export type MemberState = "invited" | "joined" | "rejected" | "left";

/** Somebody who is, was, or may become a member of a group. */
export interface Member {
  readonly id: bigint;
  readonly state: MemberState;
  /** Counts the changes of this member's state, from 1 to versionMax. */
  readonly version: number;
  /** Id of who invited it; 0n for who made the group. */
  readonly invitedBy: bigint;
}

/**
 * Membership: who is in a group, as far as somebody knows. A value: what changes it gives another one.
 *
 * Each member is a register of its own, in which the higher version holds. So however statements arrive, and however often,
 * those who have heard the same know the same.
 */
export class Membership {
  readonly #members: ReadonlyMap<bigint, Member>;
  #sum: bigint | undefined;

  constructor(members: Iterable<Member> = []) {
    this.#members = new Map([...members].map((member) => [member.id, member]));
  }

  get size(): number {
    return this.#members.size;
  }

  /** Ascending by id. */
  get members(): readonly Member[] {
    return [...this.#members.values()].sort((a, b) => ascending(a.id, b.id));
  }

  get(id: bigint): Member | undefined {
    return this.#members.get(id);
  }

  is(id: bigint, state: MemberState): boolean {
    return this.#members.get(id)?.state === state;
  }

  /** Whether messages to the group are for it, now or once it accepts. */
  isOpen(id: bigint): boolean {
    return this.is(id, "joined") || this.is(id, "invited");
  }

  /** Whether it is a member, or may have been one: who was never more than invited has version 1. */
  wasIn(id: bigint): boolean {
    return this.is(id, "joined") || (this.get(id)?.version ?? 0) > 1;
  }

  /** Ids of those in one of the states, ascending. */
  those(...states: readonly MemberState[]): readonly bigint[] {
    return this.members.filter(({ state }) => states.includes(state)).map(({ id }) => id);
  }

  /** The same for the same members, in whatever order they came; for others another one, but for one chance in 2^64. */
  get sum(): bigint {
    this.#sum ??= [...this.#members.values()].reduce((sum, member) => BigInt.asUintN(64, sum + shareOf(member)), 1n);
    return this.#sum;
  }

  /** With one member in another state, one version up, which versionMax does not exceed. */
  with(id: bigint, state: MemberState, invitedBy?: bigint): Membership {
    const before = this.#members.get(id);
    const by = invitedBy ?? before?.invitedBy ?? 0n;
    const after = { id, state, version: Math.min((before?.version ?? 0) + 1, versionMax), invitedBy: by };
    return new Membership([...this.#members.values(), after]);
  }

  /** What is known once others' statements are heard, too. */
  merge(others: Iterable<Member>): Membership {
    const merged = new Map(this.#members);
    for (const other of others) {
      const own = merged.get(other.id);
      if (own === undefined || isNewer(other, own)) merged.set(other.id, other);
    }
    return new Membership(merged.values());
  }

  /** Members of whom anything is said anew, or who are new. */
  changedSince(before: Membership): readonly Member[] {
    return this.members.filter(({ id, state, version, invitedBy }) => {
      const then = before.get(id);
      return then?.state !== state || then.version !== version || then.invitedBy !== invitedBy;
    });
  }
}

/** The highest version there is. Nobody changes as often: only who makes up versions gets there. */
export const versionMax = 2 ** 31 - 1;

/** In the order in which of equal versions the later holds. */
export const memberStates: readonly MemberState[] = ["invited", "joined", "rejected", "left"];

function isNewer(a: Member, b: Member): boolean {
  if (a.version !== b.version) return a.version > b.version;
  if (a.state !== b.state) return memberStates.indexOf(a.state) > memberStates.indexOf(b.state);
  return a.invitedBy > b.invitedBy;
}

function shareOf({ id, state, version, invitedBy }: Member): bigint {
  const small = BigInt(version) * 4n + BigInt(memberStates.indexOf(state));
  return mix64(mix64(mix64(id + golden) ^ small) ^ invitedBy);
}
