import fc from "fast-check";
import { expect, test } from "vitest";
import { arrival, InboxRoom, logged } from "./inbox-room.ts";
import { Shelves } from "./shelves.ts";

const count = 25;
const limits = { gapWaitMs: 100, heldCountMax: 6, holesMax: 3 };

type Step = readonly [what: "arrive" | "floor" | "persist" | "die" | "giveUp", number: number];

const walks: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("arrive", "arrive", "arrive", "arrive", "persist", "die", "floor", "giveUp"),
    fc.integer({ min: 1, max: count }),
  ),
  { maxLength: 150 },
);

const calm: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("arrive", "arrive", "arrive", "persist", "die"),
    fc.integer({ min: 1, max: count }),
  ),
  { maxLength: 150 },
);

/** Walks through several lives, then sends again what is not receipted until all is. @returns what is logged. */
function live(walk: readonly Step[]): { readonly log: readonly number[]; readonly floor: number } {
  const store = new Shelves();
  let inbox = new InboxRoom({ store, limits });
  let floor = 1;
  for (const [index, [what, number]] of walk.entries()) {
    const nowMs = index * 60;
    if (what === "arrive") inbox.arrive([arrival(number, { floor: Math.min(number, floor) })], nowMs);
    else if (what === "persist") inbox.persist();
    else if (what === "giveUp") inbox.giveUp(false, nowMs);
    else if (what === "floor") floor = Math.max(floor, Math.min(number, floor + 2));
    else inbox = new InboxRoom({ store, limits });
    expectNoLie(inbox, store, floor);
  }
  for (let number = floor; number <= count; number += 1)
    inbox.arrive([arrival(number, { floor: Math.min(number, floor) })]);
  inbox.persist();
  expect(inbox.delivered).toEqual([`1-${count}`]);
  return { log: logged(store), floor };
}

/** Nothing is vouched for but what is durably logged, or was settled by the origin (invariant 2). */
function expectNoLie(inbox: InboxRoom, store: Shelves, floor: number): void {
  const log = new Set(logged(store));
  for (const range of inbox.delivered) {
    const [first = 0, last = 0] = range.split("-").map(Number);
    for (let number = first; number <= last; number += 1) if (number >= floor) expect(log).toContain(number);
  }
}

test("whatever comes in whatever order, each number is logged at most once, and all that matter are (invariants 1 and 2)", () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const { log, floor } = live(walk);
      expect(new Set(log).size).toBe(log.length); // invariant 1
      for (let number = floor; number <= count; number += 1) expect(log).toContain(number);
    }),
    { numRuns: 150 },
  );
});

test("without giving up, the log is in order, over any number of lives (invariant 4)", () => {
  fc.assert(
    fc.property(calm, (walk) => {
      expect(live(walk).log).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    }),
    { numRuns: 100 },
  );
});
