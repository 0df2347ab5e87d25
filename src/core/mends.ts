import type { Offer } from "./judged-offer.ts";
import type { Ask } from "./lacks.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";
import { common, without } from "./number-ranges.ts";

/** What a neighbour says in an answer of an epoch: from where on it can give, and what it never had. */
export type Given = Pick<Offer, "first" | "missing">;

/** How plan learns what it needs to know. */
interface Situation {
  /** What this peer gave up on, ascending. */
  readonly holes: (epoch: bigint) => readonly NumberRange[];
  readonly isUp: (link: number) => boolean;
  /** Whether something else is asked for over the link. */
  readonly isBusy: (link: number) => boolean;
  readonly nowMs: number;
}

/** A neighbour and the holes of one epoch. */
interface Mend {
  /** What it may give: when it last said what it has, these were holes. */
  gives: readonly NumberRange[];
  /** What it was asked for in vain. */
  vain: readonly NumberRange[];
  /** How often it gave nothing and did not say why, one after the other. */
  failures: number;
  /** It is not asked before. */
  quietUntilMs: number;
}

interface Request {
  readonly byMs: number;
  readonly asks: ReadonlyMap<bigint, NumberRange>;
}

/**
 * Mends: holes, that is numbers this peer went on without, which neighbours may fill, and whom they are asked from.
 *
 *     offered ──► asked ── came ──► the rest is asked for ──► nobody offers any more of it
 *                   ├── not to be had there ──► not asked from that neighbour again
 *                   └── nothing, or no answer ──► asked again later, each time twice as late, a few times
 *
 * Invariants
 * 1. At most one request is open on a link, and at most one for an epoch: what arrives in time arrives once.
 * 2. What a neighbour was asked for in vain, it is not asked for again while the link lasts.
 * 3. What is remembered is bounded: the neighbours of all epochs together, and the ranges of each. What is forgotten
 *    costs a request more.
 */
export class Mends {
  readonly #limits: Limits;
  readonly #epochs = new Map<bigint, Map<number, Mend>>();
  /** Those of which somebody may give something. */
  readonly #wanting = new Set<bigint>();
  readonly #requests = new Map<number, Request>();
  #size = 0;
  /** Nothing is due before; may be early, never late. */
  #nextMs = Infinity;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** When plan should be asked again, whatever happens. */
  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  /** Whether a request is open on the link. */
  isBusy(link: number): boolean {
    return this.#requests.has(link);
  }

  /** Whether the number is asked for over this link. */
  isAsked(epoch: bigint, number: number, link: number): boolean {
    const asked = this.#requests.get(link)?.asks.get(epoch);
    return asked !== undefined && asked.first <= number && number <= asked.last;
  }

  /**
   * A neighbour says what it has of an epoch in which this peer has holes.
   * @param isPart whether that begins with what it was asked for: what it offered below is as it was.
   */
  offered(epoch: bigint, offer: Offer, holes: readonly NumberRange[], isPart = false): void {
    const { link, first, last, missing = [] } = offer;
    const known = this.#epochs.get(epoch)?.get(link);
    const before = isPart ? common(known?.gives ?? [], [{ first: 1, last: first - 1 }]) : [];
    const possible = without([...before, ...common(holes, [{ first, last }])], missing);
    const gives = without(possible, known?.vain ?? []).slice(0, rangesMax);
    if (known !== undefined) known.gives = gives;
    else if (gives.length > 0) this.#add(epoch, link, gives);
    if (gives.length === 0) return;
    this.#wanting.add(epoch);
    this.#nextMs = 0;
  }

  /**
   * The number that was asked for came over the link without its body.
   * @returns whether it is to be taken so; otherwise it is asked for elsewhere.
   */
  emptied(epoch: bigint, number: number, link: number): boolean {
    const mends = this.#epochs.get(epoch) ?? new Map<number, Mend>();
    const one = [{ first: number, last: number }];
    const isElsewhere = [...mends].some(([other, { gives }]) => other !== link && common(gives, one).length > 0);
    const mend = mends.get(link);
    if (isElsewhere && mend !== undefined) giveUpOn(mend, one);
    return !isElsewhere;
  }

  /**
   * The request that is open on the link was answered as far as it was.
   * @param given of the epochs that were dealt with; the others are asked for anew.
   */
  answered(
    link: number,
    given: ReadonlyMap<bigint, Given>,
    { holes, nowMs }: Pick<Situation, "holes" | "nowMs">,
  ): void {
    const { asks } = this.#requests.get(link) ?? nothingAsked;
    this.#requests.delete(link);
    const isCut = [...asks.keys()].some((epoch) => given.has(epoch));
    for (const [epoch, asked] of asks) {
      const mend = this.#epochs.get(epoch)?.get(link);
      const answer = given.get(epoch);
      if (mend === undefined || (answer === undefined && isCut)) continue;
      if (!isIn(holes(epoch), asked.first)) mend.failures = 0;
      else if (answer === undefined || answer.first <= asked.first) this.#failed(mend, asked, nowMs);
      else {
        // What it never had it may get yet; the rest it had and has not any more.
        const gone = [{ first: asked.first, last: Math.min(answer.first - 1, asked.last) }];
        giveUpOn(mend, without(gone, answer.missing ?? []));
      }
    }
  }

