import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { Lane } from "../../src/core/lane.ts";
import { defaultLimits, type Limits } from "../../src/core/limits.ts";
import { Pages } from "../../src/core/pages.ts";
import { kindOf } from "../world/frames.ts";

const body = Uint8Array.of(0x82, 0x01, 1, 65);

function laneOf(conversation: bigint): Lane {
  return new Lane({ conversation, to: 5n, boundTo: 0n, next: 1 }, defaultLimits);
}

function pagesOf(limits: Partial<Limits> = {}): Pages {
  return new Pages({ ...defaultLimits, ...limits });
}

/** Numbers of each page that is written, after the number of its lane. */
function written(pages: Pages, effects = new Effects()): readonly string[] {
  const seen: string[] = [];
  pages.flush(effects, (durable) => {
    for (const { lane, entries } of durable)
      seen.push(`${lane.conversation}: ${entries.map(({ number }) => number).join(" ")}`);
  });
  effects.close(0);
  effects.persisted(1, 0);
  return seen;
}

test("what is sent to a target at one instant is one record, and each knows the page it stands in", () => {
  const pages = pagesOf();
  const lane = laneOf(1n);
  const entries = [1, 2, 3].map((number) => pages.add(lane, { number, body, sentAtMs: 10, expiresAtMs: 20 }));
  expect(new Set(entries.map(({ page }) => page))).toEqual(new Set([{ first: 1, count: 3, left: 3 }]));
  expect(written(pages)).toEqual(["1: 1 2 3"]);
});

test("another instant, another time to live, too many and too much begin another", () => {
  const lane = laneOf(1n);
  const pages = pagesOf({ bundleCountMax: 2 });
  for (const [number, sentAtMs, expiresAtMs] of [
    [1, 10, 20],
    [2, 11, 20],
    [3, 11, 21],
    [4, 11, 21],
    [5, 11, 21],
  ] as const)
    pages.add(lane, { number, body, sentAtMs, expiresAtMs });
  expect(written(pages)).toEqual(["1: 1", "1: 2", "1: 3 4", "1: 5"]);
  const narrow = pagesOf({ bundleBytesMax: 2 * body.length });
  for (const number of [1, 2, 3]) narrow.add(lane, { number, body, sentAtMs: 10, expiresAtMs: 20 });
  expect(written(narrow)).toEqual(["1: 1 2", "1: 3"]);
});

test("targets take turns without breaking each other's pages; what is written takes no more", () => {
  const pages = pagesOf();
  const lanes = [laneOf(1n), laneOf(2n)];
  for (const number of [1, 2])
    for (const lane of lanes) pages.add(lane, { number, body, sentAtMs: 10, expiresAtMs: 20 });
  expect(written(pages)).toEqual(["1: 1 2", "2: 1 2"]);
  for (const lane of lanes) pages.add(lane, { number: 3, body, sentAtMs: 10, expiresAtMs: 20 });
  expect(written(pages)).toEqual(["1: 3", "2: 3"]);
});

test("until it is durable it counts as unstored; without anything added nothing is written", () => {
  const pages = pagesOf();
  const effects = new Effects();
  pages.flush(effects, () => {});
  expect(effects.close(0)).toBe(false);
  pages.add(laneOf(1n), { number: 1, body, sentAtMs: 10, expiresAtMs: 20 });
  expect([...pages.unstored()].length).toBe(1);
  pages.flush(effects, () => {});
  effects.close(0);
  expect(kindOf(effects.take(), "persist").flatMap(({ ops }) => ops).length).toBe(1);
  expect([...pages.unstored()].length).toBe(1);
  effects.persisted(1, 0);
  expect([...pages.unstored()].length).toBe(0);
});

test("each page is given to be kept as it is written, and not before", () => {
  const pages = pagesOf({ bundleCountMax: 2 });
  const lane = laneOf(1n);
  for (const number of [1, 2, 3]) pages.add(lane, { number, body, sentAtMs: 10, expiresAtMs: 20 });
  const kept: number[][] = [];
  const keep = (of: Lane, entries: readonly { readonly number: number }[]): void => {
    if (of === lane) kept.push(entries.map(({ number }) => number));
  };
  pages.flush(new Effects(), () => {}, keep);
  pages.flush(new Effects(), () => {}, keep);
  expect(kept).toEqual([[1, 2], [3]]);
});
