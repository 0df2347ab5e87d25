import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Frontiers, FrontiersSchema } from "../gen/e3/v1/link_pb.ts";
import type { Effects } from "./effects.ts";
import { everyone } from "./everyone.ts";
import { Frontier } from "./frontier.ts";
import { bodyOf, readHeader, writeEnvelope } from "./header.ts";
import { handedOn } from "./hop-limit.ts";
import type { Inbox } from "./inbox.ts";
import { Lacks } from "./lacks.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Kept, SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";
import { Tellings } from "./tellings.ts";

interface Parts {
  readonly links: Links;
  readonly inbox: Inbox;
  readonly log: SpreadLog;
  readonly own: Pick<SpreadOwn, "epoch" | "isOwn" | "handed">;
  readonly limits: Limits;
  readonly effects: Effects;
  /** A neighbour has this peer's own messages for everyone, up to the number. */
  readonly told: (number: number) => void;
}

/**
 * Repair: finds and mends what a push did not reach. Neighbours tell each other how far they have got with what is for
 * everyone, and ask for what they lack.
 *
 *     link up ──► sums ── they differ ──► lists ──► requests ──► messages, and what is held after them
 *     more of an epoch ──► told to all neighbours, once ──► requests ...
 *
 * Invariants
 * 1. Only what is durable is told.
 * 2. While nothing new is said, nothing is told: an idle mesh is silent.
 * 3. What was asked for is told on at once, and not pushed: neighbours may have it, and ask if they have not.
 */
