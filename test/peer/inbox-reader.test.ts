import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { encodeData } from "../../src/core/body.ts";
import { key64 } from "../../src/core/store-op.ts";
import type { Message } from "../../src/peer/types.ts";
import { Bench, texts } from "./inbox-bench.ts";
import { calm } from "./time.ts";
import { all, take } from "./world.ts";

test("what is stored comes first, then what arrives", async () => {
  const bench = new Bench();
  await bench.receive(2);
  const taken = take(bench.read(), 4);
  await calm();
  await bench.receive(3);
  await bench.receive(4);
  expect(texts(await taken)).toBe("1 2 3 4");
});

test("a record that cannot be read is told to who asks, and not passed over in silence", async () => {
  const bench = new Bench();
  await bench.receive(2);
  await bench.disk.commit([{ table: "inbox", key: key64(3n), value: Uint8Array.of(0x09, 1) }]);
  await bench.store(4);
  bench.inbox.grow(4n);
  const reader = bench.readUnshown();
  const asked: string[] = [];
  for (let turn = 0; turn < 4; turn += 1)
    asked.push(
      await reader.next().then(
        ({ value }) => (value as Message).text,
        () => "unreadable",
      ),
    );
  expect([asked, bench.shown.get()]).toEqual([["1", "2", "unreadable", "4"], 2n]);
});

test("a message has all that was stored of it", async () => {
  const bench = new Bench();
  await bench.store(1, { body: encodeData("image/png", Uint8Array.of(1, 2)), sentAtMs: 5n });
  bench.inbox.grow(1n);
  expect(await take(bench.read(), 1)).toEqual([
    {
      ...{ cursor: 1n, from: 7n, conversation: "direct", number: 1n, text: "", missing: 0n },
      ...{ group: undefined, unordered: false },
      data: { contentType: "image/png", data: Uint8Array.of(1, 2) },
      sentAt: new Date(5),
      receivedAt: new Date(2_000),
    },
  ]);
});

test("a sender's time beyond all dates is the last date, so that its message can be shown", async () => {
  const bench = new Bench();
  await bench.store(1, { sentAtMs: 2n ** 53n - 1n });
  bench.inbox.grow(1n);
  const [message] = await take(bench.read(), 1);
  expect(message?.sentAt.toISOString()).toBe("+275760-09-13T00:00:00.000Z");
});

test("reading starts after the cursor it is given", async () => {
  const bench = new Bench();
  await bench.receive(4);
  expect(texts(await take(bench.read(2n), 2))).toBe("3 4");
});

test("more than a page is read in order, also while messages arrive", async () => {
  const bench = new Bench();
  await bench.receive(600);
  const seen: bigint[] = [];
  for await (const { cursor } of bench.read()) {
    seen.push(cursor);
    if (cursor === 300n) await bench.receive(700);
    if (cursor === 700n) break;
  }
  expect(seen).toEqual(Array.from({ length: 700 }, (_, index) => BigInt(index + 1)));
});

test("what is stored but not yet announced is not given", async () => {
  const bench = new Bench();
  await bench.receive(1);
  await bench.store(2);
  const reader = bench.read();
  expect(texts(await take(reader, 1))).toBe("1");
  const next = bench.read(1n).next();
  let given = false;
  void next.then(() => (given = true));
  await calm();
  expect(given).toBe(false);
  bench.inbox.grow(2n);
  expect((await next).value).toMatchObject({ cursor: 2n });
});

test("an announcement while the reader looks is not lost", async () => {
  const bench = new Bench();
  await bench.receive(1);
  bench.disk.damage("inbox", key64(1n));
  bench.disk.beforeAnswer = async () => {
    bench.disk.beforeAnswer = () => Promise.resolve();
    await bench.receive(2);
  };
  expect(texts(await take(bench.read(), 1))).toBe("2");
});

test("trimmed and damaged records are passed over, whole pages of them too", async () => {
  const bench = new Bench();
  await bench.receive(300);
  for (let cursor = 1n; cursor <= 290n; cursor += 1n) bench.disk.damage("inbox", key64(cursor));
  bench.disk.damage("inbox", key64(295n));
  expect(texts(await take(bench.read(), 9))).toBe("291 292 293 294 296 297 298 299 300");
  bench.disk.damage("inbox", key64(300n));
  const next = bench.read(299n).next();
  await calm();
  await bench.receive(301);
  expect((await next).value).toMatchObject({ cursor: 301n });
});

