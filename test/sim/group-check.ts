import type { Effect } from "../../src/core/effect.ts";
import type { Act } from "./act.ts";
import { fail } from "./fail.ts";
import type { IdCheck } from "./id-check.ts";
import type { Ledger, Sent } from "./ledger.ts";
import type { MembershipCheck } from "./membership-check.ts";
import type { Letter } from "./letters.ts";
import type { DiskChange, Submission } from "./observer.ts";
import type { OutboxCheck, ToldStatus } from "./outbox-check.ts";
import type { InboxMessage } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

type Receipt = Extract<Effect, { kind: "receipt" }>;

interface Parts {
  readonly ledger: Ledger;
  readonly ids: IdCheck;
  readonly outbox: OutboxCheck;
  readonly memberships: Pick<MembershipCheck, "isIn">;
}

/** One message to a group. */
interface Said {
  readonly by: SimPeer;
  readonly group: bigint;
  readonly number: number;
  readonly text: string;
  readonly life: number;
  /** Who was a member, as its sender knew. */
  readonly members: ReadonlySet<bigint>;
  /** By member. */
  readonly copies: Map<bigint, Sent>;
  accepted: boolean;
  final: { readonly status: string; readonly life: number } | undefined;
}

/**
 * GroupCheck: what is said in a group goes to each member once, and what is told of it is true; in the end all members agree
 * on who they are.
 *
 * A copy for one member is a send like any other, and is checked as such: kept until it is settled, in one final state, at
 * its target alone, once under its name. Here is what makes them one message. Invariants of the design: 2, 3, 4, 11, 16.
 */
export class GroupCheck {
  readonly #parts: Parts;
  /** By group: who made it or joined it once, by its own doing. */
  readonly #joined = new Map<bigint, Set<SimPeer>>();
  readonly #bySender = new Map<SimPeer, Map<string, Said>>();
  readonly #byText = new Map<string, Said>();
  /** Texts in the log of each peer, as far as its disk remembers. */
  readonly #shown = new Map<SimPeer, Set<string>>();
  readonly #changed = new Set<SimPeer>();
  readonly #old = new Set<SimPeer>();
  /** Members have said something since all faults ended. */
  #isOver = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether the id is that of a group. */
  has(id: bigint): boolean {
    return this.#joined.has(id);
  }

  acted(peer: SimPeer, act: Act): void {
    if (act.kind === "group-create" || (act.kind === "group-answer" && act.state === "joined"))
      this.#joined.set(act.group, (this.#joined.get(act.group) ?? new Set()).add(peer));
  }

