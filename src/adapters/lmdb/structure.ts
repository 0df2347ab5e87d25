import type { FileImage } from "./file-image.ts";
import { FreePages } from "./free-pages.ts";
import { metaAt, metaBytes, metaFault, newestMeta, transactionOf } from "./meta-page.ts";
import {
  branchPage,
  isLarge,
  isTable,
  largePage,
  largeReferenceBytes,
  leafPage,
  nodesOf,
  pageFault,
  headBytes,
  tableBytes,
  type PageNode,
} from "./page.ts";

/** Bytes of the file in which a mistake may lie. */
export interface Field {
  readonly at: number;
  readonly bytes: number;
}

interface FlawDetails {
  readonly isHarmless?: boolean;
  readonly records?: Flaw["records"];
  readonly isMended?: () => boolean;
}

/** Something in a file that cannot be as it is. */
export class Flaw extends Error {
  /** Where the mistake may lie. */
  readonly fields: readonly Field[];
  /** lmdb can live with it. */
  readonly isHarmless: boolean;
  /** Tables and pages whose records tell whether a mended page is what it was. */
  readonly records: { readonly table: string; readonly page: number } | undefined;
  /** A glance that tells whether a change can be the right one; undefined when only another check can. */
  readonly isMended: (() => boolean) | undefined;

  constructor(message: string, fields: readonly Field[], more: FlawDetails = {}) {
    super(message);
    this.fields = fields;
    this.isHarmless = more.isHarmless ?? false;
    this.records = more.records;
    this.isMended = more.isMended;
  }
}

const noRoot = 0xffff_ffff_ffff_ffffn;
const freeKeyBytes = 8;
const depthMax = 32;

/** A tree of pages, and where in the file it is described. */
interface Tree {
  readonly name: string;
  readonly kind: "free" | "main" | "table";
  readonly at: number;
}

interface Counts {
  branches: number;
  leaves: number;
  large: number;
  entries: number;
}

/** Keys between which those of a page must lie, and where they stand. */
interface Limits {
  readonly low: Key | undefined;
  readonly high: Key | undefined;
}

interface Key {
  readonly bytes: Buffer;
  readonly field: Field;
}

/**
 * Structure: one look at everything in an lmdb file that leads to records, but not at the records. lmdb has no sums for
 * it, and takes it for granted: what is wrong there ends the process, or has lmdb serve and overwrite the wrong pages.
 *
 * Invariants of a sound file
 * 1. Each page is what its number and its place in a tree say, and full of nodes in the order of their keys.
 * 2. Keys below a branch lie between those beside it.
 * 3. No page is used twice, or used and free.
 * 4. Trees are counted right, all tables are there, and no page is neither used nor free.
 */
export class Structure {
  readonly #image: FileImage;
  readonly #names: readonly string[];
  readonly #meta: number;
  readonly #last: number;
  readonly #transaction: bigint;
  /** For each page that is in use, where the number stands that leads to it; 0 for others. */
  readonly #usedBy: Float64Array;
  readonly #free: FreePages;

