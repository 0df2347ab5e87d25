import type { FileImage } from "./file-image.ts";
import { Flaw, type Field, type FlawDetails } from "./flaw.ts";
import { FreePages } from "./free-pages.ts";
import { checkMetas, metaAt, missingTransaction, newestMeta, noRoot, rootAt, transactionOf } from "./meta-page.ts";
import {
  branchPage,
  isLarge,
  largePage,
  largeReferenceBytes,
  leafPage,
  nodeHeadBytes,
  nodesOf,
  leafFault,
  pageFault,
  headBytes,
  tableBytes,
  type PageNode,
} from "./page.ts";
import { compareBytes, compareNumbers, firstOutOfOrder, keyAgain, keyOf, type PageKey } from "./page-key.ts";
import { UsedPages } from "./used-pages.ts";

const depthMax = 32;
const newer = "if a newer e3 wrote it, nothing is damaged: start that one";

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

/** Keys between which those of a page must lie. */
interface Limits {
  readonly low: PageKey | undefined;
  readonly high: PageKey | undefined;
}

/** A node of a leaf, and the page that it lies on. */
interface EntryPlace {
  readonly node: PageNode;
  readonly page: Buffer;
  /** Of the page in the file. */
  readonly start: number;
  readonly records: FlawDetails["records"];
}

/** A page and what leads to it. */
interface Place {
  /** Where its number stands. */
  readonly field: Field;
  readonly number: number;
  /** 1 for a leaf. */
  readonly depth: number;
  readonly limits: Limits;
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
  readonly #used: UsedPages;
  readonly #free: FreePages;
  /** Where the numbers stand that lead to the pages of the list of free ones. */
  readonly #freeLeads: Field[] = [];
  #harmless: Flaw | undefined;

