import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { key64, tables, type StoreEntry, type StoreOp, type Table } from "../../src/core/store-op.ts";
import type { Store } from "../../src/ports/store.ts";

/** What every adapter of src/ports/store.ts promises. Each call of make gives an empty store. */
export function storeContract(name: string, make: () => Promise<Store>): void {
  describe(`${name} keeps the store contract`, () => {
    const opened: Store[] = [];
    const open = async (): Promise<Store> => {
      const store = await make();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((store) => store[Symbol.asyncDispose]()));
    });
    writing(open);
    reading(open);
    failing(open);
    agreesWithModel(open);
  });
}

const put = (table: Table, key: string, ...value: number[]): StoreOp => ({ table, key, value: Uint8Array.from(value) });
const remove = (table: Table, key: string): StoreOp => ({ table, key, value: undefined });
const keysOf = (entries: readonly StoreEntry[]): readonly string[] => entries.map(({ key }) => key);

function writing(open: () => Promise<Store>): void {
  test("a committed value is read back", async () => {
    const store = await open();
    await store.commit([put("outbox", "a", 1, 2, 3)]);
    expect(await store.read("outbox", undefined, 10)).toEqual([{ key: "a", value: Uint8Array.of(1, 2, 3) }]);
  });

  test("an empty value is a value", async () => {
    const store = await open();
    await store.commit([put("meta", "empty")]);
    expect(await store.read("meta", undefined, 1)).toEqual([{ key: "empty", value: new Uint8Array(0) }]);
  });

  test("a later write replaces an earlier one, in one commit and in several", async () => {
    const store = await open();
    await store.commit([put("marks", "a", 1), put("marks", "a", 2), put("marks", "b", 1)]);
    await store.commit([put("marks", "b", 2)]);
    expect((await store.read("marks", undefined, 10)).map(({ value }) => value[0])).toEqual([2, 2]);
  });

  test("a removed key is gone, and can be put again", async () => {
    const store = await open();
    await store.commit([put("inbox", "a", 1), put("inbox", "b", 1)]);
    await store.commit([remove("inbox", "a"), remove("inbox", "never there")]);
    expect(keysOf(await store.read("inbox", undefined, 10))).toEqual(["b"]);
    await store.commit([put("inbox", "a", 7)]);
    expect(await store.read("inbox", undefined, 1)).toEqual([{ key: "a", value: Uint8Array.of(7) }]);
  });

  test("overlapping commits are applied in the order of the calls", async () => {
    const store = await open();
    const commits = Array.from({ length: 200 }, (_, at) =>
      store.commit([put("lanes", "a", at), put("lanes", key64(BigInt(at)), 0)]),
    );
    commits.push(store.commit([remove("lanes", key64(7n))]));
    await Promise.all(commits);
    const entries = await store.read("lanes", undefined, 1_000);
    expect(entries).toHaveLength(200);
    expect(entries.at(-1)).toEqual({ key: "a", value: Uint8Array.of(199) });
  });

  test("commits resolve in the order of the calls, and not within them", async () => {
    const store = await open();
    const resolved: number[] = [];
    const commits = [0, 1, 2].map((at) => store.commit([put("lanes", "a", at)]).then(() => resolved.push(at)));
    expect(resolved).toEqual([]);
    await Promise.all(commits);
    expect(resolved).toEqual([0, 1, 2]);
  });

  test("a commit of nothing resolves", async () => {
    const store = await open();
    await expect(store.commit([])).resolves.toBeUndefined();
  });

  test("the caller's bytes are free once commit was called, and a reader's are its own", async () => {
    const store = await open();
    const value = Uint8Array.of(1, 2, 3);
    const committed = store.commit([{ table: "meta", key: "a", value }]);
    value.fill(9);
    await committed;
    const [first] = await store.read("meta", undefined, 1);
    expect(first?.value).toEqual(Uint8Array.of(1, 2, 3));
    first?.value.fill(9);
    expect((await store.read("meta", undefined, 1))[0]?.value).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("large values and large commits come back whole", async () => {
    const store = await open();
    const big = Uint8Array.from({ length: 3_000_000 }, (_, at) => at * 31);
    const many = Array.from({ length: 20_000 }, (_, at) => put("mailbox", key64(BigInt(at)), at, at >> 8));
    await Promise.all([store.commit([{ table: "inbox", key: "big", value: big }]), store.commit(many)]);
    const [entry] = await store.read("inbox", undefined, 1);
    await store.commit([remove("inbox", "big")]);
    await store.commit([{ table: "inbox", key: "other", value: new Uint8Array(3_000_000) }]);
    expect(Buffer.compare(entry?.value ?? new Uint8Array(0), big)).toBe(0);
    const entries = await store.read("mailbox", undefined, 100_000);
    expect(entries.map(({ key, value }) => put("mailbox", key, ...value))).toEqual(many);
  });
}

function reading(open: () => Promise<Store>): void {
  test("tables are apart", async () => {
    const store = await open();
    await store.commit(tables.map((table, at) => put(table, "same", at)));
    for (const [at, table] of tables.entries()) {
      expect(await store.read(table, undefined, 10)).toEqual([{ key: "same", value: Uint8Array.of(at) }]);
    }
  });

  test("keys come in ascending order of their code units, however they were written", async () => {
    const store = await open();
    const numbers = [300n, 2n, 2n ** 63n, 1n, 299n, 255n, 256n, 0n];
    for (const number of numbers) await store.commit([put("outbox", key64(number), 1)]);
    await store.commit([
      put("outbox", "00", 1),
      put("outbox", "A", 1),
      put("outbox", "a/b", 1),
      put("outbox", "~", 1),
      put("outbox", " ", 1),
    ]);
    const keys = keysOf(await store.read("outbox", undefined, 100));
    expect(keys).toHaveLength(13);
    expect(keys).toEqual([...keys].sort());
  });

  test("a page starts after the key, whether or not it is there, and holds at most the limit", async () => {
    const store = await open();
    await store.commit(["a", "b", "ba", "c", "d"].map((key) => put("inbox", key, 1)));
    expect(keysOf(await store.read("inbox", "b", 2))).toEqual(["ba", "c"]);
    expect(keysOf(await store.read("inbox", "bb", 10))).toEqual(["c", "d"]);
    expect(keysOf(await store.read("inbox", "", 1))).toEqual(["a"]);
    expect(await store.read("inbox", "d", 10)).toEqual([]);
    expect(await store.read("inbox", undefined, 0)).toEqual([]);
    expect(await store.read("leases", undefined, 10)).toEqual([]);
  });

  test("nothing is damaged in a store that nobody touched", async () => {
    const store = await open();
    await store.commit([put("inbox", "a", 1)]);
    await store.read("inbox", undefined, 10);
    expect(store.damaged()).toEqual([]);
  });
}

function failing(open: () => Promise<Store>): void {
  test.each(["", "umlaut \u00e4", "line\n", "x".repeat(513)])(
    "a commit with the key %j fails as a whole",
    async (key) => {
      const store = await open();
      await expect(store.commit([put("meta", "good", 1), put("meta", key, 1)])).rejects.toMatchObject({
        code: "store-failed",
      });
      expect(await store.read("meta", undefined, 10)).toEqual([]);
      await store.commit([put("meta", "good", 1)]);
      expect(keysOf(await store.read("meta", undefined, 10))).toEqual(["good"]);
    },
  );

  test("closing waits for the commits before it", async () => {
    const store = await open();
    const committed = store.commit([put("meta", "a", 1)]);
    await store[Symbol.asyncDispose]();
    await expect(committed).resolves.toBeUndefined();
  });

  test("a closed store refuses, and may be closed again", async () => {
    const store = await open();
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(store.commit([put("meta", "a", 1)])).rejects.toMatchObject({ code: "store-failed" });
    await expect(store.read("meta", undefined, 1)).rejects.toMatchObject({ code: "store-failed" });
  });
}

type Step =
  | { readonly kind: "commit"; readonly ops: readonly StoreOp[] }
  | { readonly kind: "read"; readonly table: Table; readonly after: string | undefined; readonly limit: number };

const table = fc.constantFrom<Table>("outbox", "inbox");
// Few keys, so that writes meet; as wide as real ones.
const key = fc.integer({ min: 0, max: 40 }).map((number) => key64(BigInt(number) << 3n));
const value = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined, freq: 3 });
const op: fc.Arbitrary<StoreOp> = fc.record({ table, key, value });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("commit" as const), ops: fc.array(op, { maxLength: 12 }) }),
  fc.record({
    kind: fc.constant("read" as const),
    table,
    after: fc.option(key, { nil: undefined }),
    limit: fc.integer({ min: 0, max: 50 }),
  }),
);

