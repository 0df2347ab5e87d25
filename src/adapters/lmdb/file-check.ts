import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync } from "node:fs";
import { FileImage } from "./file-image.ts";
import type { Flaw } from "./flaw.ts";
import { metaAt, metaMagic, newestMeta } from "./meta-page.ts";
import { findRepair } from "./repair.ts";
import { Structure } from "./structure.ts";

const pageBytesMin = 512;
const pageBytesMax = 65_536;

/** Where the layout holds: little endian, 64 bits. */
const known: ReadonlySet<string> = new Set(["x64", "arm64"]);

/**
 * A look at the file before lmdb maps it. lmdb 3.5 takes all of it for granted, and has no sums: what is wrong there ends
 * the process (SIGSEGV, SIGBUS, SIGABRT), or has it serve, free and overwrite the wrong pages. So all pages but those of
 * large values are read once, which takes some 15 microseconds for each. A bit that was lost in what leads to records is
 * found by trying which one it was, and turned back; nothing is lost then. A record that lost a bit is for its own sums.
 *
 * A file that is absent or empty is fine. One that ends before its last page is filled up, as mapping it would else end
 * the process.
 *
 * @param names of the tables.
 * @returns what was mended, a sentence each; nothing as a rule.
 * @throws Error when the file is no lmdb file, or has lost more than a bit.
 */
export function checkFile(path: string, names: readonly string[]): readonly string[] {
  if (!known.has(process.arch)) return [];
  const file = openExisting(path);
  if (file === undefined) return [];
  try {
    return fstatSync(file).size === 0 ? [] : check(file, names);
  } finally {
    closeSync(file);
  }
}

function check(file: number, names: readonly string[]): readonly string[] {
  const image = new FileImage(file, pageBytesOf(file));
  const mended: string[] = [];
  const flaw = Structure.check(image, names);
  if (flaw !== undefined) {
    const repair = findRepair(image, flaw, names);
    if (repair === undefined && flaw.details.isHarmless !== true) throw new Error(beyondRepair(flaw));
    if (repair !== undefined) {
      image.save();
      fdatasyncSync(file);
      mended.push(`bit ${repair.bit} of byte ${repair.at} was wrong: ${flaw.message}`);
    }
  }
  const needed = (image.page(newestMeta(image)).readUIntLE(metaAt.last, 6) + 1) * image.pageBytes;
  // Sparse, so that it costs nothing where the last pages were given back before they were ever written.
  if (image.size < needed) ftruncateSync(file, needed);
  return mended;
}

function beyondRepair({ message, details }: Flaw): string {
  const restore = "restore it from a copy, or remove it";
  if (details.orElse !== undefined) return `the file cannot be read: ${message}; ${details.orElse}; else ${restore}`;
  return `the file is damaged beyond repair: ${message}; ${restore}`;
}

/** The page size that one of the meta pages states and that has the other one, or itself, where it should be. */
function pageBytesOf(file: number): number {
  for (let pageBytes = pageBytesMin; pageBytes <= pageBytesMax; pageBytes *= 2) {
    const stated = [0, pageBytes].filter((at) => readWord(file, at + metaAt.magic) === metaMagic);
    if (stated.some((at) => readWord(file, at + metaAt.pageBytes) === pageBytes)) return pageBytes;
  }
  throw new Error("the file is not an lmdb file, or its beginning is damaged");
}

function readWord(file: number, at: number): number | undefined {
  const word = Buffer.alloc(4);
  return readSync(file, word, 0, word.length, at) === word.length ? word.readUInt32LE(0) : undefined;
}

function openExisting(path: string): number | undefined {
  try {
    return openSync(path, constants.O_RDWR);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
