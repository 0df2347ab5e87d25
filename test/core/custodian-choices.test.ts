import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { CustodianChoices } from "../../src/core/custodian-choices.ts";
import * as custodians from "../../src/core/custodians.ts";

const node = fc.bigInt({ min: 1n, max: 30n });

test("however peers come and go, the choice is the one among all that are there (invariant 1)", () => {
  const crowds = fc.array(fc.tuple(fc.uniqueArray(node, { maxLength: 20 }), fc.boolean()), { maxLength: 30 });
  fc.assert(
    fc.property(crowds, (steps) => {
      const choices = new CustodianChoices(2);
      const targets = [{ to: 1n }, { to: 2n }, { to: 3n }];
      for (const [present, isAsked] of steps) {
        choices.see(present);
        for (const choosing of isAsked ? targets : []) {
          expect(choices.of(choosing)).toEqual(custodians.chooseCustodians(choosing.to, present, 2));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("a choice looks at nobody while the candidates stay, and only at who came and at the chosen when some come", () => {
  const looked: number[] = [];
  const choose = custodians.chooseCustodians;
  const spy = vi.spyOn(custodians, "chooseCustodians").mockImplementation((target, candidates, count) => {
    const all = [...candidates];
    looked.push(all.length);
    return choose(target, all, count);
  });
  const many = Array.from({ length: 1_000 }, (_, index) => BigInt(index + 1));
  const choices = new CustodianChoices(2);
  const choosing = { to: 5n };
  choices.see(many);
  choices.of(choosing);
  expect(looked).toEqual([1_000]);
  choices.see(many.toReversed());
  choices.of(choosing);
  expect(looked).toEqual([1_000]);
  choices.see([...many, 2_000n, 2_001n, 2_002n]);
  choices.of(choosing);
  expect(looked).toEqual([1_000, 5]);
  spy.mockRestore();
});