test("calls that do not wait for each other give each message once, in order", async () => {
  const bench = new Bench();
  await bench.receive(2);
  let reads = 0;
  bench.disk.beforeAnswer = () => ((reads += 1) === 1 ? Promise.resolve() : calm());
  const reader = bench.read();
  const asked = [reader.next(), reader.next(), reader.next()];
  await calm();
  await bench.receive(3);
  const given = await Promise.all(asked);
  expect(given).toMatchObject([{ value: { text: "1" } }, { value: { text: "2" } }, { value: { text: "3" } }]);
});

test("an abort, or leaving, ends a call that waits", async () => {
  const bench = new Bench();
  const controller = new AbortController();
  const aborted = bench.read(0n, controller.signal).next();
  const left = bench.read();
  const waiting = left.next();
  await calm();
  controller.abort();
  await left.return();
  expect(await aborted).toEqual({ done: true, value: undefined });
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await left.next()).toEqual({ done: true, value: undefined });
});

test("an abort before or while reading from the store gives nothing more", async () => {
  const bench = new Bench();
  await bench.receive(3);
  expect(await all(bench.read(0n, AbortSignal.abort()))).toEqual([]);
  const controller = new AbortController();
  bench.disk.beforeAnswer = async () => controller.abort();
  expect(await all(bench.read(0n, controller.signal))).toEqual([]);
});

test("readers that are over leave nothing behind on their signal", async () => {
  const bench = new Bench();
  const { signal } = new AbortController();
  for (let count = 0; count < 5; count += 1) await bench.read(0n, signal).return();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("a message counts as dealt with when the next one is asked for, not before", async () => {
  const bench = new Bench();
  await bench.receive(2);
  const reader = bench.readUnshown();
  await reader.next();
  expect(bench.shown.get()).toBe(0n);
  await reader.next();
  expect(bench.shown.get()).toBe(1n);
  void reader.next();
  await calm();
  expect(bench.shown.get()).toBe(2n);
});

test("the message at which a loop is left is given again, those before it are not", async () => {
  const bench = new Bench();
  await bench.receive(3);
  expect(texts(await take(bench.readUnshown(), 2))).toBe("1 2");
  expect(texts(await take(bench.readUnshown(), 2))).toBe("2 3");
});

test("asking on after leaving does not make the last message count as dealt with", async () => {
  const bench = new Bench();
  await bench.receive(1);
  const reader = bench.readUnshown();
  await reader.next();
  await reader.return();
  await reader.next();
  expect(bench.shown.get()).toBe(0n);
});

test("of two readers the slower does not take back what the faster dealt with", async () => {
  const bench = new Bench();
  await bench.receive(3);
  const slow = bench.readUnshown();
  const fast = bench.readUnshown();
  await slow.next();
  for (let count = 0; count < 3; count += 1) await fast.next();
  await slow.next();
  expect(bench.shown.get()).toBe(2n);
});

test("once the inbox has ended no message is given that could not count as dealt with", async () => {
  const bench = new Bench();
  await bench.receive(3);
  const reader = bench.readUnshown();
  await reader.next();
  bench.inbox.end();
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  expect(bench.shown.get()).toBe(1n);
  expect(await all(bench.read())).toEqual([]);
});

test("the end of the inbox ends a call that waits", async () => {
  const bench = new Bench();
  const waiting = bench.read().next();
  await calm();
  bench.inbox.end();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a store that cannot be read holds a reader up until the inbox changes, is told once, and does not end it", async () => {
  const bench = new Bench();
  await bench.receive(1);
  bench.disk.readFailures = 3;
  const next = bench.read().next();
  let isGiven = false;
  void next.then(() => (isGiven = true));
  await calm();
  expect(bench.disk.readFailures).toBe(2);
  bench.inbox.nudge();
  await calm();
  expect(bench.disk.readFailures).toBe(1);
  await bench.receive(2);
  await calm();
  expect([bench.disk.readFailures, isGiven]).toEqual([0, false]);
  bench.inbox.nudge();
  expect((await next).value).toMatchObject({ cursor: 1n });
  expect(bench.failures).toEqual(["store-failed"]);
});

test("a reader that is held up by the store can be left", async () => {
  const bench = new Bench();
  await bench.receive(1);
  bench.disk.readFailures = Infinity;
  const reader = bench.read();
  const next = reader.next();
  await calm();
  await reader.return();
  expect(await next).toEqual({ done: true, value: undefined });
});