  /**
   * @param names of the tables.
   * @throws Flaw when it is seen at a glance.
   */
  private constructor(image: FileImage, names: readonly string[]) {
    this.#image = image;
    this.#names = names;
    this.#meta = newestMeta(image);
    const meta = image.page(this.#meta);
    const metaStart = this.#meta * image.pageBytes;
    this.#transaction = transactionOf(meta);
    this.#last = Number(meta.readBigUInt64LE(metaAt.last));
    if (this.#last < 1 || (this.#last + 1) * image.pageBytes > image.size)
      throw new Flaw("the last page is outside of the file", [{ at: metaStart + metaAt.last, bytes: 8 }]);
    this.#usedBy = new Float64Array(this.#last + 1);
    this.#free = new FreePages(this.#last);
  }

  /** The first flaw that is found; one that lmdb can live with only when there is no other. */
  static check(image: FileImage, names: readonly string[]): Flaw | undefined {
    try {
      checkMetas(image);
      return new Structure(image, names).#check();
    } catch (error) {
      if (error instanceof Flaw) return error;
      throw error;
    }
  }

  #check(): Flaw | undefined {
    const start = this.#meta * this.#image.pageBytes;
    const harmless: Flaw[] = [];
    harmless.push(...this.#tree({ name: "free pages", kind: "free", at: start + metaAt.free }));
    harmless.push(...this.#tree({ name: "tables", kind: "main", at: start + metaAt.main }));
    const twice = this.#free.overlap((page) => this.#usedBy[page] ?? 0);
    if (twice !== undefined) throw new Flaw(`page ${twice.page} is used and free`, twice.fields);
    const used = this.#usedBy.reduce((sum, field) => sum + (field > 0 ? 1 : 0), 0);
    if (used + this.#free.size < this.#last - 1)
      harmless.push(
        new Flaw("pages are neither used nor free", [{ at: start + metaAt.last, bytes: 8 }], { isHarmless: true }),
      );
    return harmless[0];
  }

  /** @returns what is wrong with its description, if lmdb can live with it. */
  #tree(tree: Tree): readonly Flaw[] {
    const description = this.#image.bytes(tree.at, tableBytes);
    const depth = description.readUInt16LE(6);
    const root = description.readBigUInt64LE(40);
    const field = { at: tree.at, bytes: tableBytes };
    const isEmpty = root === noRoot;
    if (isEmpty ? depth > 0 : depth < 1 || depth > depthMax)
      throw new Flaw(`${tree.name} has an impossible depth`, [field]);
    if (tree.kind !== "free" && description.readBigUInt64LE(0) % 2n ** 48n !== 0n)
      throw new Flaw(`${tree.name} is of another kind`, [field]);
    const counts: Counts = { branches: 0, leaves: 0, large: 0, entries: 0 };
    const harmless: Flaw[] = [];
    if (!isEmpty) {
      const rootField = { at: tree.at + 40, bytes: 8 };
      harmless.push(
        ...this.#page(tree, {
          field: rootField,
          number: Number(root),
          depth,
          limits: { low: undefined, high: undefined },
          counts,
        }),
      );
    }
    const wanted = [counts.branches, counts.leaves, counts.large, counts.entries];
    if (wanted.some((count, index) => description.readBigUInt64LE(8 + 8 * index) !== BigInt(count)))
      harmless.push(new Flaw(`${tree.name} is counted wrong`, [{ at: tree.at + 8, bytes: 32 }], { isHarmless: true }));
    return harmless;
  }

  #page(
    tree: Tree,
    place: { field: Field; number: number; depth: number; limits: Limits; counts: Counts },
  ): readonly Flaw[] {
    const { field, number, depth, limits, counts } = place;
    this.#use(number, 1, field);
    const page = this.#image.page(number);
    const start = number * page.length;
    const records = tree.kind === "table" && depth === 1 ? { table: tree.name, page: number } : undefined;
    const wanted = { number, kind: depth === 1 ? leafPage : branchPage, transaction: this.#transaction } as const;
    const faultOf = (seen: Buffer): string | undefined => pageFault(seen, wanted) ?? leafFault(seen, tree.kind, depth);
    const fault = faultOf(page);
    if (fault !== undefined) this.#wrongPage(`page ${number} ${fault}`, { field, number, records, faultOf });
    const nodes = nodesOf(page);
    const keys = nodes.map(({ keyAt, keyEnd }) => ({
      bytes: page.subarray(keyAt, keyEnd),
      field: { at: start + keyAt, bytes: keyEnd - keyAt },
    }));
    // The first key of a branch has no meaning.
    const compared = depth > 1 ? keys.slice(1) : keys;
    this.#order(tree, number, { keys: compared, limits, records });
    if (depth > 1) counts.branches += 1;
    else counts.leaves += 1;
    return nodes.flatMap((node, index) => {
      if (depth === 1) return this.#entry(tree, { node, page, start, counts });
      const below = { low: index === 0 ? limits.low : keys[index], high: keys[index + 1] ?? limits.high };
      const childField = { at: start + node.at, bytes: 6 };
      return this.#page(tree, { field: childField, number: node.child, depth: depth - 1, limits: below, counts });
    });
  }

  /** The page is wrong, or it is another one that should be here. */
  #wrongPage(
    message: string,
    page: { field: Field; number: number; records: Flaw["records"]; faultOf: (page: Buffer) => string | undefined },
  ): never {
    const { field, number, records, faultOf } = page;
    const image = this.#image;
    const whole = { at: number * image.pageBytes, bytes: image.pageBytes };
    // What leads here is read anew, as it may be what was changed.
    const isMended = (): boolean => {
      const target =
        field.bytes === 8
          ? Number(image.bytes(field.at, 8).readBigUInt64LE(0))
          : image.bytes(field.at, 6).readUIntLE(0, 6);
      return target <= this.#last && (target !== number || faultOf(image.page(number)) === undefined);
    };
    throw new Flaw(message, [field, whole], { records, isMended });
  }

