import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newestMeta } from "../../../src/adapters/lmdb/meta-page.ts";
import { branchPage, leafPage, nodesOf } from "../../../src/adapters/lmdb/page.ts";
import { findRepair } from "../../../src/adapters/lmdb/repair.ts";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { Structure } from "../../../src/adapters/lmdb/structure.ts";
import { tables } from "../../../src/core/store-op.ts";
import { temporaryDirectories } from "../temporary.ts";
import { makeStore, names, pageBytes, withImage } from "./pages.ts";

const makeDirectory = temporaryDirectories();

/** Bytes of the file that lead to records: of the meta pages, page heads, offsets, node heads, and names of tables. */
function structureOf(path: string): readonly number[] {
  return withImage(path, (image) => {
    const places: number[] = range(0, 168).flatMap((at) => [at, pageBytes + at]);
    const last = image.page(newestMeta(image)).readUInt32LE(144);
    for (let number = 2; number <= last; number += 1) {
      const page = image.page(number);
      const kind = page.readUInt16LE(18);
      if (kind !== branchPage && kind !== leafPage) continue;
      const count = page.readUInt16LE(20);
      places.push(...range(0, 24 + count).map((at) => number * pageBytes + at));
      for (const { at, flags, keyEnd } of nodesOf(page))
        places.push(...range(at, flags === 2 ? keyEnd : at + 8).map((byte) => number * pageBytes + byte));
    }
    return places;
  });
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

test("a bit lost in what leads to records is found and turned back, or does no harm to the structure", async () => {
  const path = await makeStore(await makeDirectory(), 4);
  const places = structureOf(path);
  let repaired = 0;
  // Every place would take minutes; a step that has no factor in common with anything meets all kinds.
  for (let index = 0; index < places.length * 8; index += 1_997) {
    const wrong = { at: places[index >> 3] ?? 0, bit: index & 7 };
    withImage(path, (image) => {
      image.flip(wrong.at, wrong.bit);
      const flaw = Structure.check(image, names);
      if (flaw === undefined) return;
      expect(findRepair(image, flaw, names), `bit ${wrong.bit} of byte ${wrong.at}: ${flaw.message}`).toEqual(wrong);
      expect(Structure.check(image, names)).toBeUndefined();
      repaired += 1;
    });
  }
  expect(repaired).toBeGreaterThan(8);
});

test("two lost bits are not explained by one, and nothing is changed then", async () => {
  const path = await makeStore(await makeDirectory(), 2);
  withImage(path, (image) => {
    const number = image.page(newestMeta(image)).readUInt32LE(136);
    image.flip(number * pageBytes + 18, 0);
    image.flip(number * pageBytes + 22, 3);
    const before = Buffer.from(image.page(number));
    const flaw = Structure.check(image, names);
    if (flaw === undefined) throw new Error("there is no flaw");
    expect(findRepair(image, flaw, names)).toBeUndefined();
    expect(Buffer.compare(image.page(number), before)).toBe(0);
  });
});

test("where several bits would mend a page, the sums of its records tell which one it was", async () => {
  const path = await makeStore(await makeDirectory(), 2);
  withImage(path, (image) => {
    const last = image.page(newestMeta(image)).readUInt32LE(144);
    const pages = range(2, last + 1).filter((number) => image.page(number).readUInt16LE(18) === leafPage);
    const nodes = pages.flatMap((number) => nodesOf(image.page(number)).map((node) => ({ number, node })));
    let told = 0;
    for (const [index, { number, node }] of nodes.entries()) {
      if (index % 9 > 0) continue;
      // A key that is longer by what its value is shorter fills the page as well.
      const wrong = { at: number * pageBytes + node.at + 6, bit: 4 };
      image.flip(wrong.at, wrong.bit);
      const flaw = Structure.check(image, names);
      if (flaw === undefined) image.flip(wrong.at, wrong.bit);
      else {
        expect(findRepair(image, flaw, names)).toEqual(wrong);
        told += 1;
      }
    }
    expect(told).toBeGreaterThan(4);
  });
});

test("a store with any one bit lost serves no wrong record, and loses one at most", async () => {
  const directory = await makeDirectory();
  const path = await makeStore(directory, 3);
  const truth = await recordsOf(directory);
  const size = withImage(path, (image) => (image.page(newestMeta(image)).readUInt32LE(144) + 1) * pageBytes);
  for (let turn = 0; turn < 60; turn += 1) {
    const copy = await makeDirectory();
    await copyFile(path, join(copy, "store.mdb"));
    withImage(join(copy, "store.mdb"), (image) => {
      image.flip((turn * 104_729) % size, turn & 7);
      image.save();
    });
    const found = await recordsOf(copy);
    for (const [place, value] of found) expect(value, `${place} in turn ${turn}`).toBe(truth.get(place));
    expect(truth.size - found.size, `turn ${turn}`).toBeLessThanOrEqual(1);
  }
  expect((await readFile(path)).length).toBeGreaterThanOrEqual(size);
});

async function recordsOf(directory: string): Promise<ReadonlyMap<string, string>> {
  await using store = await openLmdbStore({ directory });
  const records = new Map<string, string>();
  for (const table of tables)
    for (const { key, value } of await store.read(table, undefined, 100_000))
      records.set(`${table}/${key}`, Buffer.from(value).toString("latin1"));
  return records;
}