  /** Whom to ask now, by number of the link; these count as asked. */
  plan(situation: Situation): ReadonlyMap<number, readonly Ask[]> {
    const { nowMs } = situation;
    this.#nextMs = Infinity;
    this.#closeRequests(situation);
    const asks = new Map<number, Ask[]>();
    for (const epoch of this.#wanting) this.#planOne(epoch, asks, situation);
    const byMs = nowMs + this.#limits.askMs;
    for (const [link, wanted] of asks) {
      this.#requests.set(link, { byMs, asks: new Map(wanted.map(({ epoch, ...range }) => [epoch, range])) });
      this.#lookAt(byMs);
    }
    return asks;
  }

  #planOne(epoch: bigint, asks: Map<number, Ask[]>, { holes, isUp, isBusy, nowMs }: Situation): void {
    const mends = this.#epochs.get(epoch) ?? new Map<number, Mend>();
    const open = holes(epoch);
    for (const [link, mend] of mends) {
      mend.gives = common(mend.gives, open);
      if (!isUp(link) || open.length === 0) this.#forget(epoch, link);
    }
    const able = [...mends].filter(([, { gives }]) => gives.length > 0);
    if (able.length === 0) this.#wanting.delete(epoch);
    if ([...this.#requests.values()].some((request) => request.asks.has(epoch))) return; // invariant 1
    for (const [, { quietUntilMs }] of able) if (quietUntilMs > nowMs) this.#lookAt(quietUntilMs);
    const [best] = able
      .filter(([link, { quietUntilMs }]) => quietUntilMs <= nowMs && !isBusy(link) && this.#roomOf(link, asks) > 0)
      .sort(([linkA, a], [linkB, b]) => firstOf(a) - firstOf(b) || a.failures - b.failures || linkA - linkB);
    if (best === undefined) return;
    const [link, { gives }] = best;
    const [{ first, last } = nothing] = gives;
    const wanted = asks.get(link) ?? [];
    asks.set(link, [...wanted, { epoch, first, last: Math.min(last, first + this.#roomOf(link, asks) - 1) }]);
  }

  /** How many more numbers may be asked for over the link. */
  #roomOf(link: number, asks: ReadonlyMap<number, readonly Ask[]>): number {
    if (this.#requests.has(link)) return 0;
    const taken = (asks.get(link) ?? []).reduce((sum, { first, last }) => sum + last - first + 1, 0);
    return this.#limits.answerCountMax - taken;
  }

  #add(epoch: bigint, link: number, gives: readonly NumberRange[]): void {
    const [oldest] = this.#epochs.keys();
    if (this.#size >= mendsMax && oldest !== undefined)
      for (const other of this.#epochs.get(oldest)?.keys() ?? []) this.#forget(oldest, other); // invariant 3
    const mends = this.#epochs.get(epoch) ?? new Map<number, Mend>();
    this.#epochs.set(epoch, mends.set(link, { gives, vain: [], failures: 0, quietUntilMs: 0 }));
    this.#size += 1;
  }

  #forget(epoch: bigint, link: number): void {
    const mends = this.#epochs.get(epoch);
    if (mends?.delete(link) === true) this.#size -= 1;
    if (mends?.size === 0) this.#epochs.delete(epoch);
  }

  /** Those that were not answered in time are open no more. */
  #closeRequests({ holes, isUp, nowMs }: Situation): void {
    for (const [link, { byMs, asks }] of this.#requests) {
      if (isUp(link) && byMs > nowMs) {
        this.#lookAt(byMs);
        continue;
      }
      this.#requests.delete(link);
      for (const [epoch, asked] of asks) {
        const mend = this.#epochs.get(epoch)?.get(link);
        if (mend !== undefined && isIn(holes(epoch), asked.first)) this.#failed(mend, asked, nowMs);
      }
    }
  }

  /** The disk or a full link may have been in the way. */
  #failed(mend: Mend, asked: NumberRange, nowMs: number): void {
    mend.failures += 1;
    mend.quietUntilMs = nowMs + this.#limits.askMs * 2 ** mend.failures;
    if (mend.failures < failuresMax) return;
    mend.failures = 0;
    giveUpOn(mend, [asked]);
  }

  #lookAt(atMs: number): void {
    this.#nextMs = Math.min(this.#nextMs, atMs);
  }
}

function giveUpOn(mend: Mend, ranges: readonly NumberRange[]): void {
  const all = [...mend.vain, ...ranges].sort((a, b) => a.first - b.first);
  const joined: NumberRange[] = [];
  for (const { first, last } of all) {
    const before = joined.at(-1);
    if (before === undefined || before.last + 1 < first) joined.push({ first, last });
    else joined[joined.length - 1] = { first: before.first, last: Math.max(before.last, last) };
  }
  const [lowest, second] = joined;
  // What lies between may be asked for elsewhere, or once the link is another.
  if (joined.length > rangesMax && lowest !== undefined && second !== undefined)
    joined.splice(0, 2, { first: lowest.first, last: second.last });
  mend.vain = joined;
  mend.gives = without(mend.gives, joined);
}

function isIn(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(({ first, last }) => first <= number && number <= last);
}

function firstOf({ gives }: Mend): number {
  return gives[0]?.first ?? Infinity;
}

const nothing: NumberRange = { first: 0, last: 0 };
const nothingAsked: Pick<Request, "asks"> = { asks: new Map() };
/** Ranges of one epoch that are remembered of a neighbour; it says again what it has when these are done with. */
const rangesMax = 16;
/** Neighbours remembered, of all epochs together. */
const mendsMax = 4_096;
/** Times that a neighbour is asked again, which take two minutes in all. */
const failuresMax = 6;
