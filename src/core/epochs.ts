import { everyone } from "./everyone.ts";
import { Frontier, hadOf, type Had } from "./frontier.ts";
import type { Inbox } from "./inbox.ts";
import type { Limits } from "./limits.ts";
import type { SpreadLog } from "./spread-log.ts";
import type { SpreadOwn } from "./spread-own.ts";

interface Parts {
  readonly inbox: Pick<Inbox, "conversations" | "standing">;
  readonly log: Pick<SpreadLog, "first" | "size">;
  readonly own: Pick<SpreadOwn, "isOwn">;
  readonly limits: Limits;
}

/**
 * Epochs: those of whose messages for everyone a peer keeps count, for as many as there is room for.
 *
 *     heard of ──► something of it is durable ──► silent for longer than the others, and nothing of it kept ──► forgotten
 *
 * Invariants
 * 1. Bounded. What is kept is bounded by less (spreadCountMax), so there is mostly one to forget.
 * 2. What is forgotten here is not shown again: the inbox knows how far it was.
 */
export class Epochs {
  readonly #parts: Parts;
  /** Those of which something was had, or gone on without; the one that went on last comes last. */
  readonly #frontier = new Frontier();
  /** Those of which neighbours have something, and this peer has nothing yet. */
  readonly #heard = new Set<bigint>();
  /** Where the next one to forget is looked for: nobody is looked at again before all others were. */
  #hand = this.#frontier.epochs();
  /** How often one of them went on since that began at the first. */
  #raised = 0;
  /** How much was kept when all were looked at, and none was to be forgotten; undefined where one may be. */
  #fullWith: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const all = [...parts.inbox.conversations()].filter(({ conversation }) => conversation === everyone);
    // Who spoke last does so by a later time than the others.
    for (const { epoch, standing } of all.toSorted((a, b) => a.lamport - b.lamport)) this.raise(epoch, hadOf(standing));
  }

  /** A sum over all that was had. */
  get summary(): bigint {
    return this.#frontier.summary;
  }

  /** Whether the beginning of some epoch is missing, of which the sum does not tell. */
  get lacksBeginnings(): boolean {
    return this.#frontier.lacksBeginnings;
  }

  /** How many are counted of which there was something. */
  get size(): number {
    return this.#frontier.size;
  }

  /** Those of which there was something. */
  counted(): MapIterator<bigint> {
    return this.#frontier.epochs();
  }

  /** How far this peer has got with it, counted or not. */
  had(epoch: bigint): Had {
    const { inbox } = this.#parts;
    const had = this.#frontier.had(epoch);
    const standing = had.number > 0 ? undefined : inbox.standing(epoch, everyone);
    return standing === undefined ? had : hadOf(standing); // invariant 2
  }

  /** The number reached; 0 for none. */
  reached(epoch: bigint): number {
    return this.had(epoch).number;
  }

  /** Those that are counted no more, of which a neighbour can still give what this peer had. */
  forgotten(told: ReadonlyMap<bigint, { readonly first: number }>): readonly bigint[] {
    return [...told].flatMap(([epoch, { first }]) =>
      this.#frontier.get(epoch) === 0 && first <= this.reached(epoch) ? [epoch] : [],
    );
  }

  /** Whether it is one of those that are counted, from now on if not before: of more nothing is taken. */
  admits(epoch: bigint): boolean {
    if (this.#frontier.get(epoch) > 0 || this.#heard.has(epoch)) return true;
    if (!this.#hasRoom()) return false;
    this.#heard.add(epoch);
    return true;
  }

  /** So much of it is durable. @returns whether that is news. */
  raise(epoch: bigint, had: Had): boolean {
    if (had.number > 0) this.#heard.delete(epoch);
    if (!this.#frontier.raise(epoch, had)) return false;
    this.#fullWith = undefined;
    this.#raised += 1;
    // Where it stands still, all that went on since would be held in memory for it.
    if (this.#raised > this.#frontier.size) this.#lookAnew();
    while (this.#count > this.#parts.limits.spreadEpochsMax) if (!this.#forgetOne()) break;
    return true;
  }

  /** Of what was only heard of those stay that somebody still offers. */
  tidy(isOffered: (epoch: bigint) => boolean): void {
    for (const epoch of this.#heard) if (!isOffered(epoch)) this.#heard.delete(epoch);
    this.#fullWith = undefined;
  }

  get #count(): number {
    return this.#frontier.size + this.#heard.size;
  }

  #hasRoom(): boolean {
    const { limits, log } = this.#parts;
    if (this.#count < limits.spreadEpochsMax) return true;
    // Of whom nothing is kept any more may be forgotten since.
    if (this.#fullWith === log.size) return false;
    this.#fullWith = this.#forgetOne() ? undefined : log.size;
    return this.#fullWith === undefined;
  }

  #forgetOne(): boolean {
    const { log, own } = this.#parts;
    for (let left = this.#frontier.size; left >= 0; left -= 1) {
      const next = this.#hand.next();
      if (next.done === true) this.#lookAnew();
      else if (log.first(next.value) === undefined && !own.isOwn(next.value)) {
        this.#frontier.forget(next.value);
        return true;
      }
    }
    return false;
  }

  #lookAnew(): void {
    this.#hand = this.#frontier.epochs();
    this.#raised = 0;
  }
}
