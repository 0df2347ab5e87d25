import { tables } from "../../core/store-op.ts";
import type { FileImage } from "./file-image.ts";
import { headBytes, isLarge, nodesOf } from "./page.ts";
import type { Flaw, FlawDetails } from "./flaw.ts";
import { decodeRecord } from "./record.ts";
import { Structure } from "./structure.ts";

/** Whole looks at the file that the search for a mistake may cost. */
const looksMax = 4_096;

/** The bit that was wrong. */
export interface Repair {
  /** Byte of the file. */
  readonly at: number;
  readonly bit: number;
}

/**
 * Looks for the one bit that explains a flaw: turned over, the file is sound. Where records lie beside it, their sums
 * decide between several such bits; if none satisfies them, a record is damaged as well, which reading it will show.
 *
 * @returns undefined when there is none, for more than a bit was lost; the image is as before then, and else has the change.
 */
export function findRepair(image: FileImage, flaw: Flaw, names: readonly string[]): Repair | undefined {
  let likely: Repair | undefined;
  for (const repair of repairsOf(image, flaw, names)) {
    if (areSound(image, flaw.details.records)) return repair;
    likely ??= repair;
  }
  if (likely !== undefined) image.flip(likely.at, likely.bit);
  return likely;
}

/** Bits after whose turning the structure has no flaw; turned while they are looked at, and back afterwards. */
function* repairsOf(image: FileImage, flaw: Flaw, names: readonly string[]): Generator<Repair, void> {
  let looks = 0;
  for (const repair of candidatesOf(flaw)) {
    if (looks >= looksMax) return;
    image.flip(repair.at, repair.bit);
    if (flaw.details.isMended?.() !== false) {
      looks += 1;
      if (Structure.check(image, names) === undefined) yield repair;
    }
    image.flip(repair.at, repair.bit);
  }
}

function* candidatesOf({ fields }: Flaw): Generator<Repair, void> {
  for (const { at, bytes } of fields) {
    for (let bit = 0; bit < bytes * 8; bit += 1) yield { at: at + (bit >> 3), bit: bit & 7 };
  }
}

/** The records of a page match their sums as they are: with a bit mended in each, more than one change would seem right. */
function areSound(image: FileImage, where: FlawDetails["records"]): boolean {
  const table = tables.find((name) => name === where?.table);
  if (where === undefined || table === undefined) return true;
  const page = image.page(where.page);
  // Then it was another page that should have been there.
  if (where.faultOf(page) !== undefined) return true;
  return nodesOf(page).every(({ flags, keyAt, keyEnd, valueAt, valueBytes }) => {
    const key = page.subarray(keyAt, keyEnd);
    const record =
      flags === isLarge
        ? image.bytes(Number(page.readBigUInt64LE(valueAt)) * image.pageBytes + headBytes, valueBytes)
        : page.subarray(valueAt, valueAt + valueBytes);
    return decodeRecord(table, key, record) !== undefined;
  });
}