function agreesWithModel(open: () => Promise<Store>): void {
  test("any sequence of commits and reads agrees with a plain map", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const store = await open();
        const model = new Map<string, StoreEntry>();
        let committed: Promise<void>[] = [];
        for (const each of steps) {
          if (each.kind === "commit") {
            committed.push(store.commit(each.ops));
            for (const one of each.ops) applyTo(model, one);
          } else {
            await Promise.all(committed);
            committed = [];
            expect(await store.read(each.table, each.after, each.limit)).toEqual(readFrom(model, each));
          }
        }
        await store[Symbol.asyncDispose]();
        await Promise.all(committed);
      }),
      { numRuns: 60 },
    );
  });
}

function applyTo(model: Map<string, StoreEntry>, one: StoreOp): void {
  const name = `${one.table}/${one.key}`;
  if (one.value === undefined) model.delete(name);
  else model.set(name, { key: one.key, value: one.value });
}

function readFrom(
  model: ReadonlyMap<string, StoreEntry>,
  read: Extract<Step, { kind: "read" }>,
): readonly StoreEntry[] {
  return [...model]
    .filter(
      ([name, entry]) => name.startsWith(`${read.table}/`) && (read.after === undefined || entry.key > read.after),
    )
    .map(([, entry]) => entry)
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, read.limit);
}
