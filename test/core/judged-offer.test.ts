import { expect, test } from "vitest";
import { isHoped, judge, judged, type Judged } from "../../src/core/judged-offer.ts";

const hole = (first: number, last: number) => [{ first, last }];

/** An offer, and after it others over the same link. */
function after(...offers: readonly Omit<Parameters<typeof judged>[1], "link">[]): Judged | undefined {
  let offer: Judged | undefined;
  for (const next of offers) offer = judged(offer, { link: 3, ...next });
  return offer;
}

test("where it was said once that nothing below can be given, that stands, whatever is said in general", () => {
  expect(after({ first: 1, last: 9 }, { first: 5, last: 9 }, { first: 1, last: 12 })).toMatchObject({
    first: 5,
    last: 12,
  });
});

test("unless it was never had there, and is now", () => {
  const lacked = { first: 5, last: 9, missing: hole(2, 4) };
  expect(after(lacked, { first: 1, last: 9, missing: hole(2, 4) })).toMatchObject({ first: 5 });
  expect(after(lacked, { first: 1, last: 12, missing: hole(3, 4) })).toMatchObject({ first: 1, last: 12 });
});

test("who gives nothing three times is not hoped for, until it gives something", () => {
  const offer = after({ first: 3, last: 9, missing: hole(1, 2) });
  if (offer === undefined) throw new Error("no offer");
  const hoped = () => [2, 3].map((number) => isHoped(offer, number));
  expect(hoped()).toEqual([false, true]);
  for (const nowMs of [1, 2, 3]) judge(offer, false, nowMs);
  expect([hoped(), offer.failedAtMs]).toEqual([[false, false], 3]);
  const more = judged(offer, { link: 3, first: 1, last: 9 });
  expect([more.first, isHoped(more, 1)]).toEqual([1, false]);
  judge(offer, true, 4);
  expect(hoped()).toEqual([false, true]);
  judge(undefined, true, 4);
});
