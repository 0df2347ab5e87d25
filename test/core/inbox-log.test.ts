import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { Effects } from "../../src/core/effects.ts";
import { InboxLog, type Logged } from "../../src/core/inbox-log.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { decodeInboxRecord } from "../../src/core/record-codec.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { kindOf } from "../world/frames.ts";

function message(number: number, fields: Partial<Logged> = {}): Logged {
  const name = { from: 2n, epoch: 7n, conversation: 1n };
  const rest = { sentAtMs: 5, receivedAtMs: 6, missing: 0, unordered: false, body: encodeText(`${number}`) };
  return { ...name, number, ...rest, ...fields };
}

function logOf(limits: Partial<Limits> = {}, cursor = 0): InboxLog {
  return new InboxLog({ ...defaultLimits, ...limits }, cursor);
}

/** Appends in one event. @returns the writes to the log. */
function written(log: InboxLog, messages: readonly Logged[]): readonly StoreOp[] {
  const effects = new Effects();
  for (const one of messages) log.append(one, effects);
  log.flush(effects);
  effects.close(0);
  const ops = kindOf(effects.take(), "persist").flatMap((persist) => persist.ops);
  return ops.filter(({ table }) => table === "inbox");
}

/** What is written, as "key: numbers", or "key gone". */
function pages(ops: readonly StoreOp[]): readonly string[] {
  return ops.map(({ key, value }) => {
    if (value === undefined) return `${Number(`0x${key}`)} gone`;
    const { number, bodies } = decodeInboxRecord(value);
    return `${Number(`0x${key}`)}: ${bodies.map((_, index) => number + index).join(" ")}`;
  });
}

test("messages that follow one another share a page, under the cursor of the last (invariant 3)", () => {
  const log = logOf();
  expect(pages(written(log, [message(4), message(5), message(6)]))).toEqual(["3: 4 5 6"]);
  expect(log.cursor).toBe(3);
  expect(pages(written(log, [message(7)]))).toEqual(["4: 7"]);
});

test.each<readonly [string, Partial<Logged>]>([
  ["from another sender", { from: 3n }],
  ["of another epoch", { epoch: 8n }],
  ["of another conversation", { conversation: 2n }],
  ["with a gap before it", { missing: 1 }],
  ["sent at another instant", { sentAtMs: 6 }],
  ["received at another instant", { receivedAtMs: 7 }],
  ["that is not the next", { number: 3 }],
])("a message %s begins another page", (_, fields) => {
  const ops = written(logOf(), [message(1), message(2, fields)]);
  expect(ops.map(({ key }) => Number(`0x${key}`))).toEqual([1, 2]);
});

test("a page is bounded in messages and in bytes", () => {
  expect(pages(written(logOf({ bundleCountMax: 2 }), [message(1), message(2), message(3)]))).toEqual([
    "2: 1 2",
    "3: 3",
  ]);
  const bundleBytesMax = 2 * encodeText("1").length;
  expect(pages(written(logOf({ bundleBytesMax }), [message(1), message(2), message(3)]))).toEqual(["2: 1 2", "3: 3"]);
});

test("what append counts is at least what is written", () => {
  const log = logOf();
  const effects = new Effects();
  const wide = { from: 2n ** 64n - 1n, missing: 2 ** 53 - 1, sentAtMs: 2 ** 53 - 1, receivedAtMs: 2 ** 53 - 1 };
  const bytes = log.append(
    message(2 ** 53 - 1, { ...wide, epoch: 2n ** 64n - 1n, conversation: 2n ** 64n - 1n }),
    effects,
  );
  expect(log.flush(effects)).toBe(bytes);
  effects.close(0);
  const [op] = kindOf(effects.take(), "persist").flatMap(({ ops }) => ops);
  expect(op?.value?.length).toBeLessThanOrEqual(bytes);
});

test("a page goes once all that is in it was shown and is older than the most that are kept (invariant 2)", () => {
  const log = logOf({ inboxCountMax: 3 });
  written(log, [message(1), message(2)]);
  expect(log.isFull).toBe(false);
  written(log, [message(3)]);
  expect(log.isFull).toBe(true);
  log.shown(1);
  expect(pages(written(log, [message(4)]))).toEqual(["4: 4"]);
  log.shown(4);
  expect(pages(written(log, [message(5)]))).toEqual(["5: 5", "2 gone"]);
  expect(pages(written(log, [message(6)]))).toEqual(["6: 6", "3 gone"]);
});

test("pages of a former life end anywhere: each cursor is tried, once", () => {
  const log = logOf({ inboxCountMax: 3 }, 5);
  log.shown(5);
  expect(pages(written(log, [message(1), message(2)]))).toEqual(["7: 1 2", "3 gone", "4 gone"]);
  expect(pages(written(log, [message(3)]))).toEqual(["8: 3", "5 gone"]);
  log.shown(8);
  expect(pages(written(log, [message(4), message(5)]))).toEqual(["10: 4 5", "7 gone"]);
});

test("however many pages were trimmed, the next ones are, each once", () => {
  const log = logOf({ inboxCountMax: 10 });
  const gone: string[] = [];
  for (let number = 1; number <= 5_000; number += 1) {
    gone.push(...pages(written(log, [message(number)])).filter((page) => page.endsWith("gone")));
    log.shown(number);
  }
  expect(gone).toEqual(Array.from({ length: 4_990 }, (_, index) => `${index + 1} gone`));
});
