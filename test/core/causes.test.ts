import fc from "fast-check";
import { expect, test } from "vitest";
import { Causes } from "../../src/core/causes.ts";
import { afterMax } from "../../src/core/preface.ts";

test("a message names what was seen since the last one, how far of each, and no more", () => {
  const causes = new Causes();
  causes.seen(7n, 1);
  causes.seen(8n, 4);
  causes.seen(7n, 3);
  expect(causes.next().after).toEqual([
    { epoch: 8n, number: 4 },
    { epoch: 7n, number: 3 },
  ]);
  expect(causes.next().after).toEqual([]);
  causes.seen(8n, 5);
  expect(causes.next().after).toEqual([{ epoch: 8n, number: 5 }]);
});

test("of an epoch of which nothing is seen, nothing is named", () => {
  const causes = new Causes();
  causes.seen(7n, 0);
  expect(causes.next().after).toEqual([]);
});

test("of more than a message may name, the latest are named", () => {
  const causes = new Causes();
  for (let epoch = 1; epoch <= afterMax + 10; epoch += 1) causes.seen(BigInt(epoch), 1);
  causes.seen(1n, 2);
  const { after } = causes.next();
  expect(after).toHaveLength(afterMax);
  expect([after[0], after.at(-1)]).toEqual([
    { epoch: 12n, number: 1 },
    { epoch: 1n, number: 2 },
  ]);
});

test("the Lamport time of each message is above that of all before it and of all that was seen", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat({ max: 1_000 })), { maxLength: 30 }), (walk) => {
      const causes = new Causes();
      let highest = 0;
      for (const witnessed of walk) {
        if (witnessed === null) {
          const { lamport } = causes.next();
          expect(lamport).toBeGreaterThan(highest);
          highest = lamport;
        } else {
          causes.witness(witnessed);
          highest = Math.max(highest, witnessed);
        }
      }
    }),
  );
});

test("a time that no conversation can have come to is not believed, so that no stranger ends the counting", () => {
  const causes = new Causes();
  causes.witness(5);
  causes.witness(2 ** 48);
  causes.witness(Number.MAX_SAFE_INTEGER);
  expect(causes.next().lamport).toBe(6);
});

test("a direct message needs to say nothing while nothing was seen and its number tells the time", () => {
  const causes = new Causes();
  expect([causes.isTold(1), causes.isTold(7)]).toEqual([true, true]);
  causes.witness(7);
  expect([causes.isTold(7), causes.isTold(8)]).toEqual([false, true]);
  causes.seen(5n, 1);
  expect(causes.isTold(8)).toBe(false);
  expect(causes.ahead(8)).toEqual({ after: [{ epoch: 5n, number: 1 }], lamport: 8 });
  expect(causes.ahead(20).lamport).toBe(20);
  expect(causes.lamport).toBe(7);
  causes.said(8);
  expect([causes.isTold(8), causes.isTold(9), causes.lamport]).toEqual([false, true, 8]);
});
