import { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import type { Standing } from "./conversation.ts";
import type { Effects } from "./effects.ts";
import { E3Error } from "./error.ts";
import { GroupBook, type Group, type GroupParts } from "./group-book.ts";
import { decodeGroupLetter, readMembers, type GroupLetter, type LetterContent } from "./group-codec.ts";
import { GroupSends } from "./group-sends.ts";
import { Membership, type Member, type MemberState } from "./membership.ts";
import type { Meaning, Meant } from "./meaning.ts";
import { nameFault } from "./name.ts";
import type { GroupNews } from "./outcome.ts";
import type { StoreEntry } from "./store-op.ts";

/** A group as this peer sees it. */
export interface KnownGroup {
  readonly id: bigint;
  readonly name: string;
  /** Where this peer stands with it. */
  readonly state: MemberState;
  /** Ascending by id, this peer among them. */
  readonly members: readonly Member[];
}

/**
 * Groups: those this peer is in, is invited to, or was in; and what is said in them.
 *
 *     create, invite, join, leave ──► membership, durable ──► told to all members and those invited
 *     heard from a member ──► merged ──► told on to whom its sender does not know, and back if it lacks something
 *     send ──► a copy in the lane of each member
 *
 * Invariants
 * 1. Nobody but this peer itself says that it joined, rejected or left.
 * 2. Who never was a member, as this peer knows, is not heard: what was said before leaving may come after it.
 * 3. An answer to what others say is said once: whoever goes on knowing something else is not told the same again.
 */
export class Groups {
  readonly #parts: GroupParts;
  readonly #book: GroupBook;
  /** What became of what was said. */
  readonly sends = new GroupSends();

  constructor(parts: GroupParts, stored: Iterable<StoreEntry>) {
    this.#parts = parts;
    this.#book = new GroupBook(parts, stored);
    this.sends.load(parts.outbox.lanes());
    parts.outbox.tellGroups((news, effects) => this.#news(news, effects));
  }

  /** Whether what is sent to the id is for a group. Who invites this peer to one does not take a peer's id from it. */
  has(id: bigint, nowMs: number): boolean {
    const membership = this.#book.get(id)?.membership;
    if (membership === undefined) return false;
    const self = this.#parts.identity.id;
    const isOwn = membership.is(self, "joined") || membership.is(self, "left");
    return isOwn || this.#parts.holderOf(id, nowMs) === 0n;
  }

  /** How many messages this peer has said in the group; 0 where the other one never was in it, undefined for no group. */
  saidTo(id: bigint, other: bigint): number | undefined {
    const group = this.#book.get(id);
    return group && (group.membership.wasIn(other) ? group.next - 1 : 0);
  }

  /** All groups known, ascending by id. */
  list(): readonly KnownGroup[] {
    const self = this.#parts.identity.id;
    return [...this.#book.all()]
      .map(({ id, name, membership }) => {
        return { id, name, state: membership.get(self)?.state ?? "left", members: membership.members };
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /**
   * Makes a group and invites others to it.
   * @throws E3Error "bad-option" for nobody, oneself or too many; "resource-exhausted" when there are too many groups.
   */
  create(id: bigint, name: string, invited: readonly bigint[]): void {
    const self = this.#parts.identity.id;
    const others = this.checkInvited(invited);
    const group = this.#book.begin(id, name);
    if (group === undefined) {
      const full = `this peer is in ${this.#book.size} groups, which is the most there may be`;
      throw new E3Error("resource-exhausted", `${full}; leave one first`);
    }
    let membership = new Membership().with(self, "joined", 0n);
    for (const other of others) membership = membership.with(other, "invited", self);
    this.#become(group, membership);
  }

  /** @throws E3Error "unknown-group", "not-a-member", "bad-option" for who is a member or invited already. */
  invite(id: bigint, invited: readonly bigint[]): void {
    const group = this.#joined(id);
    const newcomers = new Set(invited.filter((other) => group.membership.get(other) === undefined));
    const others = this.checkInvited(invited, group.membership.size + newcomers.size);
    const known = others.find((other) => group.membership.is(other, "joined") || group.membership.is(other, "invited"));
    if (known !== undefined) {
      const what = group.membership.is(known, "joined") ? "is a member" : "is invited";
      throw new E3Error("bad-option", `${known} ${what} already; invite others`);
    }
    let { membership } = group;
    for (const other of others) membership = membership.with(other, "invited", this.#parts.identity.id);
    this.#become(group, membership);
  }

  /** Answers an invitation. @throws E3Error "unknown-group", or "not-invited". */
  answer(id: bigint, state: "joined" | "rejected"): void {
    const group = this.#get(id);
    const self = this.#parts.identity.id;
    if (!group.membership.is(self, "invited")) {
      const what = group.membership.is(self, "joined") ? "this peer is a member already" : "no invitation is open";
      throw new E3Error("not-invited", `${what} in group ${group.name || group.id}`);
    }
    this.#become(group, group.membership.with(self, state));
  }

  /** @throws E3Error "unknown-group", or "not-a-member". */
  leave(id: bigint): void {
    const group = this.#joined(id, "there is nothing to leave");
    this.#become(group, group.membership.with(this.#parts.identity.id, "left"));
  }

  /**
   * Sends to all members.
   * @param content encoded as the body of a direct message would be.
   * @throws E3Error "unknown-group", "not-a-member", "no-members" while nobody else has joined, "resource-exhausted".
   */
  send(id: bigint, content: LetterContent, ttlMs: number, nowMs: number): number {
    const group = this.#joined(id);
    const to = group.membership.those("joined").filter((member) => member !== this.#parts.identity.id);
    if (to.length === 0) {
      const waiting = group.membership.those("invited").length;
      const have = waiting === 1 ? "has" : "have";
      const hint = waiting === 0 ? "invite somebody first" : `${waiting} invited ${have} not answered yet`;
      throw new E3Error("no-members", `nobody else is in group ${group.name || id}; ${hint}`);
    }
    const number = group.next;
    const copies = this.#book.post(group, to, content, { ttlMs, nowMs });
    const times = { sentAtMs: Math.floor(nowMs), expiresAtMs: Math.floor(nowMs) + ttlMs };
    this.sends.add({ group: id, number, ...times }, copies);
    return number;
  }

  /**
   * Checks who is to be invited to a group.
   * @param size how many it has then; default those and this peer.
   * @returns them, each once. @throws E3Error "bad-option".
   */
  checkInvited(invited: readonly bigint[], size = 1 + new Set(invited).size): readonly bigint[] {
    const { identity, limits } = this.#parts;
    const others = [...new Set(invited)];
    if (others.length === 0) throw new E3Error("bad-option", "a group needs others; name one peer at least");
    if (others.includes(identity.id)) throw new E3Error("bad-option", "this peer cannot invite itself; name others");
    if (size > limits.groupMembersMax) {
      const most = `the most a group may have is ${limits.groupMembersMax}, former members counted`;
      throw new E3Error("bad-option", `${size} members are too many; ${most}`);
    }
    return others;
  }

  /** Reads a body of the kind group. */
  meaning({ origin, after, lamport, bytes }: Meant): Meaning | undefined {
    const letter = decodeGroupLetter(bytes);
    if (letter === undefined) return undefined;
    const { group: id } = letter;
    const { epoch: own } = this.#parts.identity;
    // What its sender said before it told of the membership was not for this peer, or is here: the lane keeps the order.
    const number = letter.content.case === "membership" ? letter.number - 1 : letter.number;
    return {
      group: { id, number },
      after: after.filter((reached) => reached.epoch !== own),
      aside: (nowMs, effects) => {
        const verdict = this.#take(letter, origin, { nowMs, effects });
        if (verdict === "log") this.#book.get(id)?.causes.witness(lamport);
        return verdict;
      },
    };
  }

  /** These conversations stand anew, durably: among them may be how far others have come in groups. */
  stands(changed: readonly { readonly standing: Standing }[]): void {
    for (const { standing } of changed)
      this.#book.get(standing.conversation)?.causes.seen(standing.epoch, standing.next - 1);
  }

  /** Finishes an event: tells who is to be told, and writes what changed. */
  flush(nowMs: number): void {
    this.#book.flush(nowMs);
  }

  /** This peer changed the membership: all who are in, or may come in, are told. */
  #become(group: Group, membership: Membership): void {
    this.#book.become(group, membership, this.#parts.effects);
    this.#book.tell(group, membership.those("joined", "invited"));
  }

  #get(id: bigint): Group {
    const group = this.#book.get(id);
    if (group === undefined)
      throw new E3Error("unknown-group", `no group ${id} is known; a member has to invite this peer`);
    return group;
  }

  #joined(id: bigint, otherwise = "a member has to invite it"): Group {
    const group = this.#get(id);
    if (group.membership.is(this.#parts.identity.id, "joined")) return group;
    const isInvited = group.membership.is(this.#parts.identity.id, "invited");
    const hint = isInvited ? "it is invited, and has to accept first" : otherwise;
    throw new E3Error("not-a-member", `this peer is not in group ${group.name || id}; ${hint}`);
  }

  /** @returns what becomes of a letter in its turn. */
  #take(letter: GroupLetter, from: bigint, at: Hearing): "log" | "done" | RefusalReason {
    if (letter.content.case === "membership") {
      const { name } = letter.content.value;
      const members = readMembers(letter.content.value);
      return this.#hear({ letter, from, name, members }, at) ? "done" : RefusalReason.NOT_A_MEMBER;
    }
    const group = this.#book.get(letter.group);
    const self = this.#parts.identity.id;
    if (group?.membership.is(self, "joined") !== true || !group.membership.wasIn(from))
      return RefusalReason.NOT_A_MEMBER; // invariant 2
    const { sum } = group.membership;
    if (letter.sum !== sum && group.told.get(from) !== sum) this.#book.tell(group, [from]);
    return "log";
  }

  /** Takes what another one says of who the members are. @returns whether it is one that is heard. */
  #hear({ letter, from, name, members }: Heard, { nowMs, effects }: Hearing): boolean {
    const { identity, limits } = this.#parts;
    if (members.length > limits.groupMembersMax) return false;
    const stated = new Membership().merge(members);
    const known = this.#book.get(letter.group);
    const isOffered = stated.get(identity.id) !== undefined && this.#canBegin(letter.group, name, nowMs);
    if (known === undefined && !isOffered) return false;
    const before = known?.membership ?? new Membership();
    const heard = before.merge(members);
    const merged = this.#asItself(before, heard);
    if (merged.get(from) === undefined || merged.size > limits.groupMembersMax) return false; // invariant 2
    const group = known ?? this.#book.begin(letter.group, name);
    if (group === undefined) return false;
    this.#book.become(group, merged, effects);
    if (merged.sum === letter.sum) group.told.set(from, letter.sum);
    // Who said it lacks something, unless it was told; whom it does not know to be there, it did not tell.
    const concerned = merged.those("joined", "invited");
    const isMadeUp = merged !== heard;
    const untold = isMadeUp ? concerned : concerned.filter((id) => !stated.isOpen(id));
    const lacking = [...untold, ...(merged.sum === letter.sum ? [] : [from])];
    // Newcomers learn from each member what it said before they came, and is not for them.
    const isIn = merged.is(identity.id, "joined");
    const newcomers = merged.those("joined").filter((id) => isIn && !before.is(id, "joined"));
    this.#book.tell(group, [...lacking.filter((id) => group.told.get(id) !== merged.sum), ...newcomers]);
    return true;
  }

  /** Whether others may bring up such a group: nobody is to be taken for one. */
  #canBegin(id: bigint, name: string, nowMs: number): boolean {
    const { identity, limits, holderOf } = this.#parts;
    if (id === identity.id || holderOf(id, nowMs) !== 0n) return false;
    return nameFault(name, limits.advertTextBytesMax) === undefined;
  }

  /** What became of a copy. Who did not take it knows less than was thought, or something else. */
  #news(news: GroupNews, effects: Effects): void {
    const isMessage = this.sends.news(news, effects);
    const { lane, status } = news;
    const group = this.#book.get(lane.group);
    if (group === undefined || (status !== "refused" && status !== "expired")) return;
    group.told.delete(lane.to);
    if (isMessage && status === "refused" && group.membership.is(lane.to, "joined")) this.#book.tell(group, [lane.to]);
  }

  /** Invariant 1: others may invite this peer anew, and nothing else; what they made up is overruled. */
  #asItself(before: Membership, merged: Membership): Membership {
    const self = this.#parts.identity.id;
    const [then, now] = [before.get(self), merged.get(self)];
    if (now === undefined || (then?.state === now.state && then.version === now.version)) return merged;
    const isIn = then?.state === "joined";
    if (now.state === "invited" && !isIn) return merged;
    // What it does not know of it did not join; or its store is lost: then it has to join again.
    if (then === undefined) return merged.with(self, "invited");
    return merged.with(self, then.state, then.invitedBy);
  }
}

/** What another one says of who the members are. */
interface Heard {
  readonly letter: GroupLetter;
  readonly from: bigint;
  readonly name: string;
  readonly members: readonly Member[];
}

/** When, and what comes of it. */
interface Hearing {
  readonly nowMs: number;
  readonly effects: Effects;
}
