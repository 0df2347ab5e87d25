import { isLarge, isTable, nodesOf, branchPage, type PageNode } from "../../src/adapters/lmdb/page.ts";

const pageBytes = 4_096;
const noRoot = 0xffff_ffff_ffff_ffffn;

/** A page that the newest state of an lmdb file uses. */
export interface LivePage {
  /** The table that it belongs to; "" for the tree of all tables and that of free pages. */
  readonly table: string;
  readonly at: number;
  /** Its nodes; undefined for a page of a large value. */
  readonly nodes: readonly PageNode[] | undefined;
}

/** All such pages of a sound file: what lies on others, which earlier transactions left behind, concerns nobody. */
export function livePages(bytes: Buffer): readonly LivePage[] {
  const isSecond = bytes.readBigUInt64LE(pageBytes + 152) > bytes.readBigUInt64LE(152);
  const meta = isSecond ? pageBytes : 0;
  return [...treeAt(bytes, meta + 48), ...treeAt(bytes, meta + 96)];
}

function treeAt(bytes: Buffer, at: number, table = ""): readonly LivePage[] {
  const root = bytes.readBigUInt64LE(at + 40);
  return root === noRoot ? [] : pagesUnder(bytes, Number(root), table);
}

function pagesUnder(bytes: Buffer, number: number, table: string): readonly LivePage[] {
  const at = number * pageBytes;
  const page = bytes.subarray(at, at + pageBytes);
  const nodes = nodesOf(page);
  const isBranch = page.readUInt16LE(18) === branchPage;
  return [{ table, at, nodes }, ...nodes.flatMap((node) => below(bytes, { table, page, at, node, isBranch }))];
}

function below(
  bytes: Buffer,
  { table, page, at, node, isBranch }: { table: string; page: Buffer; at: number; node: PageNode; isBranch: boolean },
): readonly LivePage[] {
  if (isBranch) return pagesUnder(bytes, node.child, table);
  if (node.flags === isTable) return treeAt(bytes, at + node.valueAt, nameIn(page, node));
  if (node.flags !== isLarge) return [];
  const first = Number(page.readBigUInt64LE(node.valueAt));
  const pages = Math.ceil((node.valueBytes + 24) / pageBytes);
  return Array.from({ length: pages }, (_, index) => ({
    table,
    at: (first + index) * pageBytes,
    nodes: undefined,
  }));
}

/** A table's name ends with a zero byte. */
function nameIn(page: Buffer, { keyAt, keyEnd }: PageNode): string {
  return page.toString("latin1", keyAt, keyEnd - 1);
}
