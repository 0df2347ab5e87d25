import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { nodeOfSeed, Room, type Outcome } from "./room.ts";
import { Shelves } from "./shelves.ts";
import { newsIn } from "../world/statuses.ts";

type Step = readonly [
  what: "send" | "persist" | "deliver" | "refuse" | "expire" | "die" | "flush",
  pick: number,
  width: number,
];

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>(
      "send",
      "send",
      "send",
      "flush",
      "persist",
      "persist",
      "deliver",
      "refuse",
      "expire",
      "die",
    ),
    fc.nat({ max: 12 }),
    fc.nat({ max: 6 }),
  ),
  { maxLength: 80 },
);

const [to, boundTo] = [5n, nodeOfSeed(5)];
const expiries = { status: "expired", reason: "" } as const;

/** One outbox through several lives, and what was told of each send. */
class Lives {
  readonly #store = new Shelves();
  room = new Room({ store: this.#store });
  /** Statuses in the order they were told, by number; a new life may settle again what was not durably settled. */
  readonly told = new Map<string, string[]>();
  readonly accepted = new Set<string>();
  #nowMs = 0;

  step([what, pick, width]: Step): void {
    this.#nowMs += 10;
    const nowMs = this.#nowMs;
    const { room } = this;
    const ranges = [{ first: pick + 1, last: pick + 1 + width }];
    const lane = room.outbox.lane(to);
    if (what === "send")
      room.outbox.submit({ to, boundTo, body: encodeText(`${pick}`), ttlMs: 10 * (1 + width) }, nowMs);
    else if (what === "flush") this.#note(room.event(() => {}, nowMs));
    else if (what === "persist") this.#note(room.persist(nowMs));
    else if (what === "die") this.#die();
    else if (lane !== undefined && what === "expire") {
      for (const [late, numbers] of room.outbox.expired(nowMs))
        for (const number of numbers)
          this.#note(
            room.event(() =>
              room.outbox.settle(late, [{ first: number, last: number }], { ...expiries, nowMs }, room.effects),
            ),
          );
    } else if (lane !== undefined) {
      const status = what === "deliver" ? "delivered" : "refused";
      this.#note(room.event(() => room.outbox.settle(lane, ranges, { status, reason: "", nowMs }, room.effects)));
    }
  }

  #die(): void {
    this.room = new Room({ store: this.#store });
    this.told.clear();
  }

  #note({ effects }: Outcome): void {
    for (const effect of effects) {
      if (effect.kind !== "status") continue;
      for (const { conversation, number, status } of newsIn(effect)) {
        const name = `${conversation}/${number}`;
        this.told.set(name, [...(this.told.get(name) ?? []), status]);
        if (status !== "accepted") continue;
        expect(this.accepted.has(name)).toBe(false);
        this.accepted.add(name);
      }
    }
  }

  /** Confirms everything in the end, and names what is left. */
  finish(): void {
    this.#note(this.room.durably(() => {}, this.#nowMs));
    for (const lane of this.room.outbox.lanes()) {
      const [outcome, all] = [{ ...expiries, nowMs: 0 }, [{ first: 1, last: 10_000 }]];
      this.#note(this.room.durably(() => this.room.outbox.settle(lane, all, outcome, this.room.effects)));
    }
  }
}

test("every accepted send is settled exactly once in a life, numbers are never given twice (invariants 1 and 2)", () => {
  fc.assert(
    fc.property(steps, (walk) => {
      const lives = new Lives();
      for (const step of walk) lives.step(step);
      lives.finish();
      for (const statuses of lives.told.values()) {
        const final = statuses.filter((status) => status !== "accepted" && status !== "stored");
        expect(final).toHaveLength(1);
        expect(statuses.at(-1)).toBe(final[0]);
      }
      for (const [name, statuses] of lives.told) if (statuses.length === 2) expect(lives.accepted.has(name)).toBe(true);
      expect(lives.room.outbox.size).toBe(0);
      expect(lives.room.store.entries("outbox")).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test("a later life has every send that was accepted and not settled, byte for byte, and may expire it", () => {
  fc.assert(
    fc.property(fc.nat({ max: 20 }), fc.nat({ max: 20 }), fc.boolean(), (count, settled, lastDurable) => {
      const store = new Shelves();
      const room = new Room({ store });
      room.send(
        to,
        Array.from({ length: count }, (_, index) => `text ${index + 1}`),
        { boundTo, ttlMs: 500 },
      );
      const lane = room.outbox.lane(to);
      const ranges = [{ first: 1, last: settled }];
      if (lane !== undefined) {
        room.event(() => room.outbox.settle(lane, ranges, { ...expiries, nowMs: 0 }, room.effects));
        if (lastDurable) room.persist();
      }
      const later = new Room({ store }).outbox;
      const numbers = [...(later.lane(to)?.entries.range(1, 100) ?? [])];
      const from = lastDurable ? Math.min(settled, count) : 0;
      expect(numbers).toEqual(Array.from({ length: count - from }, (_, index) => from + index + 1));
      for (const number of numbers)
        expect(later.lane(to)?.entries.get(number)?.body).toEqual(encodeText(`text ${number}`));
      expect(later.size).toBe(numbers.length);
      expect(later.nextDeadlineMs).toBe(numbers.length === 0 ? Infinity : 500);
      if (count > 0) expect(later.submit({ to, boundTo, body: encodeText(""), ttlMs: 1 }, 0).number).toBe(count + 1);
    }),
    { numRuns: 60 },
  );
});

test("a life that ends between two commits leaves no number that was told as accepted to be given again", () => {
  const store = new Shelves();
  const room = new Room({ store });
  room.send(to, ["one"], { boundTo });
  room.outbox.submit({ to, boundTo, body: encodeText("two"), ttlMs: 1 }, 0);
  expect(room.event(() => {}).told).toEqual([]);
  const later = new Room({ store });
  expect(later.outbox.submit({ to, boundTo, body: encodeText("other"), ttlMs: 1 }, 0).number).toBe(2);
});

test("elder lanes are elder in a later life too, by what was sent first and not by name", () => {
  const store = new Shelves();
  const room = new Room({ store });
  const send = (text: string, node: bigint, nowMs: number) =>
    room.outbox.submit({ to: 2n ** 62n, boundTo: node, body: encodeText(text), ttlMs: 9_000 }, nowMs).lane;
  const younger = send("2", boundTo, 1);
  const elder = send("1", boundTo + 1n, 0);
  const open = send("3", boundTo + 2n, 0);
  room.durably(() => undefined);
  // The store lists them by name.
  expect(younger.conversation).toBeLessThan(elder.conversation);
  const later = new Room({ store }).outbox;
  const names = later.lanesLike({ to: 2n ** 62n, group: 0n }).map(({ conversation }) => conversation);
  expect(names).toEqual([elder, younger, open].map(({ conversation }) => conversation));
  const next = later.submit({ to: 2n ** 62n, boundTo: open.boundTo, body: encodeText("4"), ttlMs: 1 }, 2).lane;
  expect(next.conversation).toBe(open.conversation);
});
