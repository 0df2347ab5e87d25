import fc from "fast-check";
import { expect, test } from "vitest";
import { Tellings } from "../../src/core/tellings.ts";

const pushed = (nowMs: number) => ({ asked: false, nowMs });

/** Takes what is due, as "epoch up to number", while the epochs have come as far as said. */
function taken(tellings: Tellings, nowMs: number, reached: Readonly<Record<string, number>> = {}): readonly string[] {
  const all = tellings.take((epoch) => reached[`${epoch}`] ?? 0, nowMs);
  return all.map(({ epoch, number }) => `${epoch} up to ${number}`);
}

test("with no news, nothing is due", () => {
  const tellings = new Tellings(1_000);
  expect([tellings.nextDeadlineMs, taken(tellings, 10_000)]).toEqual([Infinity, []]);
});

test("what came by a push is told when it is old enough, with others of about the same age, once", () => {
  const tellings = new Tellings(1_000);
  tellings.news(7n, 3, pushed(20));
  tellings.news(8n, 1, pushed(90));
  tellings.news(9n, 1, pushed(101));
  expect(tellings.nextDeadlineMs).toBe(1_100);
  expect(taken(tellings, 1_099)).toEqual([]);
  expect(taken(tellings, 1_100)).toEqual(["7 up to 3", "8 up to 1"]);
  expect([taken(tellings, 1_199), taken(tellings, 1_200), taken(tellings, 9_000)]).toEqual([[], ["9 up to 1"], []]);
  expect(tellings.nextDeadlineMs).toBe(Infinity);
});

test("what is newer than that is told later, when it is as old", () => {
  const tellings = new Tellings(1_000);
  tellings.news(7n, 1, pushed(0));
  tellings.news(7n, 5, pushed(900));
  expect(taken(tellings, 1_000, { 7: 5 })).toEqual(["7 up to 1"]);
  expect(tellings.nextDeadlineMs).toBe(2_000);
  expect(taken(tellings, 2_000, { 7: 5 })).toEqual(["7 up to 5"]);
  expect(tellings.nextDeadlineMs).toBe(Infinity);
});

test("what was asked for is told at once, with all that came before it", () => {
  const tellings = new Tellings(1_000);
  tellings.news(7n, 1, pushed(0));
  tellings.news(7n, 4, { asked: true, nowMs: 50 });
  expect(tellings.nextDeadlineMs).toBe(50);
  expect(taken(tellings, 50, { 7: 4 })).toEqual(["7 up to 4"]);
  expect(taken(tellings, 5_000, { 7: 4 })).toEqual([]);
});

test("whatever comes when, all of it is told in the end, none sooner than it may be, and then it is quiet", () => {
  const walks = fc.array(
    fc.tuple(fc.bigInt({ min: 1n, max: 3n }), fc.integer({ min: 1, max: 5 }), fc.nat({ max: 700 }), fc.boolean()),
    { minLength: 1, maxLength: 30 },
  );
  fc.assert(
    fc.property(walks, (walk) => {
      const tellings = new Tellings(1_000);
      const reached = new Map<bigint, number>();
      const told = new Map<bigint, number>();
      const pushedAtMs = new Map<string, number>();
      const take = (nowMs: number): void => {
        for (const { epoch, number } of tellings.take((one) => reached.get(one) ?? 0, nowMs)) {
          expect(number).toBeGreaterThan(told.get(epoch) ?? 0);
          expect(pushedAtMs.get(`${epoch}/${number}`) ?? -Infinity).toBeLessThanOrEqual(nowMs - 1_000);
          told.set(epoch, number);
        }
      };
      let nowMs = 0;
      for (const [epoch, more, forMs, asked] of walk) {
        nowMs += forMs;
        take(nowMs);
        const number = (reached.get(epoch) ?? 0) + more;
        reached.set(epoch, number);
        if (!asked) pushedAtMs.set(`${epoch}/${number}`, nowMs);
        tellings.news(epoch, number, { asked, nowMs });
      }
      for (let turn = 0; turn < 20 && tellings.nextDeadlineMs < Infinity; turn += 1)
        take((nowMs = Math.max(nowMs, tellings.nextDeadlineMs)));
      expect(tellings.nextDeadlineMs).toBe(Infinity);
      expect(told).toEqual(reached);
    }),
    { numRuns: 300 },
  );
});