  /** Invariants 1 and 2. */
  #order(
    tree: Tree,
    number: number,
    { keys, limits, records }: { keys: readonly Key[]; limits: Limits; records: Flaw["records"] },
  ): void {
    const compare = tree.kind === "free" ? compareNumbers : Buffer.compare;
    let before = limits.low;
    for (const [index, key] of keys.entries()) {
      const order = before === undefined ? -1 : compare(before.bytes, key.bytes);
      // The key beside a branch may be the first one below it.
      if (before !== undefined && (order > 0 || (order === 0 && index > 0)))
        throw new Flaw(`page ${number} is out of order`, [key.field, before.field], { records });
      before = key;
    }
    const last = keys.at(-1);
    if (last !== undefined && limits.high !== undefined && compare(last.bytes, limits.high.bytes) >= 0)
      throw new Flaw(`page ${number} has keys of the next`, [last.field, limits.high.field], { records });
  }

  #entry(
    tree: Tree,
    { node, page, start, counts }: { node: PageNode; page: Buffer; start: number; counts: Counts },
  ): readonly Flaw[] {
    counts.entries += 1;
    const value = { at: start + node.valueAt, bytes: node.valueBytes };
    const at = node.flags === isLarge ? this.#large(node, page, start, counts) : value.at;
    if (tree.kind === "free") this.#free.add(this.#image.bytes(at, node.valueBytes), at);
    if (tree.kind !== "main") return [];
    const name = page.toString("latin1", node.keyAt, node.keyEnd).replace(/\0$/, "");
    if (!this.#names.includes(name) && this.#names.some((known) => isNear(known, name)))
      throw new Flaw(`a table is called ${JSON.stringify(name)}`, [
        { at: start + node.keyAt, bytes: node.keyEnd - node.keyAt },
      ]);
    return this.#tree({ name, kind: "table", at });
  }

  /** A value on pages of its own. @returns where it begins. */
  #large(node: PageNode, page: Buffer, start: number, counts: Counts): number {
    const number = Number(page.readBigUInt64LE(node.valueAt));
    const transaction = page.readBigUInt64LE(node.valueAt + 8);
    const pages = Number(page.readBigUInt64LE(node.valueAt + 16));
    const reference = { at: start + node.valueAt, bytes: largeReferenceBytes };
    const length = { at: start + node.at, bytes: 4 };
    const needed = Math.floor((headBytes - 1 + node.valueBytes) / page.length) + 1;
    if (pages !== needed) throw new Flaw(`a value has ${pages} pages and needs ${needed}`, [reference, length]);
    this.#use(number, pages, reference);
    const head = this.#image.page(number);
    const isSound =
      head.readBigUInt64LE(0) === BigInt(number) &&
      head.readBigUInt64LE(8) === transaction &&
      transaction <= this.#transaction &&
      head.readUInt32LE(16) === largePage << 16 &&
      head.readUInt32LE(20) === pages;
    const headField = { at: number * page.length, bytes: headBytes };
    if (!isSound)
      throw new Flaw(`page ${number} does not begin the value that it should`, [headField, reference, length]);
    counts.large += pages;
    return number * page.length + headBytes;
  }

  /** Invariant 3. */
  #use(number: number, count: number, field: Field): void {
    if (!(number >= 2 && number + count - 1 <= this.#last))
      throw new Flaw(`page ${number} is outside of the file`, [field]);
    for (let page = number; page < number + count; page += 1) {
      const other = this.#usedBy[page] ?? 0;
      if (other > 0) throw new Flaw(`page ${page} is used twice`, [field, { at: other, bytes: 8 }]);
      this.#usedBy[page] = field.at;
    }
  }
}

/** What holds for the leaves of the file's own trees: lmdb knows the length of all that it keeps there. */
function leafFault(page: Buffer, kind: Tree["kind"], depth: number): string | undefined {
  if (depth > 1) return undefined;
  const nodes = nodesOf(page);
  switch (kind) {
    case "free":
      return nodes.every(({ keyAt, keyEnd, flags }) => keyEnd - keyAt === freeKeyBytes && flags <= isLarge)
        ? undefined
        : "is no list of free pages";
    case "main":
      return nodes.every(({ flags, valueBytes }) => flags === isTable && valueBytes === tableBytes)
        ? undefined
        : "is no list of tables";
    case "table":
      return nodes.every(({ flags }) => flags <= isLarge) ? undefined : "has a table within a table";
  }
}

/** Both, and how they stand to each other: transactions write them in turn. */
function checkMetas(image: FileImage): void {
  const pages = [image.page(0), image.page(1)] as const;
  for (const [number, page] of pages.entries()) {
    const fault = metaFault(page, number, image.pageBytes);
    if (fault !== undefined)
      throw new Flaw(`meta page ${number} ${fault}`, [{ at: number * image.pageBytes, bytes: metaBytes }]);
  }
  const [even, odd] = [transactionOf(pages[0]), transactionOf(pages[1])];
  const isFresh = even === 0n && odd === 0n;
  const isInTurn = even % 2n === 0n && odd % 2n === 1n && (even - odd === 1n || odd - even === 1n);
  if (isFresh || isInTurn) return;
  const fields = [0, 1].map((number) => ({ at: number * image.pageBytes + metaAt.transaction, bytes: 8 }));
  throw new Flaw("the meta pages are not of transactions in a row", fields);
}

function compareNumbers(a: Buffer, b: Buffer): number {
  return Number(a.readBigUInt64LE(0) - b.readBigUInt64LE(0));
}

/** They differ in one bit. */
function isNear(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let bits = 0;
  for (let index = 0; index < a.length; index += 1) {
    for (let rest = a.charCodeAt(index) ^ b.charCodeAt(index); rest > 0; rest &= rest - 1) bits += 1;
  }
  return bits === 1;
}
