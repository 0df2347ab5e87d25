import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeBundle, encodeText } from "../../src/core/body.ts";
import type { Shelf } from "../../src/core/shelf.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { mailOf } from "./mail.ts";
import { envelopeOf, Room } from "./room.ts";
import { Shelves } from "./shelves.ts";

const targets = [9n, 10n] as const;
const act = fc.record({
  what: fc.constantFrom("offer", "bind", "drop", "expire"),
  first: fc.integer({ min: 1, max: 6 }),
  count: fc.integer({ min: 1, max: 4 }),
  /** To whom the origin bound it; 0n for nobody. */
  declaredTo: fc.constantFrom(0n, 66n),
  target: fc.constantFrom(...targets),
  holder: fc.constantFrom(55n, 77n),
  ttlMs: fc.constantFrom(5, 1_000),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform(room: Room, { what, first, count, declaredTo, target, holder, ttlMs }: Act, nowMs: number): void {
  const { mailbox, effects } = room;
  const shelves = [...mailbox.shelves()].filter((shelf) => shelf.target === target);
  if (what === "offer") {
    const bodies = Array.from({ length: count }, (_, index) => encodeText(`${first + index}`));
    const destinationKeys = declaredTo === 0n ? [] : [declaredTo];
    const header = { number: first, destinations: [target], destinationKeys, ttlMs };
    mailbox.offer(mailOf(envelopeOf(header, encodeBundle(bodies))), nowMs, effects);
  } else if (what === "bind") {
    for (const shelf of shelves) if (shelf.boundTo === 0n) mailbox.bind(shelf, holder, effects);
  } else if (what === "drop") {
    for (const shelf of shelves) mailbox.drop(shelf, { first, last: first + count - 1 }, nowMs, effects);
  } else mailbox.expire(nowMs, effects);
}

function wordsOf({ target, declaredTo, boundTo, kept }: Shelf): string {
  return `${target}/${declaredTo} for ${boundTo}: ${[...kept.range(1, 99)].join(",")}`;
}

function keptIn({ mailbox }: Room): readonly string[] {
  return [...mailbox.shelves()].map(wordsOf).toSorted();
}

/** What a group commit leaves of several: the last write of each key. */
function together(commits: readonly (readonly StoreOp[])[]): readonly StoreOp[] {
  return [...new Map(commits.flat().map((op) => [`${op.table}/${op.key}`, op])).values()];
}

test("whenever a custodian dies, its next life has what was durable, bound as it was, and no binding beside that", () => {
  const events = fc.array(fc.array(act, { maxLength: 4 }), { maxLength: 12 });
  fc.assert(
    fc.property(events, fc.nat(), (acts, cut) => {
      const room = new Room();
      const commits: (readonly StoreOp[])[] = [];
      const kept = [keptIn(room)];
      for (const [nowMs, all] of acts.entries()) {
        const { ops } = room.event(() => all.forEach((one) => perform(room, one, nowMs)), nowMs);
        if (ops.length === 0) continue;
        commits.push(ops);
        kept.push(keptIn(room));
      }
      const durable = cut % kept.length;
      const store = new Shelves();
      store.write(together(commits.slice(0, durable)));
      const next = new Room({ store });
      expect([keptIn(next), next.durably(() => {}).ops]).toEqual([kept[durable], []]);
      const boundHere = [...next.mailbox.shelves()].filter(({ boundTo, declaredTo }) => boundTo !== declaredTo);
      expect(store.entries("shelves")).toHaveLength(2 * boundHere.length);
    }),
    { numRuns: 500 },
  );
});
