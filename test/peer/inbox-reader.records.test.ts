import { expect, test } from "vitest";
import { key64 } from "../../src/core/store-op.ts";
import { Bench, texts } from "./inbox-bench.ts";
import { calm } from "./time.ts";
import { take } from "./world.ts";

test("an unreadable record that is the last one is told once; the reading goes on with what comes behind it", async () => {
  const bench = new Bench();
  await bench.disk.commit([{ table: "inbox", key: key64(1n), value: Uint8Array.of(0x09, 1) }]);
  bench.inbox.grow(1n);
  const reader = bench.read();
  await expect(reader.next()).rejects.toThrow("outside the bounds");
  const next = reader.next();
  await calm();
  await bench.store(2);
  bench.inbox.grow(2n);
  expect(await next).toMatchObject({ value: { text: "2" } });
});

test("messages of one record come one by one, with cursors and numbers of their own; only the first has a gap", async () => {
  const bench = new Bench();
  await bench.receiveTogether(1, 3, 5);
  await bench.receiveTogether(4, 4);
  const messages = await take(bench.read(), 4);
  expect(messages.map(({ cursor, number, text, missing }) => [cursor, number, text, missing])).toEqual([
    [1n, 1n, "1", 5n],
    [2n, 2n, "2", 0n],
    [3n, 3n, "3", 0n],
    [4n, 4n, "4", 0n],
  ]);
});

test("a reading may begin in the middle of a record, and what was dealt with there is where the next one begins", async () => {
  const bench = new Bench();
  await bench.receiveTogether(1, 4);
  expect(texts(await take(bench.read(2n), 2))).toBe("3 4");
  const reader = bench.readUnshown();
  for (let turn = 0; turn < 3; turn += 1) await reader.next();
  expect(bench.shown.get()).toBe(2n);
  expect(texts(await take(bench.readUnshown(), 2))).toBe("3 4");
});
