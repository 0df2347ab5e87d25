import type { NumberRange } from "./number-range.ts";

/** What a neighbour says it can give of an epoch: numbers first to last. */
export interface Offer extends NumberRange {
  /** Number of the link with it. */
  readonly link: number;
  /** What of that it never had, ascending. Default nothing. */
  readonly missing?: readonly NumberRange[];
}

/** An offer, and what came of asking for it. */
export interface Judged extends NumberRange {
  readonly link: number;
  /** How many of those below first the neighbour never had. */
  readonly lacked: number;
  /** When the neighbour was last asked and gave nothing; before all time where it gave something since, or was not asked. */
  failedAtMs: number;
  /** How often that was so, one after the other. */
  failures: number;
  /** The highest number that the neighbour has without its body alone, as far as it was asked; 0 for none. */
  emptiedTo: number;
}

/** The offer, with what is known of the one before over the same link. */
export function judged(before: Judged | undefined, { link, first, last, missing = [] }: Offer): Judged {
  // Asked for what it lacks in between, it says from where on it can give; in general it says what it begins with.
  const from = before === undefined ? first : Math.max(before.first, first);
  const isNew = before === undefined || countBelow(missing, before.first) < before.lacked;
  // Who got some of what it lacked begins there again. That it gave nothing stands: or who says now this, now that, would be
  // waited for for ever.
  if (isNew) return { ...fresh, ...before, link, first, last, lacked: countBelow(missing, first) };
  return { ...before, first: from, last, lacked: countBelow(missing, from) };
}

/** Notes whether a neighbour gave something when it was asked. */
export function judge(offer: Judged | undefined, gave: boolean, nowMs: number): void {
  if (offer === undefined) return;
  offer.failedAtMs = gave ? never : nowMs;
  offer.failures = gave ? 0 : offer.failures + 1;
}

/** Whether it may still give the number, which is not above its last. */
export function isHoped({ first, failures }: Judged, number: number): boolean {
  return first <= number && failures < failuresMax;
}

function countBelow(ranges: readonly NumberRange[], number: number): number {
  return ranges.reduce((sum, { first, last }) => sum + Math.max(0, Math.min(last, number - 1) - first + 1), 0);
}

const never = -1;
/** What is known of an offer that is new. */
const fresh = { failedAtMs: never, failures: 0, emptiedTo: 0 } as const;
/** Times that a neighbour may give nothing, one after the other, before it is no longer waited for. */
const failuresMax = 3;
