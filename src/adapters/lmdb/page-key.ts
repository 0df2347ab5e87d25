import type { Field } from "./flaw.ts";
import type { FileImage } from "./file-image.ts";
import { nodeHeadBytes, type PageNode } from "./page.ts";

/** Where a key lies in its page. */
export type KeyPlace = Pick<PageNode, "keyAt" | "keyEnd">;

/** A key, and where its node stands in the file: the head, which has its length, and the key. */
export interface PageKey {
  readonly bytes: Buffer;
  readonly field: Field;
}

/** Which of two keys is the lower one, as the tree has it: less than 0 for the first. */
export type CompareKeys = (a: Buffer, inA: KeyPlace, b: Buffer, inB: KeyPlace) => number;

/** The key of a node. @param start of the page in the file. */
export function keyOf({ at, keyAt, keyEnd }: PageNode, page: Buffer, start: number): PageKey {
  return { bytes: page.subarray(keyAt, keyEnd), field: { at: start + at, bytes: keyEnd - at } };
}

/** The key as it is now. */
export function keyAgain({ field }: PageKey, image: FileImage): PageKey {
  const length = image.bytes(field.at, nodeHeadBytes).readUInt16LE(6);
  return { field, bytes: image.bytes(field.at + nodeHeadBytes, length) };
}

function wholeOf({ bytes }: PageKey): KeyPlace {
  return { keyAt: 0, keyEnd: bytes.length };
}

/** The order of the keys of all tables. */
export const compareBytes: CompareKeys = (a, inA, b, inB) => a.compare(b, inB.keyAt, inB.keyEnd, inA.keyAt, inA.keyEnd);

/** The order of the tree of free pages: its keys are numbers of transactions, kept as the machine has them. */
export const compareNumbers: CompareKeys = (a, inA, b, inB) =>
  Number(a.readBigUInt64LE(inA.keyAt) - b.readBigUInt64LE(inB.keyAt));

/** The keys of a page, and those between which they must lie. */
interface PageKeys {
  readonly page: Buffer;
  /** Of the page in the file. */
  readonly start: number;
  readonly nodes: readonly PageNode[];
  readonly low: PageKey | undefined;
  readonly high: PageKey | undefined;
  readonly compare: CompareKeys;
}

/** The first two keys of which the lower one does not come first; undefined when there are none. */
export function firstOutOfOrder({ page, start, nodes, low, high, compare }: PageKeys): readonly PageKey[] | undefined {
  const [first, last] = [nodes[0], nodes.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  for (let index = 1; index < nodes.length; index += 1) {
    const [before, node] = [nodes[index - 1], nodes[index]];
    if (before !== undefined && node !== undefined && compare(page, before, page, node) >= 0)
      return [keyOf(node, page, start), keyOf(before, page, start)];
  }
  // The key beside a branch may be the first one below it.
  if (low !== undefined && compare(low.bytes, wholeOf(low), page, first) > 0) return [keyOf(first, page, start), low];
  if (high !== undefined && compare(page, last, high.bytes, wholeOf(high)) >= 0)
    return [keyOf(last, page, start), high];
  return undefined;
}
