import { create, toBinary } from "@bufbuild/protobuf";
import { decodeBody } from "../../src/core/body.ts";
import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import { decodeGroupLetter, type GroupLetter } from "../../src/core/group-codec.ts";
import { Groups } from "../../src/core/groups.ts";
import { Identity } from "../../src/core/identity.ts";
import { Inbox } from "../../src/core/inbox.ts";
import type { Entry, Lane } from "../../src/core/lane.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Outbox } from "../../src/core/outbox.ts";
import { readPreface } from "../../src/core/preface.ts";
import { RefusalReason } from "../../src/gen/e3/v1/envelope_pb.ts";
import { IdentityRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { seededEntropy } from "../world/entropy.ts";
import { newsIn } from "../world/statuses.ts";
import { Shelves } from "./shelves.ts";

/** What became of a letter at whom it reached: a refusal's number. */
type Verdict = "log" | "done" | number;

/** What a peer of the town is made from. */
interface PeerOptions {
  readonly id: bigint;
  readonly limits: Partial<Limits>;
  readonly store: Shelves;
  readonly life: number;
  readonly holderOf: (id: bigint) => bigint;
}

/** The groups of one peer, with an outbox and a store, and nothing that moves envelopes. */
export class GroupPeer {
  readonly id: bigint;
  readonly epoch: bigint;
  readonly store: Shelves;
  readonly outbox: Outbox;
  readonly groups: Groups;
  readonly effects = new Effects();
  /** What was told, the oldest first: "2 joined", "#1 accepted", "#1 2 delivered 1 of 3". */
  readonly told: string[] = [];
  /** Texts shown: "from#number text". */
  readonly shown: string[] = [];
  /** What became of each letter that came, by its lane and number. */
  readonly verdicts: Map<string, Verdict>;

  constructor(options: PeerOptions, verdicts = new Map<string, Verdict>()) {
    const { id, store, life } = options;
    this.id = id;
    this.epoch = id + 0xe0n;
    this.store = store;
    this.verdicts = verdicts;
    const limits = { ...defaultLimits, ...options.limits };
    const record = { id, assignedId: 0n, epoch: this.epoch, incarnation: BigInt(life) };
    const stored = toBinary(IdentityRecordSchema, create(IdentityRecordSchema, record));
    const identity = Identity.from(stored, { desiredId: 0n, entropy: seededEntropy("identity"), nowMs: 0 });
    identity.take(id, null, 0);
    let name = (id << 32n) + (BigInt(life) << 16n);
    this.outbox = new Outbox(limits, () => ++name);
    this.outbox.load(store.entries("lanes"), store.entries("outbox"));
    const { outbox, effects } = this;
    const inbox = new Inbox(limits);
    inbox.load(store.value("meta", "inbox"), store.entries("marks"));
    const rest = { inbox, keep: () => {}, holderOf: options.holderOf };
    this.groups = new Groups({ identity, outbox, limits, effects, ...rest }, store.entries("groups"));
  }

  /** Lets something happen; what it writes is durable at once, unless the peer dies before. @returns whether it lives. */
  event(happen: () => void, dies = false): boolean {
    happen();
    do {
      this.groups.flush(0);
      this.outbox.flush(this.effects, () => {});
    } while (this.effects.close(0));
    if (dies) return false;
    for (let effects = this.effects.take(); effects.length > 0; effects = this.effects.take()) {
      for (const effect of effects) this.#perform(effect);
      do {
        this.groups.flush(0);
        this.outbox.flush(this.effects, () => {});
      } while (this.effects.close(0));
    }
    return true;
  }

  #perform(effect: Effect): void {
    if (effect.kind === "persist") {
      this.store.write(effect.ops);
      this.effects.persisted(effect.commit, 0);
    } else if (effect.kind === "group") this.told.push(`${effect.member} ${effect.state}`);
    else if (effect.kind === "status")
      for (const { number, status } of newsIn(effect)) this.told.push(`#${number} ${status}`);
    else if (effect.kind === "receipt") {
      const { number, member, status, delivered, recipients } = effect;
      this.told.push(`#${number} ${member} ${status} ${delivered} of ${recipients}`);
    }
  }

  /** Who is in a group as this peer knows: "1 joined, 2 invited". */
  seen(group = theGroup): string {
    const known = this.groups.list().find(({ id }) => id === group);
    return (known?.members ?? []).map(({ id, state }) => `${id} ${state}`).join(", ");
  }

  say(text: string, group = theGroup): number {
    let number = 0;
    this.event(() => (number = this.groups.send(group, { case: "text", value: text }, 1_000, 0)));
    return number;
  }

  /** Takes a letter that it did not take before. */
  take(letter: Uint8Array, from: { readonly id: bigint; readonly epoch: bigint; readonly lane: string }): Verdict {
    const known = this.verdicts.get(from.lane);
    if (known !== undefined) return known;
    const preface = readPreface(letter);
    const body = decodeBody(letter);
    if (typeof preface === "string" || typeof body === "string" || body.kind !== "group") throw new Error("no letter");
    const meant = { origin: from.id, epoch: from.epoch, sentAtMs: 0, ...preface, bytes: body.bytes };
    const meaning = this.groups.meaning(meant);
    const verdicts: Verdict[] = [];
    this.event(() => verdicts.push(meaning?.aside?.(0, this.effects) ?? RefusalReason.UNKNOWN_BODY));
    const [verdict = RefusalReason.UNKNOWN_BODY] = verdicts;
    this.verdicts.set(from.lane, verdict);
    const read = decodeGroupLetter(body.bytes);
    if (verdict === "log" && read?.content.case === "text")
      this.shown.push(`${from.id}#${read.number} ${read.content.value}`);
    return verdict;
  }
}

