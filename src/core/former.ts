import { bodiesOf } from "./bundle.ts";
import { alike, isCovered, reopen, type Kept, type Mail } from "./kept.ts";
import type { NumberRange } from "./number-range.ts";
import { touching, type Shelf } from "./shelf.ts";

/** Mail that is kept as its origin sent it before it was bound, or after, and the numbers of which the other copy is here. */
export interface Former {
  readonly shelf: Shelf;
  readonly kept: Kept;
  readonly ranges: readonly NumberRange[];
  /** Nothing else in it is needed. */
  readonly goes: boolean;
}

/** The numbers of which a bound copy is kept; whoever offers them needs them. */
export function needed({ kept: one, ranges }: Former): readonly NumberRange[] {
  for (const range of ranges) reopen(one, range);
  return ranges;
}

/** What is the same, byte for byte, in the mail and on the shelf of its other copies. */
export function formerOf(shelf: Shelf, mail: Mail): readonly Former[] {
  const touched = [...touching(shelf, mail.numbers)];
  const bodies = touched.length === 0 ? "" : bodiesOf(mail.envelope, mail.header);
  if (typeof bodies === "string") return [];
  return touched.map((one) => {
    const ranges = alike(one, mail, bodies);
    return { shelf, kept: one, ranges, goes: isCovered(one, ranges) };
  });
}
