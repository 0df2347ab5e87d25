import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { newestMeta } from "../../../src/adapters/lmdb/meta-page.ts";
import { branchPage, isLarge, isTable, leafPage, nodesOf } from "../../../src/adapters/lmdb/page.ts";
import { findRepair } from "../../../src/adapters/lmdb/repair.ts";
import { openLmdbStore } from "../../../src/adapters/lmdb/store.ts";
import { Structure } from "../../../src/adapters/lmdb/structure.ts";
import { tables, type StoreOp } from "../../../src/core/store-op.ts";
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

/** Where the numbers of pages stand that lead to the pages of tables. */
function leadsOf(path: string): readonly number[] {
  return withImage(path, (image) => {
    const last = image.page(newestMeta(image)).readUInt32LE(144);
    return range(2, last + 1).flatMap((number) => {
      const page = image.page(number);
      const kind = page.readUInt16LE(18);
      if (kind !== branchPage && kind !== leafPage) return [];
      const nodes = nodesOf(page).filter(({ flags }) => kind === branchPage || flags === isTable);
      return nodes.map(({ at, valueAt }) => number * pageBytes + (kind === branchPage ? at : valueAt + 40));
    });
  });
}

test("a number that leads to another page of its kind is found and turned back", async () => {
  const directory = await makeDirectory();
  const path = await makeStore(directory, 0);
  await using store = await openLmdbStore({ directory });
  for (let turn = 0; turn < 4; turn += 1) await store.commit(someRecords(turn));
  let repaired = 0;
  for (const at of leadsOf(path)) {
    for (const bit of [0, 1]) {
      withImage(path, (image) => {
        image.flip(at, bit);
        const flaw = Structure.check(image, names);
        // Of an older state, which nothing leads to.
        if (flaw === undefined) return;
        expect(findRepair(image, flaw, names), `bit ${bit} of byte ${at}: ${flaw.message}`).toEqual({ at, bit });
        repaired += 1;
      });
    }
  }
  expect(repaired).toBeGreaterThan(20);
});

test.each([6, 7])(
  "any bit of the newest meta page's numbers is found and turned back, after %i commits",
  async (commits) => {
    const path = await makeStore(await makeDirectory(), commits);
    // The roots of the free pages and of the tables, the last page, the transaction.
    for (const field of [88, 136, 144, 152]) {
      for (let bit = 0; bit < 40; bit += 1) {
        withImage(path, (image) => {
          const wrong = { at: newestMeta(image) * pageBytes + field + (bit >> 3), bit: bit & 7 };
          image.flip(wrong.at, wrong.bit);
          const flaw = Structure.check(image, names);
          if (flaw === undefined) throw new Error(`bit ${bit} of ${field} was not noticed`);
          expect(findRepair(image, flaw, names), `bit ${bit} of ${field}: ${flaw.message}`).toEqual(wrong);
        });
      }
    }
  },
);

test("values of which one leads to the place of another are not exchanged", async () => {
  const directory = await makeDirectory();
  const path = await makeStore(directory, 0);
  await using store = await openLmdbStore({ directory });
  // Two pages each, so that the numbers of some differ by one bit.
  await store.commit(
    range(0, 12).map((index) => ({ table: "inbox", key: `key ${index}`, value: Buffer.alloc(6_000, index) })),
  );
  const places = withImage(path, (image) => {
    const last = image.page(newestMeta(image)).readUInt32LE(144);
    return range(2, last + 1)
      .filter((number) => image.page(number).readUInt16LE(18) === leafPage)
      .flatMap((number) => {
        const large = nodesOf(image.page(number)).filter(({ flags }) => flags === isLarge);
        return large.map(({ valueAt }) => number * pageBytes + valueAt);
      });
  });
  let mistaken = 0;
  for (const at of places) {
    for (let bit = 0; bit < 7; bit += 1) {
      withImage(path, (image) => {
        image.flip(at, bit);
        const flaw = Structure.check(image, names);
        if (flaw?.message.includes("used twice") !== true) return;
        expect(findRepair(image, flaw, names), `bit ${bit} of byte ${at}: ${flaw.message}`).toEqual({ at, bit });
        mistaken += 1;
      });
    }
  }
  expect(mistaken).toBeGreaterThan(1);
});

/** Records of one table, enough for pages that lead to others, all over it. */
function someRecords(turn: number): readonly StoreOp[] {
  return range(0, 60).map((index) => {
    const number = (index * 4 + turn) * 17;
    return { table: "inbox", key: `key ${String(number % 1_009).padStart(4, "0")}`, value: Buffer.alloc(250, turn) };
  });
}

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
