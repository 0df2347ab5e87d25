import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Frontiers, FrontiersSchema } from "../gen/e3/v1/link_pb.ts";
import type { Effects } from "./effects.ts";
import { Comparisons } from "./comparisons.ts";
import { Epochs } from "./epochs.ts";
import { everyone } from "./everyone.ts";
import { allTo, newestOf, type Had } from "./frontier.ts";
import type { Inbox } from "./inbox.ts";
import type { Offer } from "./judged-offer.ts";
import { Lacks, type Ask } from "./lacks.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import { Mends } from "./mends.ts";
import type { NumberRange } from "./number-range.ts";
import { Answers } from "./repair-answers.ts";
import { isList, listsOf, readAll, type HeldInit, type Holding } from "./repair-held.ts";
import type { SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";
import { Tellings } from "./tellings.ts";

interface Parts {
  readonly links: Links;
  readonly inbox: Inbox;
  readonly log: SpreadLog;
  readonly own: SpreadOwn;
  readonly limits: Limits;
  readonly effects: Effects;
  /** A neighbour has these of this peer's own messages for everyone. */
  readonly told: (had: Had) => void;
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
 * 2. Once nothing new is said, sums are compared once more, and nothing is told: an idle mesh is silent.
 * 3. What was asked for is told on at once, and not pushed: neighbours may have it, and ask if they have not.
 * 4. Nobody is told that this peer has what it went on without (holes): it is asked for when somebody else has it.
 */
export class Repair {
  readonly #parts: Parts;
  readonly #epochs: Epochs;
  readonly #lacks: Lacks;
  readonly #mends: Mends;
  readonly #tellings: Tellings;
  readonly #answers: Answers;
  /** Epochs of which something that was asked for is on its way to the disk. */
  readonly #asked = new Set<bigint>();
  /** Links that are told of an epoch as soon as more of it is durable: its origin waits for that. */
  readonly #awaiting = new Map<bigint, Set<number>>();
  readonly #comparisons: Comparisons;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lacks = new Lacks(parts.limits);
    this.#mends = new Mends(parts.limits);
    this.#tellings = new Tellings(parts.limits.repairMs);
    this.#comparisons = new Comparisons(parts.limits.repairMs * quietFactor);
    this.#epochs = new Epochs(parts);
    this.#answers = new Answers({ ...parts, epochs: this.#epochs });
  }

  /**
   * What this peer said in former lives, unless this is the first. With a store of one it gives nobody anything of its own until
   * a neighbour has said what it has: the store may be older than what this peer has said since.
   */
  restored(isFirstLife: boolean): void {
    const { own, log } = this.#parts;
    if (!isFirstLife || this.#epochs.size + own.durable > 0) own.keepBack();
    for (const { epoch, number } of log.all())
      if (own.isOwn(epoch) && epoch !== own.epoch) this.#epochs.raise(epoch, allTo(number));
    this.#epochs.raise(own.epoch, allTo(own.tellable));
  }

  /** The highest number of the epoch that this peer had, durably; 0 where it had none. */
  newest(epoch: bigint): number {
    return newestOf(this.#epochs.had(epoch));
  }

  /** Whether the epoch is one of those that this peer keeps count of, from now on if not before: of more it takes nothing. */
  admits(epoch: bigint): boolean {
    return this.#epochs.admits(epoch);
  }

  /** A link came up. */
  greet(link: Link): void {
    const { summary, lacksBeginnings } = this.#epochs;
    if (summary !== 0n) {
      this.#send(link, { summary });
      this.#comparisons.met();
    }
    // It may have what others began with; and what this peer forgot.
    if (lacksBeginnings || (summary === 0n && this.#parts.own.isBack)) this.#list(link, true, -Infinity);
  }

  /** Whether somebody has what is next of the epoch. */
  isOffered(epoch: bigint): boolean {
    return this.#lacks.isOffered(epoch, this.#next(epoch));
  }

  /** A message arrived and was new. @returns whether it was asked for. */
  arrived({ number: link }: Link, epoch: bigint, number: number): boolean {
    const isAsked = this.#lacks.isAsked(epoch, number, link) || this.#mends.isAsked(epoch, number, link);
    if (isAsked) this.#asked.add(epoch);
    return isAsked;
  }

  /**
   * Whether a message that came without its body is to be taken so. What was asked for only once nobody else that offers it
   * may have it whole; what came unasked is left to the caller.
   */
  takesEmptied(from: Link, epoch: bigint, number: number): boolean | "unasked" {
    if (this.#lacks.isAsked(epoch, number, from.number)) return this.#lacks.emptied(epoch, number, from.number);
    if (this.#mends.isAsked(epoch, number, from.number)) return this.#mends.emptied(epoch, number, from.number);
    return "unasked";
  }

  /** The origin of this epoch, at the other end of the link, is told once it is durable. */
  awaits(epoch: bigint, from: Link): void {
    const links = this.#awaiting.get(epoch) ?? new Set();
    this.#awaiting.set(epoch, links.add(from.number));
  }

  /** This much is durable here: of others as received, of this peer's own as sent. @param isUnpushed nobody was pushed it. */
  reached(epoch: bigint, had: Had, nowMs: number, isUnpushed = false): void {
    const asked = this.#asked.delete(epoch) || isUnpushed;
    if (this.#epochs.raise(epoch, had)) {
      this.#tellings.news(epoch, had.number, { asked, nowMs });
      this.#comparisons.news(nowMs);
    }
    // Somebody may have what was not waited for any longer.
    if (had.missing.length > 0) for (const offer of this.#lacks.offers(epoch)) this.#offered(epoch, offer, true);
    const awaiting = this.#awaiting.get(epoch);
    this.#awaiting.delete(epoch);
    for (const link of awaiting ?? []) {
      const up = this.#linkOf(link);
      if (up !== undefined) this.#send(up, { held: [this.#answers.held(epoch, had.number)] });
    }
  }

  /** Takes what a neighbour says. @returns what is wrong with it; undefined when nothing is. */
  frame(link: Link, frame: Frontiers, nowMs: number): string | undefined {
    const { listCountMax, answerCountMax } = this.#parts.limits;
    if (frame.held.length > listCountMax || frame.wanted.length > answerCountMax)
      return `${frame.held.length} epochs are held and ${frame.wanted.length} wanted, which is too many`;
    if (frame.summary !== 0n) this.#compare(link, frame, nowMs);
    const held = readAll(frame.held, (epoch) => this.#epochs.reached(epoch));
    for (const [epoch, holding] of held) {
      this.#hears(link, epoch, holding, nowMs);
      this.#offered(epoch, { ...holding, last: holding.number, link: link.number }, frame.answer);
    }
    if (frame.held.length > 0) this.#comparisons.heard(link);
    if (!frame.answer) this.#recall(link, held);
    this.#judge(link, frame, held);
    if (frame.list) this.#list(link, false, nowMs);
    if (frame.wanted.length > 0) this.#give(link, frame.wanted, nowMs);
    if (frame.answer) this.#answered(link, held, nowMs);
    if (frame.held.length > 0 || frame.answer) this.#plan(nowMs);
    return undefined;
  }

  due(nowMs: number): void {
    if (Math.min(this.#lacks.nextDeadlineMs, this.#mends.nextDeadlineMs) <= nowMs) this.#plan(nowMs);
    if (this.#comparisons.take(nowMs) && this.#epochs.summary !== 0n)
      for (const link of this.#parts.links.up()) this.#send(link, { summary: this.#epochs.summary });
    const told = this.#tellings.take((epoch) => this.#epochs.reached(epoch), nowMs);
    if (told.length === 0) return;
    const held = told.map(({ epoch, number }) => this.#answers.held(epoch, number));
    for (const link of this.#parts.links.up()) this.#tell(link, held, false);
  }

  get nextDeadlineMs(): number {
    const asking = Math.min(this.#lacks.nextDeadlineMs, this.#mends.nextDeadlineMs);
    return Math.min(asking, this.#tellings.nextDeadlineMs, this.#comparisons.nextDeadlineMs);
  }

  #give(link: Link, wanted: Frontiers["wanted"], nowMs: number): void {
    const { own, effects } = this.#parts;
    if (!own.isComingForth) return this.#answers.give(link, wanted, nowMs);
    effects.whenDurable((atMs) => {
      if (link.state === "up") this.#answers.give(link, wanted, atMs);
    });
  }

  #compare(link: Link, { summary, list }: Frontiers, nowMs: number): void {
    const { own } = this.#parts;
    const difference = this.#epochs.summary - summary;
    if (difference !== 0n) return this.#list(link, true, nowMs, BigInt.asUintN(64, difference));
    own.compared(this.#epochs.reached(own.epoch));
    // It has got as far; with what it began, and what of that it may still give, the sum does not tell.
    const isUntold = this.#epochs.lacksBeginnings && !this.#comparisons.hasHeard(link);
    if (!list && (own.size > 0 || isUntold)) this.#send(link, { summary, list: true });
  }

  /** Whether the neighbour knows what this peer said. That it does not, only a list tells, and of one in parts the last. */
  #judge(link: Link, frame: Frontiers, held: ReadonlyMap<bigint, Holding>): void {
    const { own } = this.#parts;
    // News look like a list; where nothing was given to anybody it makes no difference.
    const isAnswer = isList(frame) && this.#comparisons.hasListed(link) && (held.size === 0 || own.tellable === 0);
    own.compared(held.get(own.epoch)?.number ?? 0, isAnswer || (frame.list && frame.summary === 0n));
  }

  /** Lists all that is held, now and then at most. @param asks whether the other side is to do the same. */
  #list(link: Link, asks: boolean, nowMs: number, difference?: bigint): void {
    if (!this.#comparisons.mayList(link, nowMs, difference)) return;
    this.#tell(link, this.#answers.all(this.#epochs.counted()), asks);
  }

  /** Whoever said what is forgotten here may wait to hear who has it. */
  #recall(link: Link, told: ReadonlyMap<bigint, Holding>): void {
    const awaited = this.#epochs.forgotten(told);
    if (awaited.length > 0) this.#tell(link, this.#answers.all(awaited), false);
  }

  /** In frames that the other side takes. */
  #tell(link: Link, held: readonly HeldInit[], asks: boolean): void {
    const parts = [...listsOf(held, this.#parts.limits.listCountMax)];
    for (const part of parts) this.#send(link, { held: [...part], list: asks && part === parts.at(-1) });
  }

  #hears(link: Link, epoch: bigint, holding: Holding, nowMs: number): void {
    const { own, inbox } = this.#parts;
    // Who went on without the last of them has only heard of those: perhaps from somebody who made them up.
    const [{ first, missing }, last] = [holding, newestOf(holding)];
    if (epoch === own.epoch) return this.#parts.told({ number: last, missing });
    const next = inbox.next(epoch, everyone);
    // What was had begins nothing anew in an inbox that made room with it.
    if (own.isOwn(epoch) || holding.number <= this.#epochs.reached(epoch)) return;
    if (!this.admits(epoch)) return this.#comparisons.refused(link);
    // A newcomer begins with what its neighbour still has, unless another one has more.
    if (next === undefined || (next === 1 && first > 1 && !this.isOffered(epoch))) this.#skipTo(epoch, first, nowMs);
    if (last >= (next ?? first)) this.#lacks.offered(epoch, { link: link.number, first, last, missing });
  }

  /** Goes on from a number. Whoever offered what lies before it may still be asked for that. */
  #skipTo(epoch: bigint, to: number, nowMs: number): void {
    this.#parts.inbox.skipTo({ epoch, conversation: everyone }, to, nowMs, this.#parts.effects);
    for (const offer of this.#lacks.offers(epoch)) this.#offered(epoch, offer, true);
  }

  /** Where this peer has holes a neighbour may fill them. */
  #offered(epoch: bigint, offer: Offer, isPart: boolean): void {
    const holes = this.#holes(epoch);
    if (holes.length > 0) this.#mends.offered(epoch, offer, holes, isPart);
  }

  #answered(link: Link, held: ReadonlyMap<bigint, Holding>, nowMs: number): void {
    if (this.#mends.isBusy(link.number))
      return this.#mends.answered(link.number, held, { holes: (epoch) => this.#holes(epoch), nowMs });
    this.#lacks.answered(link.number, held.keys(), (epoch) => this.#next(epoch), nowMs);
  }

  #plan(nowMs: number): void {
    const { inbox } = this.#parts;
    const isUp = (link: number): boolean => this.#linkOf(link) !== undefined;
    const { asks, skips } = this.#lacks.plan({
      known: (epoch) => ({ next: this.#next(epoch), lowestHeld: inbox.lowestHeld(epoch, everyone) }),
      isUp,
      isBusy: (link) => this.#mends.isBusy(link),
      nowMs,
    });
    this.#epochs.tidy((epoch) => this.#lacks.has(epoch));
    for (const { epoch, to } of skips) this.#skipTo(epoch, to, nowMs);
    for (const [link, ranges] of asks) this.#ask(link, ranges);
    const isBusy = (link: number): boolean => this.#lacks.isBusy(link);
    const mends = this.#mends.plan({ holes: (epoch) => this.#holes(epoch), isUp, isBusy, nowMs });
    for (const [link, ranges] of mends) this.#ask(link, ranges);
  }

  #ask(number: number, ranges: readonly Ask[]): void {
    const link = this.#linkOf(number);
    const wanted = ranges.map(({ epoch, first, last }) => ({ epoch, first: BigInt(first), last: BigInt(last) }));
    if (link !== undefined) this.#send(link, { wanted });
  }

  #holes(epoch: bigint): readonly NumberRange[] {
    return this.#parts.inbox.holes(epoch, everyone);
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

/** Times repairMs that nothing is new before neighbours are compared with again. */
const quietFactor = 10;
