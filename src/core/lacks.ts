import { isHoped, judge, judged, type Judged, type Offer } from "./judged-offer.ts";
import type { Limits } from "./limits.ts";
import type { NumberRange } from "./number-range.ts";

/** What is known here of one epoch. */
export interface Known {
  /** The lowest number missing. */
  readonly next: number;
  /** The lowest number above that is here already; Infinity for none. */
  readonly lowestHeld: number;
}

/** Numbers of an epoch to ask for. */
export interface Ask extends NumberRange {
  readonly epoch: bigint;
}

/** What to do about all that is missing. */
export interface Plan {
  /** By number of the link; these count as asked. */
  readonly asks: ReadonlyMap<number, readonly Ask[]>;
  /** Nobody has what is next of these, and it was waited for long enough: they go on from here. */
  readonly skips: readonly { readonly epoch: bigint; readonly to: number }[];
}

/** How plan learns what it needs to know. */
export interface Situation {
  readonly known: (epoch: bigint) => Known;
  readonly isUp: (link: number) => boolean;
  /** Whether something else is asked for over the link (mends.ts). Default never. */
  readonly isBusy?: (link: number) => boolean;
  readonly nowMs: number;
}

interface Lack {
  readonly offers: Map<number, Judged>;
  /** Since when nobody offers what is next; undefined while somebody does. */
  stuckSinceMs: number | undefined;
  /** It is not asked for before: the last answer brought nothing. */
  quietUntilMs: number;
}

/** What is to be asked for of an epoch. */
interface Missing extends Required<Pick<Situation, "isBusy" | "nowMs">> {
  readonly epoch: bigint;
  readonly lack: Lack;
  readonly next: number;
  /** What is here already. */
  readonly below: number;
}

/** What is asked for over one link. */
interface Request {
  readonly byMs: number;
  readonly asks: Map<bigint, NumberRange>;
  /** Epochs of which something came without its body, and is asked for elsewhere. */
  readonly emptied: Set<bigint>;
}

/**
 * Lacks: what neighbours have and this peer has not, and whom it is asked from.
 *
 *     offered ──► asked ── answered ──► the rest is asked for ──► nothing lacks
 *                   └── no answer within askMs: another neighbour is asked, if there is one
 *
 * Invariants
 * 1. At most one request is open on a link, and each number is in one request only: what arrives in time arrives once.
 * 2. An offer is remembered until it is of no use any more, or its link is gone: nobody repeats it.
 * 3. Who gave nothing when asked is asked again after all others: so whoever has it is asked for it in the end. And who
 *    gives nothing time and again keeps nobody waiting, whatever it claims to have.
 * 4. What a neighbour has without its body is asked from all others that offer it before it is taken so (hop-limit.ts).
 */
