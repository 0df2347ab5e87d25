import type { Frontiers, Held } from "../gen/e3/v1/link_pb.ts";
import { allTo, type Had } from "./frontier.ts";
import { rangesMax } from "./marks.ts";
import type { OpenRange } from "./ranges-of.ts";

/** What a neighbour says it has of an epoch. */
export interface Holding extends Had {
  /** The lowest that it can still give; number + 1 when none. */
  readonly first: number;
}

/** How it is said. */
export interface HeldInit {
  readonly epoch: bigint;
  readonly first: bigint;
  readonly number: bigint;
  readonly missing: { readonly first: bigint; readonly last: bigint }[];
}

/** Says it. */
export function heldInit(epoch: bigint, { first, number, missing }: Holding): HeldInit {
  const ranges = missing.map((range) => ({ first: BigInt(range.first), last: BigInt(range.last) }));
  return { epoch, first: BigInt(first), number: BigInt(number), missing: ranges };
}

/** What it says; undefined where that makes no sense. @param numberMax the highest that there can be. */
export function readHeld({ first, number, missing }: Held, numberMax: number): Holding | undefined {
  const holding = { ...allTo(Number(number)), first: Number(first) };
  const isAbsurd = holding.number > numberMax || holding.first < 1 || holding.number < 1;
  if (isAbsurd || holding.first > holding.number + 1 || missing.length > rangesMax) return undefined;
  const ranges: OpenRange[] = [];
  for (const range of missing) {
    const [from, to] = [Number(range.first), Number(range.last)];
    if (from > to || to > holding.number || from <= (ranges.at(-1)?.last ?? 0)) return undefined;
    ranges.push({ first: from, last: to });
  }
  return { ...holding, missing: ranges };
}

/** What makes sense of what it says, by epoch. @param reached how far this peer has got with an epoch. */
export function readAll(all: readonly Held[], reached: (epoch: bigint) => number): ReadonlyMap<bigint, Holding> {
  const read = new Map<bigint, Holding>();
  for (const held of all) {
    const holding = readHeld(held, reached(held.epoch) + aheadMax);
    if (holding !== undefined) read.set(held.epoch, holding);
  }
  return read;
}

/** Whether the frame says what there is: nothing at all is a list, too; an answer is none. */
export function isList({ held, wanted, answer, summary }: Frontiers): boolean {
  return !answer && (held.length > 0 || (wanted.length === 0 && summary === 0n));
}

/** In lists that have room for so many, where each takes one, and one for each range that is missing. At least one list. */
export function* listsOf(held: readonly HeldInit[], unitsMax: number): Generator<readonly HeldInit[]> {
  let [list, units]: [HeldInit[], number] = [[], 0];
  for (const each of held) {
    const more = 1 + each.missing.length;
    if (list.length > 0 && units + more > unitsMax) {
      yield list;
      [list, units] = [[], 0];
    }
    list.push(each);
    units += more;
  }
  yield list;
}

/** Further ahead of this peer than that nobody can be: who says so is not believed, or numbers would run out. */
const aheadMax = 2 ** 32;
