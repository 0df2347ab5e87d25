import type { Effect } from "../../src/core/effect.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Envelope } from "../../src/gen/e3/v1/envelope_pb.ts";
import type { Act } from "./act.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import { groupOf, type StoredGroup } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

type News = Extract<Effect, { kind: "group" }>;

/** What one peer's disk says of groups. */
interface Book {
  readonly groups: Map<bigint, StoredGroup>;
  /** "group member state" of all that it ever said, and "group member" where it went over some changes at once. */
  readonly said: Set<string>;
}

/**
 * MembershipCheck: who is in a group, as disks have it. Nobody but a peer itself says that it joined, rejected or left;
 * nothing that is known is forgotten, over restarts neither; and what is told, to people or to others, is on the disk.
 *
 * Invariants of the design: law 3 (durable first), 11; and of groups.ts: 1.
 */
export class MembershipCheck {
  readonly #ids: IdCheck;
  readonly #books = new Map<SimPeer, Book>();
  /** "group member version state" of what peers said of themselves. */
  readonly #own = new Set<string>();
  /** Groups that each peer was in before the writes under way, or while they lasted. */
  readonly #lately = new Map<SimPeer, Set<bigint>>();
  /** By peer and life: groups that it answered, and was not invited to since. */
  readonly #answered = new Map<SimPeer, { readonly life: number; readonly groups: Set<bigint> }>();
  /** Peers whose disk forgot something. */
  readonly #changed = new Set<SimPeer>();

  constructor(ids: IdCheck) {
    this.#ids = ids;
  }

  /** An invitation is answered: there was one. */
  acted(peer: SimPeer, act: Act): void {
    if (act.kind !== "group-answer") return;
    const { groups } = this.#answersOf(peer);
    if (groups.has(act.group))
      fail("an invitation is answered once", `${peer.name} has ${act.state} ${act.group}, and was asked no more`);
    groups.add(act.group);
  }

  /** A peer is about to write this. */
  decided(peer: SimPeer, value: Uint8Array): void {
    const { groups } = this.#answersOf(peer);
    if (groups.size === 0) return;
    const { id: group, members } = groupOf(value);
    if (members.some(({ id, state }) => state === "invited" && this.#ids.hasHeld(peer, id))) groups.delete(group);
  }

  /** These writes are on the peer's disk, if only for a moment; net is what is left of them. */
  applied(peer: SimPeer, ops: readonly StoreOp[], net: readonly StoreOp[]): void {
    const lately = new Set<bigint>();
    this.#lately.set(peer, lately);
    // Of what is overwritten at once others may have heard all the same.
    for (const { table, value } of ops) {
      if (table !== "groups" || value === undefined) continue;
      const group = groupOf(value);
      if (this.isIn(peer, group.id) || this.#isJoined(peer, group)) lately.add(group.id);
      this.#states(peer, group);
    }
    const { groups } = this.#bookOf(peer);
    for (const { table, key, value } of net) {
      if (table !== "groups") continue;
      if (value === undefined) groups.delete(BigInt(`0x${key}`));
      else this.#stands(peer, groupOf(value));
    }
  }

  /** A process begins: it knows what its disk knows. */
  started(peer: SimPeer): void {
    const known = new Map(peer.core.groups.list().map((group) => [group.id, group]));
    for (const stored of this.#bookOf(peer).groups.values()) {
      const members = new Map(known.get(stored.id)?.members.map((member) => [member.id, member]));
      for (const { id, state, version } of stored.members) {
        const now = members.get(id);
        if (now !== undefined && (now.version > version || (now.version === version && now.state === state))) continue;
        const words = `${peer.name} starts with ${id} ${now?.state} in ${stored.id}, and it was ${state} before`;
        fail("a membership outlives its process", words);
      }
    }
  }

  /** People are told. */
  news(peer: SimPeer, { group, member, state, isSelf, own }: News): void {
    const words = `${peer.name} is told that ${member} ${state} in ${group}`;
    const { said } = this.#bookOf(peer);
    if (!said.has(`${group} ${member} ${state}`) && !said.has(`${group} ${member}`))
      fail("law 3: a membership is told once it is durable", words);
    if (isSelf && own !== state) fail("a peer knows where it stands", `${words}, and stands at ${own}`);
  }

  /** An envelope sets out from the peer that made it. */
  leaves(from: SimPeer, { body }: Envelope): void {
    if (body.case !== "group" || body.value.content.case !== "membership" || this.#changed.has(from)) return;
    const { group, content } = body.value;
    const members = new Map(
      this.#bookOf(from)
        .groups.get(group)
        ?.members.map((member) => [member.id, member]),
    );
    for (const { id, version } of content.value.members) {
      const known = members.get(id);
      if (known === undefined || known.version < version)
        fail("law 3: a membership is told once it is durable", `${from.name} tells of ${id} in ${group}`);
    }
  }

  /** Whether the peer's disk says that it is in the group, or said so until just now. */
  isIn(peer: SimPeer, id: bigint): boolean {
    const group = this.#bookOf(peer).groups.get(id);
    return (group !== undefined && this.#isJoined(peer, group)) || this.#lately.get(peer)?.has(id) === true;
  }

  changed(peer: SimPeer): void {
    const groups = new Map<bigint, StoredGroup>();
    for (const { value } of peer.disk.entries("groups")) groups.set(groupOf(value).id, groupOf(value));
    this.#books.set(peer, { groups, said: this.#bookOf(peer).said });
    this.#changed.add(peer);
  }

  #isJoined(peer: SimPeer, { members }: StoredGroup): boolean {
    return members.some(({ id, state }) => state === "joined" && this.#ids.hasHeld(peer, id));
  }

  #states(peer: SimPeer, { id: group, members }: StoredGroup): void {
    const { said, groups } = this.#bookOf(peer);
    const before = new Map(groups.get(group)?.members.map((member) => [member.id, member.version]));
    for (const { id, version, state } of members) {
      said.add(`${group} ${id} ${state}`);
      if (version > (before.get(id) ?? 0) + 1) said.add(`${group} ${id}`);
      const name = `${group} ${id} ${version} ${state}`;
      if (this.#ids.hasHeld(peer, id)) this.#own.add(name);
      else if (state !== "invited" && !this.#own.has(name))
        fail("nobody joins, rejects or leaves but by itself", `${peer.name} has ${id} ${state} in ${group}`);
    }
  }

  #stands(peer: SimPeer, next: StoredGroup): void {
    const { groups } = this.#bookOf(peer);
    const members = new Map(next.members.map((member) => [member.id, member]));
    for (const { id, version } of groups.get(next.id)?.members ?? []) {
      if ((members.get(id)?.version ?? 0) >= version) continue;
      fail("a membership goes on, never back", `${peer.name} forgets version ${version} of ${id} in ${next.id}`);
    }
    groups.set(next.id, next);
  }

  #answersOf(peer: SimPeer): { readonly life: number; readonly groups: Set<bigint> } {
    const known = this.#answered.get(peer);
    if (known?.life === peer.lives) return known;
    const fresh = { life: peer.lives, groups: new Set<bigint>() };
    this.#answered.set(peer, fresh);
    return fresh;
  }

  #bookOf(peer: SimPeer): Book {
    const known = this.#books.get(peer) ?? { groups: new Map(), said: new Set() };
    this.#books.set(peer, known);
    return known;
  }
}