/** The group that tests mostly have. */
export const theGroup = 900n;

/** Peers with ids 1, 2, 3 and so on, whose letters cross when the test says so. */
export class GroupTown {
  readonly peers = new Map<bigint, GroupPeer>();
  readonly away = new Set<bigint>();
  /** Letters that crossed. */
  crossed = 0;
  readonly #limits: Partial<Limits>;
  readonly #lives = new Map<bigint, number>();
  readonly #holders: ReadonlySet<bigint>;

  /** @param holders further ids that peers hold. */
  constructor(count: number, limits: Partial<Limits> = {}, holders: readonly bigint[] = []) {
    this.#limits = limits;
    this.#holders = new Set(holders);
    for (let id = 1n; id <= BigInt(count); id += 1n) this.start(id);
  }

  at(id: number): GroupPeer {
    const peer = this.peers.get(BigInt(id));
    if (peer === undefined) throw new Error(`there is no ${id}`);
    return peer;
  }

  /** Ends the peer, if there is one, and starts it with what its store holds. */
  start(id: bigint, store = this.peers.get(id)?.store ?? new Shelves()): GroupPeer {
    const life = (this.#lives.get(id) ?? 0) + 1;
    this.#lives.set(id, life);
    const holderOf = (whom: bigint): bigint => (this.peers.has(whom) || this.#holders.has(whom) ? whom + 7_000n : 0n);
    const options = { id, store, life, limits: this.#limits, holderOf };
    const before = this.peers.get(id);
    const peer = new GroupPeer(options, before?.store === store ? before.verdicts : undefined);
    this.peers.set(id, peer);
    return peer;
  }

  /** Letters that may cross now: the first of each lane. */
  crossing(): readonly { readonly from: GroupPeer; readonly lane: Lane; readonly entry: Entry }[] {
    return [...this.peers.values()].flatMap((from) =>
      [...from.outbox.lanes()].flatMap((lane) => {
        const entry = lane.entries.get(lane.entries.first() ?? 0);
        const isGoing = entry !== undefined && !this.away.has(from.id) && !this.away.has(lane.to);
        return isGoing && this.peers.has(lane.to) ? [{ from, lane, entry }] : [];
      }),
    );
  }

  /** Lets one letter cross. @param isHeard whether its receipt comes back. */
  cross({ from, lane, entry }: ReturnType<GroupTown["crossing"]>[number], isHeard = true): void {
    const to = this.peers.get(lane.to);
    if (to === undefined) return;
    this.crossed += 1;
    const key = `${from.epoch}/${lane.conversation}/${entry.number}`;
    const verdict = to.take(entry.body, { id: from.id, epoch: from.epoch, lane: key });
    if (!isHeard) return;
    const status = typeof verdict === "number" ? "refused" : "delivered";
    const range = [{ first: entry.number, last: entry.number }];
    from.event(() => from.outbox.settle(lane, range, { status, reason: "", nowMs: 0 }, from.effects));
  }

  /** Lets all letters cross, and those that they bring about. */
  settle(max = 5_000): void {
    for (let turn = 0; turn < max; turn += 1) {
      const [first] = this.crossing();
      if (first === undefined) return;
      this.cross(first);
    }
    throw new Error("letters go on for ever");
  }

  /** A group of these, all joined. */
  team(...ids: readonly number[]): void {
    const [first = 1, ...others] = ids;
    this.at(first).event(() => this.at(first).groups.create(theGroup, "team", others.map(BigInt)));
    this.settle();
    for (const id of others) this.at(id).event(() => this.at(id).groups.answer(theGroup, "joined"));
    this.settle();
  }
}

/** The letters that wait in a peer's outbox: to whom, and what they are. */
export function letters(peer: GroupPeer): readonly { readonly to: bigint; readonly letter: GroupLetter }[] {
  return [...peer.outbox.lanes()].flatMap((lane) =>
    [...lane.entries.values()].flatMap(({ body: bytes }) => {
      const body = decodeBody(bytes);
      const letter = typeof body !== "string" && body.kind === "group" ? decodeGroupLetter(body.bytes) : undefined;
      return letter === undefined ? [] : [{ to: lane.to, letter }];
    }),
  );
}