  submitted(by: SimPeer, { to: group, number, text }: Submission): void {
    const own = this.#bySender.get(by) ?? new Map<string, Said>();
    if (own.get(`${group}/${number}`)?.accepted === true && !this.#changed.has(by))
      fail("a number is given once", `${by.name} gives ${number} in ${group} again`);
    const none = { copies: new Map<bigint, Sent>(), accepted: false, final: undefined };
    const said: Said = { by, group, number, text, life: by.lives, members: othersIn(by, group), ...none };
    this.#bySender.set(by, own.set(`${group}/${number}`, said));
    this.#byText.set(text, said);
  }

  /** A copy is about to be written to its sender's outbox. */
  copied(by: SimPeer, { group, text, to }: Letter, copy: Sent): void {
    if (group === undefined) return;
    const said = this.#find(by, group.id, group.number);
    const words = `${by.name} has ${text} for ${to}`;
    if (said === undefined || said.text !== text) return fail("11: what is sent to a group was said", words);
    if (said.copies.has(to)) fail("2: a member gets one copy", words);
    if (!said.members.has(to) || !this.#mayBeIn(group.id, to)) fail("8: what is said in a group is for members", words);
    if (group.recipients !== said.members.size) fail("receipts count members", `${words}, one of ${group.recipients}`);
    said.copies.set(to, copy);
  }

  /** A sender is told what became of a message. */
  status(by: SimPeer, { conversation, number, status }: ToldStatus): void {
    const said = this.#find(by, conversation, number);
    if (said === undefined) return fail("a status is of a send", `${by.name} tells ${status} of ${number} to a group`);
    const words = `${said.text} of ${by.name} is ${status}`;
    const copies = [...said.copies.values()];
    if (!copies.every(({ durable }) => durable) || copies.length < said.members.size)
      fail("1: accepted is recoverable", `${words} and not all copies are on disk`);
    if (status === "accepted") return void (said.accepted = true);
    if (status === "stored") return;
    if (said.final?.life === by.lives) fail("one final status", `${words} after ${said.final.status}`);
    said.final = { status, life: by.lives };
    const open = copies.filter(({ final, lost }) => final === undefined && !lost);
    if (open.length > 0) fail("one final status", `${words} and ${open.length} of its copies are not settled`);
    const isWhole = copies.every(({ logged, muddled, generation }) => logged || muddled || generation > 0);
    // What became of some before its sender was started again, nobody remembers.
    if (status === "delivered" && said.life === by.lives && !isWhole) fail("3: delivered is at all members", words);
  }

  /** A sender is told what became of one copy. */
  receipt(by: SimPeer, { group, number, member, status, recipients, delivered, waiting }: Receipt): void {
    const said = this.#find(by, group, number);
    const copy = said?.copies.get(member);
    const words = `${by.name} is told that ${number} in ${group} is ${status} for ${member}`;
    if (said === undefined || copy === undefined) return fail("a status is of a send", words);
    const name = nameFor(this.#parts.ledger, by, copy);
    if (name !== undefined) this.#parts.outbox.status(by, { ...name, status });
    if (recipients !== said.members.size || delivered + waiting.length > recipients)
      fail("receipts count members", `${words}: ${delivered} of ${recipients}, ${waiting.length} waited for`);
    if (waiting.includes(member)) fail("receipts count members", `${words}, who is waited for`);
  }

  /** A message came into a log. */
  logged(peer: SimPeer, { text }: InboxMessage): void {
    const said = this.#byText.get(text);
    if (said === undefined) return;
    const words = `${peer.name} logs ${text} of ${said.by.name} in ${said.group}`;
    const shown = this.#shown.get(peer) ?? new Set();
    this.#shown.set(peer, shown);
    if (shown.has(text) && !this.#changed.has(said.by)) fail("2: exactly once", words);
    if (!this.#parts.memberships.isIn(peer, said.group)) fail("8: what is said in a group is for members", words);
    shown.add(text);
  }

  /** The peer's disk is another one now: what it forgot may come again. */
  changed(peer: SimPeer, { kind }: DiskChange): void {
    if (kind === "old") this.#old.add(peer);
    this.#shown.delete(peer);
    this.#changed.add(peer);
  }

  /** From now on members are to agree although their disks forgot something. */
  over(): void {
    this.#isOver = true;
  }

  /**
   * Where members do not agree on who they are, in words. Nothing once all is well. With a disk that forgot, what its peer
   * had yet to tell is lost, too: others hear of it with the next message in the group, and those who are invited get none.
   * With an old one it gives numbers again, and what it tells under them is taken for what others know.
   * And where an id went from one peer to another, who is a member is a matter of opinion: members are ids.
   */
  disputed(peers: readonly SimPeer[]): readonly string[] {
    const hasForgotten = this.#changed.size > 0;
    if (this.#joined.size === 0 || (hasForgotten && !this.#isOver) || this.#hasExpired()) return [];
    if (!hasForgotten) {
      const unheard = peers.flatMap((peer) => unheardOf(peer, peers));
      if (unheard.length > 0) return unheard;
    }
    const views = new Map<bigint, Map<string, string>>();
    for (const peer of peers) {
      if (!peer.isReady) continue;
      for (const { id, state, members } of peer.core.groups.list()) {
        if (this.#old.has(peer)) continue;
        if (state !== "joined" && (state !== "invited" || hasForgotten)) continue;
        const view = members.map((member) => `${member.id} ${member.state} ${member.version}`).join(", ");
        const ofGroup = views.get(id) ?? new Map<string, string>();
        views.set(id, ofGroup.set(peer.name, view));
      }
    }
    return [...views].flatMap(([id, ofGroup]) => {
      if (new Set(ofGroup.values()).size <= 1 || this.#hasTwins(id, peers)) return [];
      return [`group ${id}: ${[...ofGroup].map(([name, view]) => `${name} knows ${view}`).join("; ")}`];
    });
  }

  /** Whether something that was to be told expired, as it does where clocks are set forward: others hear with the next message. */
  #hasExpired(): boolean {
    return this.#parts.ledger.sends.some(({ kind, logged, inOutbox, durable, by, expiresAtMs }) => {
      return kind === "quiet" && durable && !logged && !inOutbox && by.nowMs >= expiresAtMs;
    });
  }

  /** Whether an id of a member was held by two peers, be it one after the other. */
  #hasTwins(group: bigint, peers: readonly SimPeer[]): boolean {
    const members = peers.flatMap(({ core }) => core.groups.list().find(({ id }) => id === group)?.members ?? []);
    return members.some(({ id }) => peers.filter((peer) => this.#parts.ids.hasHeld(peer, id)).length > 1);
  }

  #find(by: SimPeer, group: bigint, number: number): Said | undefined {
    return this.#bySender.get(by)?.get(`${group}/${number}`);
  }

  #mayBeIn(group: bigint, id: bigint): boolean {
    return [...(this.#joined.get(group) ?? [])].some((peer) => this.#parts.ids.hasHeld(peer, id));
  }
}

/** Groups that the peer has left, or not come into, of which members do not know it, in words. */
function unheardOf(peer: SimPeer, peers: readonly SimPeer[]): readonly string[] {
  if (!peer.isReady) return [];
  return peer.core.groups.list().flatMap(({ id: group, state, members }) => {
    const own = members.find(({ id }) => id === peer.core.id);
    if (own === undefined || (state !== "left" && state !== "rejected")) return [];
    return peers.flatMap(({ name, isReady, core }) => {
      const known = isReady ? core.groups.list().find(({ id }) => id === group) : undefined;
      const said = known?.members.find(({ id }) => id === own.id);
      if (known?.state !== "joined" || said === undefined || said.version >= own.version) return [];
      return [`group ${group}: ${name} does not know that ${own.id} has ${state}`];
    });
  });
}

/** Members but the peer itself, as it knows. */
function othersIn(peer: SimPeer, group: bigint): ReadonlySet<bigint> {
  const members = peer.core.groups.list().find(({ id }) => id === group)?.members ?? [];
  return new Set(members.flatMap(({ id, state }) => (state === "joined" && id !== peer.core.id ? [id] : [])));
}

/** The conversation and number of a copy, as its sender's disk has it. */
function nameFor(ledger: Ledger, by: SimPeer, copy: Sent): { conversation: bigint; number: number } | undefined {
  for (const [conversation, { sends }] of ledger.conversationsOf(ledger.epochOf(by)))
    if (sends.get(copy.number) === copy) return { conversation, number: copy.number };
  return undefined;
}