export class Repair {
  readonly #parts: Parts;
  readonly #frontier = new Frontier();
  readonly #lacks: Lacks;
  readonly #tellings: Tellings;
  /** Epochs that were heard of, and of which nothing is durable yet. */
  readonly #heard = new Set<bigint>();
  /** Epochs of which something that was asked for is on its way to the disk. */
  readonly #asked = new Set<bigint>();
  /** Links that are told of an epoch as soon as more of it is durable: its origin waits for that. */
  readonly #awaiting = new Map<bigint, Set<number>>();
  /** Whether what is remembered was compared with a neighbour, or there was nothing to compare. */
  #isCompared = true;
  /** Links on which all that is held was listed. */
  readonly #listed = new WeakSet<Link>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lacks = new Lacks(parts.limits);
    this.#tellings = new Tellings(parts.limits.repairMs);
    for (const { epoch, next } of parts.inbox.standings(everyone)) this.#frontier.raise(epoch, next - 1);
  }

  /** What this peer said in former lives. */
  restored(epoch: bigint, number: number): void {
    this.#frontier.raise(epoch, number);
    this.#isCompared = this.#frontier.size === 0;
  }

  /**
   * Whether this life may push. With a store of a former life it may not until a neighbour has said what it has: the store
   * may be older than what this peer has said since. Until then what it says is left to be asked for.
   */
  get isCompared(): boolean {
    return this.#isCompared;
  }

  /** How far this peer has got with the epoch, durably; 0 where nothing is known of it. */
  reachedBy(epoch: bigint): number {
    return this.#frontier.get(epoch);
  }

  /** Whether the epoch is one of those that this peer keeps count of, from now on if not before: of more it takes nothing. */
  admits(epoch: bigint): boolean {
    if (this.#frontier.get(epoch) > 0 || this.#heard.has(epoch)) return true;
    if (this.#frontier.size + this.#heard.size >= this.#parts.limits.spreadEpochsMax) return false;
    this.#heard.add(epoch);
    return true;
  }

  /** A link came up. */
  greet(link: Link): void {
    const { summary } = this.#frontier;
    if (summary !== 0n) this.#send(link, { summary });
  }

  /** Whether somebody has what is next of the epoch. */
  isOffered(epoch: bigint): boolean {
    return this.#lacks.isOffered(epoch, this.#next(epoch));
  }

  /** A message arrived and was new. @returns whether it was asked for. */
  arrived(from: Link, epoch: bigint, number: number): boolean {
    const isAsked = this.#lacks.isAsked(epoch, number, from.number);
    if (isAsked) this.#asked.add(epoch);
    return isAsked;
  }

  /**
   * Whether a message that came without its body is to be taken so. What was asked for only once nobody else that offers it
   * may have it whole; what came unasked is left to the caller.
   */
  takesEmptied(from: Link, epoch: bigint, number: number): boolean | "unasked" {
    if (!this.#lacks.isAsked(epoch, number, from.number)) return "unasked";
    return this.#lacks.emptied(epoch, number, from.number);
  }

  /** The origin of this epoch, at the other end of the link, is told once it is durable. */
  awaits(epoch: bigint, from: Link): void {
    const links = this.#awaiting.get(epoch) ?? new Set();
    this.#awaiting.set(epoch, links.add(from.number));
  }

  /** All up to the number is durable here: of others as received, of this peer's own as sent. */
  reached(epoch: bigint, number: number, nowMs: number): void {
    const asked = this.#asked.delete(epoch);
    if (number > 0) this.#heard.delete(epoch);
    if (this.#frontier.raise(epoch, number)) this.#tellings.news(epoch, number, { asked, nowMs });
    const awaiting = this.#awaiting.get(epoch);
    this.#awaiting.delete(epoch);
    for (const link of awaiting ?? []) {
      const up = this.#linkOf(link);
      if (up !== undefined) this.#send(up, { held: [this.#held(epoch, number)] });
    }
  }

  /** Takes what a neighbour says. @returns what is wrong with it; undefined when nothing is. */
  frame(link: Link, frame: Frontiers, nowMs: number): string | undefined {
    const { spreadEpochsMax, answerCountMax } = this.#parts.limits;
    if (frame.held.length > spreadEpochsMax || frame.wanted.length > answerCountMax)
      return `${frame.held.length} epochs are held and ${frame.wanted.length} wanted, which is too many`;
    if (frame.summary !== 0n) this.#compare(link, frame.summary);
    for (const { epoch, first, number } of frame.held) this.#hears(link, epoch, [Number(first), Number(number)], nowMs);
    // A list answers what this peer said when the link came up: nothing was handed out to it yet.
    if (frame.list || (frame.held.length > 0 && this.#listed.has(link))) this.#isCompared = true;
    if (frame.list) this.#list(link, false);
    if (frame.wanted.length > 0) this.#answer(link, frame.wanted, nowMs);
    if (frame.answer) {
      const epochs = frame.held.map(({ epoch }) => epoch);
      this.#lacks.answered(link.number, epochs, (epoch) => this.#next(epoch), nowMs);
    }
    if (frame.held.length > 0 || frame.answer) this.#plan(nowMs);
    return undefined;
  }

  due(nowMs: number): void {
    if (this.#lacks.nextDeadlineMs <= nowMs) this.#plan(nowMs);
    const told = this.#tellings.take((epoch) => this.#frontier.get(epoch), nowMs);
    if (told.length === 0) return;
    const held = told.map(({ epoch, number }) => this.#held(epoch, number));
    for (const link of this.#parts.links.up()) this.#tell(link, held, false);
  }

  get nextDeadlineMs(): number {
    return Math.min(this.#lacks.nextDeadlineMs, this.#tellings.nextDeadlineMs);
  }

  #compare(link: Link, summary: bigint): void {
    if (summary !== this.#frontier.summary) return this.#list(link, true);
    // It knows all that this peer does, this peer's own included.
    this.#parts.told(this.#frontier.get(this.#parts.own.epoch));
    this.#isCompared = true;
  }

  /** Lists all that is held, once for each link. @param asks whether the other side is to do the same. */
  #list(link: Link, asks: boolean): void {
    if (this.#listed.has(link)) return;
    this.#listed.add(link);
    const held = [...this.#frontier.epochs()].map((epoch) => this.#held(epoch, this.#frontier.get(epoch)));
    this.#tell(link, held, asks);
  }

  /** In frames that the other side takes. */
  #tell(link: Link, held: readonly HeldInit[], list: boolean): void {
    const { spreadEpochsMax } = this.#parts.limits;
    for (let at = 0; at === 0 || at < held.length; at += spreadEpochsMax)
      this.#send(link, { held: held.slice(at, at + spreadEpochsMax), list: list && at === 0 });
  }

  #hears(link: Link, epoch: bigint, [first, last]: readonly [number, number], nowMs: number): void {
    const { own, inbox, effects } = this.#parts;
    const isAbsurd = last > this.#frontier.get(epoch) + aheadMax || first < 1 || last < 1 || first > last + 1;
    if (isAbsurd) return;
    if (epoch === own.epoch) return this.#parts.told(last);
    if (own.isOwn(epoch) || !this.admits(epoch)) return;
    const next = inbox.next(epoch, everyone);
    // A newcomer begins with what there still is.
    if (next === undefined || (next === 1 && first > 1))
      inbox.skipTo({ epoch, conversation: everyone }, first, nowMs, effects);
    if (last >= (next ?? first)) this.#lacks.offered(epoch, { link: link.number, first, last });
  }

  #plan(nowMs: number): void {
    const { inbox, effects } = this.#parts;
    const { asks, skips } = this.#lacks.plan({
      known: (epoch) => ({ next: this.#next(epoch), lowestHeld: inbox.lowestHeld(epoch, everyone) }),
      isUp: (link) => this.#linkOf(link) !== undefined,
      nowMs,
    });
    for (const { epoch, to } of skips) inbox.skipTo({ epoch, conversation: everyone }, to, nowMs, effects);
    for (const [number, ranges] of asks) {
      const link = this.#linkOf(number);
      const wanted = ranges.map(({ epoch, first, last }) => ({ epoch, first: BigInt(first), last: BigInt(last) }));
      if (link !== undefined) this.#send(link, { wanted });
    }
  }

  /** Gives what is wanted, as much of it as one answer may have, and then says where that leaves the epochs it got to. */
  #answer(link: Link, wanted: Frontiers["wanted"], nowMs: number): void {
    const { log, limits, effects } = this.#parts;
    let [count, bytes] = [0, 0];
    const held = [];
    for (const { epoch, first, last } of wanted) {
      if (count >= limits.answerCountMax || bytes >= limits.answerBytesMax) break;
      const reached = this.#frontier.get(epoch);
      for (const kept of link.full ? [] : log.range(epoch, Number(first), Math.min(Number(last), reached))) {
        const envelope = this.#again(kept, nowMs);
        count += 1;
        bytes += envelope.length;
        if (epoch === this.#parts.own.epoch) this.#parts.own.handed(kept.number);
        effects.count("repaired");
        effects.envelope(link.number, envelope);
        if (count >= limits.answerCountMax || bytes >= limits.answerBytesMax) break;
      }
      // What it is asked for and has not got lies before what it says it begins with.
      if (reached > 0) held.push(this.#held(epoch, reached, Number(first)));
    }
    effects.frameBehind(link.number, { case: "frontiers", value: { held, answer: true } });
  }

  /** The envelope as it is given to one who asks: it travels no further by itself. */
  #again({ envelope, expiresAtMs }: Kept, nowMs: number): Uint8Array {
    const header = readHeader(envelope, 0);
    if (typeof header === "string") return envelope;
    const { limits } = this.#parts;
    const ttlMs = Math.min(limits.ttlMs, Math.max(1, Math.floor(expiresAtMs - nowMs)));
    const limited = handedOn(envelope, limits, ttlMs);
    if (limited !== undefined) return limited;
    const again = writeEnvelope({ ...header, hopsLeft: limits.hopsMax, ttlMs }, bodyOf(envelope));
    // Whoever made it left out what it says now: written anew it must not be more than a link takes.
    return again.length > limits.frameBytesMax / 2 ? envelope : again;
  }

  /** @param from where the other side is to begin. */
  #held(epoch: bigint, number: number, from = 1): HeldInit {
    const first = this.#parts.log.first(epoch, from) ?? number + 1;
    return { epoch, first: BigInt(Math.min(first, number + 1)), number: BigInt(number) };
  }

  #next(epoch: bigint): number {
    return this.#parts.inbox.next(epoch, everyone) ?? 1;
  }

  #linkOf(number: number): Link | undefined {
    const link = this.#parts.links.get(number);
    return link?.state === "up" ? link : undefined;
  }

  #send(link: Link, value: MessageInitShape<typeof FrontiersSchema>): void {
    this.#parts.effects.frame(link.number, { case: "frontiers", value });
  }
}

interface HeldInit {
  readonly epoch: bigint;
  readonly first: bigint;
  readonly number: bigint;
}

/** Further ahead of this peer than that nobody can be: who says so is not believed, or numbers would run out. */
const aheadMax = 2 ** 32;
