import { encodeBundle } from "./body.ts";
import { bodiesOf, countIn } from "./bundle.ts";
import { readHeader, writeEnvelope, type Header } from "./header.ts";
import type { NumberRange } from "./number-range.ts";
import { addRange, type OpenRange } from "./ranges-of.ts";
import type { Sized } from "./run.ts";
import { sameBytes } from "./same-bytes.ts";

/** An envelope as a custodian reads it: for one target, with one message or several that follow one another. */
export interface Mail {
  readonly envelope: Uint8Array;
  readonly header: Header;
  readonly target: bigint;
  readonly numbers: NumberRange;
}

/**
 * Mail that is kept. It is kept, written and handed over whole, however many messages it has: to take strangers' bundles
 * apart would make a million records of a frame. Where its origin bound it, it is dropped whole, too; else the rest is kept
 * without what is done with (without).
 */
export interface Kept extends Sized {
  readonly envelope: Uint8Array;
  /** Number of the first message. */
  readonly first: number;
  readonly count: number;
  readonly expiresAtMs: number;
  /** How many of its messages are still needed. */
  left: number;
  /**
   * Which are not, while others are: 1 for each. Only where its origin bound it, and in memory alone: a later life hands over
   * the whole, and its target, which no other can be, knows.
   */
  done: Uint8Array | undefined;
}

/**
 * Reads an envelope that is offered, or was kept; undefined when nobody could ever hand it on, or take it, or it has more
 * messages than max.
 */
export function readMail(envelope: Uint8Array, header: Header, max: number): Mail | undefined {
  const target = header.destinations[0];
  const count = countIn(envelope, header, max);
  if (target === undefined || count === 0) return undefined;
  return { envelope, header, target, numbers: { first: header.number, last: header.number + (count - 1) } };
}

/** What is kept of the mail: a copy of it. */
export function keep({ envelope, numbers: { first, last } }: Mail, expiresAtMs: number): Kept {
  const count = last - first + 1;
  const copy = new Uint8Array(envelope);
  return { envelope: copy, bytes: copy.length, first, count, expiresAtMs, left: count, done: undefined };
}

/** The numbers that both have; undefined when there are none. */
export function overlap({ first, count }: Kept, range: NumberRange): NumberRange | undefined {
  const both = { first: Math.max(first, range.first), last: Math.min(first + count - 1, range.last) };
  return both.first <= both.last ? both : undefined;
}

/** Messages in the range are not needed any more. @returns whether any other is. */
export function finish(kept: Kept, range: NumberRange): boolean {
  const both = overlap(kept, range);
  if (both === undefined) return true;
  if (both.last - both.first + 1 === kept.count) return false;
  kept.done ??= new Uint8Array(kept.count);
  for (let index = both.first - kept.first; index <= both.last - kept.first; index += 1) {
    if (kept.done[index] === 1) continue;
    kept.done[index] = 1;
    kept.left -= 1;
  }
  return kept.left > 0;
}

/** What is left without the messages in these ranges: those that follow one another share an envelope. */
export function without(one: Kept, ranges: readonly NumberRange[]): readonly Kept[] {
  // Nearly always nothing is, which can be told without taking it apart.
  if (ranges.some(({ first, last }) => first <= one.first && one.first + one.count - 1 <= last)) return [];
  const header = readHeader(one.envelope, 1);
  const bodies = typeof header === "string" ? header : bodiesOf(one.envelope, header);
  if (typeof header === "string" || typeof bodies === "string") return [one]; // It was read before it was kept.
  const runs: { readonly number: number; readonly bodies: Uint8Array[] }[] = [];
  for (const [index, body] of bodies.entries()) {
    const number = one.first + index;
    if (ranges.some(({ first, last }) => first <= number && number <= last)) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.number + run.bodies.length === number) run.bodies.push(body);
    else runs.push({ number, bodies: [body] });
  }
  return runs.map(({ number, bodies: left }) => {
    const [first = none] = left;
    const envelope = writeEnvelope({ ...header, number }, left.length === 1 ? first : encodeBundle(left));
    const count = left.length;
    return {
      envelope,
      bytes: envelope.length,
      first: number,
      count,
      expiresAtMs: one.expiresAtMs,
      left: count,
      done: undefined,
    };
  });
}

const none = new Uint8Array(0);

/** Messages in the range are needed, whatever was said of them before. */
export function reopen(kept: Kept, range: NumberRange): void {
  const both = overlap(kept, range);
  if (both === undefined || kept.done === undefined) return;
  for (let index = both.first - kept.first; index <= both.last - kept.first; index += 1) {
    if (kept.done[index] === 0) continue;
    kept.done[index] = 0;
    kept.left += 1;
  }
}

/** The numbers whose messages are the same in both, byte for byte. @param bodies those of the mail (bundle.ts). */
export function alike(kept: Kept, mail: Mail, bodies: readonly Uint8Array[]): readonly NumberRange[] {
  const both = overlap(kept, mail.numbers);
  const header = readHeader(kept.envelope, 1);
  const own = typeof header === "string" ? header : bodiesOf(kept.envelope, header);
  if (both === undefined || typeof own === "string") return [];
  const ranges: OpenRange[] = [];
  for (let number = both.first; number <= both.last; number += 1) {
    const [a, b] = [own[number - kept.first], bodies[number - mail.numbers.first]];
    if (a !== undefined && b !== undefined && sameBytes(a, b)) addRange(ranges, number, number);
  }
  return ranges;
}

/** Whether nothing of it would be needed any more without the messages in these ranges. */
export function isCovered({ first, count, done }: Kept, ranges: readonly NumberRange[]): boolean {
  const covered = new Uint8Array(count);
  for (const range of ranges) covered.fill(1, Math.max(0, range.first - first), Math.max(0, range.last - first + 1));
  return covered.every((is, index) => is === 1 || done?.[index] === 1);
}