  private constructor(image: FileImage, names: readonly string[]) {
    this.#image = image;
    this.#names = names;
    this.#meta = newestMeta(image);
    this.#transaction = transactionOf(image.page(this.#meta));
    this.#last = this.#readLast();
    // The file may be shorter, when the last pages are free, but not by so much.
    const pagesMax = (2 * image.size) / image.pageBytes + 4_096;
    const isInside = (): boolean => this.#readLast() >= 1 && this.#readLast() <= pagesMax;
    if (!isInside())
      throw new Flaw("the last page is outside of the file", [this.#metaField(metaAt.last)], { isMended: isInside });
    this.#used = new UsedPages(this.#last, image.pageBytes);
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
    this.#tree({ name: "free pages", kind: "free", at: this.#metaField(metaAt.free).at });
    this.#tree({ name: "tables", kind: "main", at: this.#metaField(metaAt.main).at });
    const missing = missingTransaction(this.#image);
    if (missing !== undefined && missing.details.isHarmless !== true) throw missing;
    this.#harmless ??= missing;
    const wrong = this.#free.wrong((page) => this.#used.leadsTo(page));
    if (wrong !== undefined) {
      // Entries may be wrong, or the list be an older one, or end too early.
      const fields = [...wrong, ...this.#freeLeads, this.#metaField(metaAt.last)];
      throw new Flaw("the list of free pages has pages twice, or such as are in use", fields);
    }
    const isAll = (): boolean => this.#used.size + this.#free.size === this.#readLast() - 1;
    if (!isAll()) this.#note("pages are neither used nor free", this.#metaField(metaAt.last), isAll);
    return this.#harmless;
  }

  #tree(tree: Tree): void {
    const description = this.#image.bytes(tree.at, tableBytes);
    const depth = description.readUInt16LE(6);
    const root = description.readBigUInt64LE(rootAt);
    const isEmpty = root === noRoot;
    const isDeep = isEmpty ? depth === 0 : depth >= 1 && depth <= depthMax;
    const isPlain = tree.kind === "free" || description.readUIntLE(0, 6) === 0;
    if (!isDeep || !isPlain)
      throw new Flaw(`${tree.name} cannot be described so`, [{ at: tree.at, bytes: tableBytes }]);
    const counts: Counts = { branches: 0, leaves: 0, large: 0, entries: 0 };
    const field = { at: tree.at + rootAt, bytes: 8 };
    const limits = { low: undefined, high: undefined };
    if (!isEmpty) this.#page(tree, { field, number: Number(root), depth, limits }, counts);
    const wanted = [counts.branches, counts.leaves, counts.large, counts.entries];
    const areRight = (): boolean => {
      const seen = this.#image.bytes(tree.at, tableBytes);
      return wanted.every((count, index) => seen.readBigUInt64LE(8 + 8 * index) === BigInt(count));
    };
    if (!areRight()) this.#note(`${tree.name} is counted wrong`, { at: tree.at + 8, bytes: 32 }, areRight);
  }

  #page(tree: Tree, place: Place, counts: Counts): void {
    const { field, number, depth, limits } = place;
    this.#use(number, 1, { fields: [field] });
    if (tree.kind === "free") this.#freeLeads.push(field);
    const page = this.#image.page(number);
    const start = number * page.length;
    const kind = depth === 1 ? leafPage : branchPage;
    const faultOf = (seen: Buffer): string | undefined =>
      pageFault(seen, { number, kind, transaction: this.#transaction }) ??
      leafFault(seen, tree.kind, this.#transaction);
    const records = tree.kind === "table" && depth === 1 ? { table: tree.name, page: number, faultOf } : undefined;
    const fault = faultOf(page);
    if (fault !== undefined) this.#wrongPage(tree, { fault, field, number, records, faultOf });
    const nodes = nodesOf(page);
    this.#order(tree, { field, number, kind, limits, records, faultOf });
    if (depth > 1) counts.branches += 1;
    else counts.leaves += 1;
    for (const [index, node] of nodes.entries()) {
      if (depth === 1) this.#entry(tree, { node, page, start, records }, counts);
      else {
        const low = index === 0 ? limits.low : keyOf(node, page, start);
        const next = nodes[index + 1];
        const high = next === undefined ? limits.high : keyOf(next, page, start);
        const below = { field: { at: start + node.at, bytes: 6 }, number: node.child, depth: depth - 1 };
        this.#page(tree, { ...below, limits: { low, high } }, counts);
      }
    }
  }

  /** The page is wrong, or it is another one that should be here, or the tree is not so deep. */
  #wrongPage(
    tree: Tree,
    page: {
      readonly fault: string;
      readonly field: Field;
      readonly number: number;
      readonly records: FlawDetails["records"];
      readonly faultOf: (page: Buffer) => string | undefined;
    },
  ): never {
    const { fault, field, number, records, faultOf } = page;
    const image = this.#image;
    const leading = [...this.#used.leadsBy(field), { at: tree.at + 6, bytes: 2 }];
    // When what leads here is changed, only another look at the whole tells more.
    const isElsewhere = image.watch(leading);
    const isMended = (): boolean => isElsewhere() || faultOf(image.page(number)) === undefined;
    const whole = { at: number * image.pageBytes, bytes: image.pageBytes };
    throw new Flaw(`page ${number} ${fault}`, [...leading, whole], { records, isMended });
  }

  /** Invariants 1 and 2: a key is wrong, or it is another page that should be here. */
  #order(
    tree: Tree,
    place: {
      readonly field: Field;
      readonly number: number;
      readonly kind: number;
      readonly limits: Limits;
      readonly records: FlawDetails["records"];
      readonly faultOf: (page: Buffer) => string | undefined;
    },
  ): void {
    const { field, number, kind, limits, records, faultOf } = place;
    const compare = tree.kind === "free" ? compareNumbers : compareBytes;
    const start = number * this.#image.pageBytes;
    // Read anew each time, as a key may be what was changed.
    const find = (): readonly PageKey[] | undefined => {
      const page = this.#image.page(number);
      // The first key of a branch has no meaning.
      const nodes = kind === branchPage ? nodesOf(page).slice(1) : nodesOf(page);
      const low = limits.low && keyAgain(limits.low, this.#image);
      const high = limits.high && keyAgain(limits.high, this.#image);
      return firstOutOfOrder({ page, start, nodes, low, high, compare });
    };
    const keys = find();
    if (keys === undefined) return;
    const leading = this.#used.leadsBy(field);
    const isElsewhere = this.#image.watch(leading);
    const isMended = (): boolean =>
      isElsewhere() || (faultOf(this.#image.page(number)) === undefined && find() === undefined);
    const fields = [...keys.map((key) => key.field), ...leading];
    throw new Flaw(`page ${number} is out of order`, fields, { records, isMended });
  }

  #entry(tree: Tree, place: EntryPlace, counts: Counts): void {
    const { node, page, start } = place;
    counts.entries += 1;
    const at = node.flags === isLarge ? this.#large(place, counts) : start + node.valueAt;
    if (tree.kind === "free") this.#free.add(this.#image.bytes(at, node.valueBytes), at);
    if (tree.kind !== "main") return;
    const name = page.toString("latin1", node.keyAt, node.keyEnd).replace(/\0$/, "");
    if (!this.#names.includes(name))
      throw new Flaw(`a table is called ${JSON.stringify(name)}`, [keyOf(node, page, start).field], { orElse: newer });
    this.#tree({ name, kind: "table", at });
  }

  /** A value on pages of its own. @returns where it begins. */
  #large({ node, page, start, records }: EntryPlace, counts: Counts): number {
    const number = Number(page.readBigUInt64LE(node.valueAt));
    const transaction = page.readBigUInt64LE(node.valueAt + 8);
    const pages = Number(page.readBigUInt64LE(node.valueAt + 16));
    const reference = { at: start + node.valueAt, bytes: largeReferenceBytes };
    const length = { at: start + node.at, bytes: nodeHeadBytes };
    const needed = Math.floor((headBytes - 1 + node.valueBytes) / page.length) + 1;
    // It may have more, when a larger one was there before.
    if (pages < needed) throw new Flaw(`a value has ${pages} pages and needs ${needed}`, [reference, length]);
    // Two values may have changed places, for all that can be seen here: their sums tell.
    this.#use(number, pages, { fields: [reference, length], records });
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
  #use(
    number: number,
    count: number,
    { fields: [first, ...others], records }: { fields: readonly [Field, ...Field[]]; records?: FlawDetails["records"] },
  ): void {
    const leading = (): readonly Field[] => [...this.#used.leadsBy(first), ...others];
    if (!(number >= 2 && number + count - 1 <= this.#last))
      throw new Flaw(`page ${number} is outside of the file`, [...leading(), this.#metaField(metaAt.last)]);
    for (let page = number; page < number + count; page += 1) {
      const used = this.#used.leadsTo(page);
      if (used.length > 0) throw new Flaw(`page ${page} is used twice`, [...leading(), ...used], { records });
      this.#used.add(page, first.at);
    }
  }

  #note(message: string, field: Field, isMended: () => boolean): void {
    this.#harmless ??= new Flaw(message, [field], { isHarmless: true, isMended });
  }

  #readLast(): number {
    return Number(this.#image.page(this.#meta).readBigUInt64LE(metaAt.last));
  }

  #metaField(at: number): Field {
    return { at: this.#meta * this.#image.pageBytes + at, bytes: 8 };
  }
}