export class Lacks {
  readonly #limits: Limits;
  readonly #lacks = new Map<bigint, Lack>();
  readonly #requests = new Map<number, Request>();
  /** Nothing is due before; may be early, never late. */
  #nextMs = Infinity;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** When plan should be asked again, whatever happens. */
  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  /**
   * A neighbour has something that this peer lacks. Beyond offersMax the one who gave nothing when asked, or else who offers the
   * least, is forgotten.
   */
  offered(epoch: bigint, offer: Offer): void {
    const lack: Lack = this.#lacks.get(epoch) ?? { offers: new Map(), stuckSinceMs: undefined, quietUntilMs: 0 };
    this.#lacks.set(epoch, lack);
    lack.offers.set(offer.link, judged(lack.offers.get(offer.link), offer));
    if (lack.offers.size <= this.#limits.offersMax) return;
    const [least] = [...lack.offers.values()].sort(
      (a, b) => b.failedAtMs - a.failedAtMs || a.last - b.last || a.link - b.link,
    );
    if (least !== undefined) lack.offers.delete(least.link);
  }

  /**
   * The number that was asked for came over the link without its body.
   * @returns whether it is to be taken so; otherwise it is asked for elsewhere (invariant 4).
   */
  emptied(epoch: bigint, number: number, link: number): boolean {
    const offers = this.#lacks.get(epoch)?.offers;
    const from = offers?.get(link);
    if (offers === undefined || from === undefined) return true;
    from.emptiedTo = Math.max(from.emptiedTo, number);
    const isElsewhere = [...offers.values()].some(
      (offer) => number <= offer.last && offer.emptiedTo < number && isHoped(offer, number),
    );
    if (isElsewhere) this.#requests.get(link)?.emptied.add(epoch);
    return !isElsewhere;
  }

  /** Whether somebody offers anything of the epoch. */
  has(epoch: bigint): boolean {
    return this.#lacks.has(epoch);
  }

  /** Who offers something of the epoch. */
  offers(epoch: bigint): Iterable<Offer> {
    return this.#lacks.get(epoch)?.offers.values() ?? [];
  }

  /** Whether a request is open on the link. */
  isBusy(link: number): boolean {
    return this.#requests.has(link);
  }

  /** Whether somebody offers the number. */
  isOffered(epoch: bigint, number: number): boolean {
    for (const offer of this.#lacks.get(epoch)?.offers.values() ?? [])
      if (isHoped(offer, number) && number <= offer.last) return true;
    return false;
  }

  /** Whether the number is asked for over this link. */
  isAsked(epoch: bigint, number: number, link: number): boolean {
    const asked = this.#requests.get(link)?.asks.get(epoch);
    return asked !== undefined && asked.first <= number && number <= asked.last;
  }

  /**
   * The request that is open on the link was answered as far as it was.
   * @param epochs those that were dealt with; the others are asked for anew. @param next the lowest number missing of one.
   */
  answered(link: number, epochs: Iterable<bigint>, next: (epoch: bigint) => number, nowMs: number): void {
    const { asks, emptied } = this.#requests.get(link) ?? nothingAsked;
    this.#requests.delete(link);
    const dealtWith = new Set([...epochs].filter((epoch) => asks.has(epoch)));
    for (const [epoch, { first }] of asks) {
      const lack = this.#lacks.get(epoch);
      const isDealtWith = dealtWith.size === 0 || dealtWith.has(epoch);
      if (lack === undefined || !isDealtWith) continue;
      const gave = next(epoch) > first || emptied.has(epoch);
      judge(lack.offers.get(link), gave, nowMs);
      // The disk or a full link was in the way, or what is next is gone: it is tried again, but not at once.
      if (!gave) lack.quietUntilMs = nowMs + this.#limits.askMs;
    }
  }

  /** What to do now. */
  plan({ known, isUp, nowMs, isBusy = () => false }: Situation): Plan {
    const { askMs } = this.#limits;
    this.#closeRequests({ known, isUp, nowMs });
    const asks = new Map<number, Ask[]>();
    const skips: { epoch: bigint; to: number }[] = [];
    for (const [epoch, lack] of this.#lacks) {
      const { next: missing, lowestHeld } = known(epoch);
      for (const { link, last } of lack.offers.values()) if (last < missing || !isUp(link)) lack.offers.delete(link);
      if (lack.offers.size === 0) {
        this.#lacks.delete(epoch); // invariant 2
        continue;
      }
      const to = this.#stuck(lack, missing, nowMs);
      if (to !== undefined) skips.push({ epoch, to });
      const next = to ?? missing;
      if (this.#isOpen(epoch, next)) continue;
      // What is next may be here, and wait for something else; nobody tells when that has come.
      if (lowestHeld <= next) this.#lookAt(nowMs + askMs);
      else if (lack.quietUntilMs > nowMs) this.#lookAt(lack.quietUntilMs);
      else this.#ask({ epoch, lack, next, below: lowestHeld, isBusy, nowMs }, asks);
    }
    for (const [link, wanted] of asks) {
      const byMs = nowMs + askMs;
      const asked = new Map(wanted.map(({ epoch, ...range }) => [epoch, range]));
      this.#requests.set(link, { byMs, asks: asked, emptied: new Set() });
      this.#lookAt(byMs);
      for (const { epoch } of wanted) this.#askLast(epoch);
    }
    return { asks, skips };
  }

  /** Epochs take turns, as a request has room for few of many. */
  #askLast(epoch: bigint): void {
    const lack = this.#lacks.get(epoch);
    this.#lacks.delete(epoch);
    if (lack !== undefined) this.#lacks.set(epoch, lack);
  }

  #lookAt(atMs: number): void {
    this.#nextMs = Math.min(this.#nextMs, atMs);
  }

  /** Those that were not answered in time are open no more. */
  #closeRequests({ known, isUp, nowMs }: Situation): void {
    this.#nextMs = Infinity;
    for (const [link, { byMs, asks, emptied }] of this.#requests) {
      if (isUp(link) && byMs > nowMs) {
        this.#lookAt(byMs);
        continue;
      }
      this.#requests.delete(link);
      for (const [epoch, { first }] of asks)
        judge(this.#lacks.get(epoch)?.offers.get(link), known(epoch).next > first || emptied.has(epoch), nowMs);
    }
  }

  /** Where to go on, once nobody offered the next number for gapWaitMs. */
  #stuck(lack: Lack, next: number, nowMs: number): number | undefined {
    const offers = [...lack.offers.values()];
    const firsts = offers.map(({ first }) => first).filter((first) => first > next);
    if (firsts.length === 0 || offers.some((offer) => isHoped(offer, next))) {
      lack.stuckSinceMs = undefined;
      return undefined;
    }
    lack.stuckSinceMs ??= nowMs;
    const overMs = lack.stuckSinceMs + this.#limits.gapWaitMs;
    if (overMs <= nowMs) return Math.min(...firsts);
    this.#lookAt(overMs);
    return undefined;
  }

  #isOpen(epoch: bigint, next: number): boolean {
    for (const { asks } of this.#requests.values()) {
      const asked = asks.get(epoch);
      if (asked !== undefined && asked.last >= next) return true;
    }
    return false;
  }

  #ask({ epoch, lack, next, below, isBusy, nowMs }: Missing, asks: Map<number, Ask[]>): void {
    const roomOf = (link: number): number => {
      const taken = (asks.get(link) ?? []).reduce((sum, { first, last }) => sum + last - first + 1, 0);
      return this.#requests.has(link) || isBusy(link) ? 0 : this.#limits.answerCountMax - taken;
    };
    const all = [...lack.offers.values()].filter(({ first, last }) => first <= next && next <= last);
    const whole = all.filter(({ emptiedTo }) => emptiedTo < next);
    const offers = (whole.some((offer) => isHoped(offer, next)) ? whole : all) // invariant 4
      .sort((a, b) => a.failedAtMs - b.failedAtMs || b.last - a.last || a.link - b.link); // invariant 3
    const best = offers[0]?.failedAtMs;
    // Who is busy is waited for rather than that who gave nothing is asked again.
    const able = offers.find(({ link, failedAtMs }) => failedAtMs === best && roomOf(link) > 0);
    if (able === undefined) {
      // Nobody tells when those are through that something else is asked from.
      if (offers.length > 0) this.#lookAt(nowMs + this.#limits.askMs);
      return;
    }
    const last = Math.min(able.last, below - 1, next + roomOf(able.link) - 1);
    const wanted = asks.get(able.link) ?? [];
    wanted.push({ epoch, first: next, last });
    asks.set(able.link, wanted);
  }
}

const nothingAsked: Pick<Request, "asks" | "emptied"> = { asks: new Map(), emptied: new Set() };
