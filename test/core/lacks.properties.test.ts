import fc from "fast-check";
import { expect, test } from "vitest";
import { Lacks, type Ask } from "../../src/core/lacks.ts";
import { defaultLimits } from "../../src/core/limits.ts";

const limits = { ...defaultLimits, askMs: 100, gapWaitMs: 300, answerCountMax: 4, offersMax: 8 };
const epochs = [7n, 8n];

/** A neighbour: it has numbers first to last of each epoch, and answers, keeps silent, or claims more and gives nothing. */
interface Neighbour {
  readonly kind: "gives" | "silent" | "empty";
  readonly first: number;
  readonly last: number;
}

type Step = readonly [what: "offer" | "answer" | "cut" | "pass", link: number, forMs: number];

const neighbours: fc.Arbitrary<readonly Neighbour[]> = fc.array(
  fc
    .tuple(
      fc.constantFrom<Neighbour["kind"]>("gives", "gives", "silent", "empty"),
      fc.nat({ max: 12 }),
      fc.nat({ max: 12 }),
    )
    .map(([kind, a, b]) => ({ kind, first: Math.min(a, b) + 1, last: Math.max(a, b) + (kind === "gives" ? 1 : 9) })),
  { minLength: 1, maxLength: 5 },
);

const walks: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.tuple(
    fc.constantFrom<Step[0]>("offer", "offer", "answer", "answer", "pass", "pass", "cut"),
    fc.nat({ max: 4 }),
    fc.nat({ max: 150 }),
  ),
  { maxLength: 40 },
);

/** A peer among its neighbours. */
class Field {
  readonly #neighbours: readonly Neighbour[];
  readonly #lacks = new Lacks(limits);
  readonly #cut = new Set<number>();
  readonly #open = new Map<number, { readonly asks: readonly Ask[]; readonly byMs: number }>();
  readonly #got = new Map(epochs.map((epoch) => [epoch, new Set<number>()]));
  readonly #next = new Map(epochs.map((epoch) => [epoch, 1]));
  readonly #offered = new Map<number, Set<string>>();
  nowMs = 0;

  constructor(all: readonly Neighbour[]) {
    this.#neighbours = all;
  }

  get deadlineMs(): number {
    return this.#lacks.nextDeadlineMs;
  }

  step([what, drawn, forMs]: Step): void {
    const link = drawn % this.#neighbours.length;
    if (what === "offer") this.offer(link);
    else if (what === "answer") this.answer(link);
    else if (what === "cut") this.#cut.add(link);
    else this.nowMs += forMs;
    this.plan();
  }

  offer(link: number): void {
    const neighbour = this.#neighbours[link];
    if (neighbour === undefined || this.#cut.has(link)) return;
    const { first, last } = neighbour;
    const wanted = this.#offered.get(link) ?? new Set();
    this.#offered.set(link, wanted);
    for (const epoch of epochs) {
      const next = this.#next.get(epoch) ?? 1;
      for (let number = Math.max(first, next); number <= last; number += 1) wanted.add(`${epoch}/${number}`);
      if (last >= next) this.#lacks.offered(epoch, { link, first, last });
    }
  }

  /** The neighbour answers what is open on its link, if it is of those who do. */
  answer(link: number): void {
    const [neighbour, request] = [this.#neighbours[link], this.#open.get(link)];
    if (neighbour === undefined || request === undefined || neighbour.kind === "silent" || this.#cut.has(link)) return;
    this.#open.delete(link);
    for (const { epoch, first, last } of neighbour.kind === "gives" ? request.asks : []) {
      for (let number = Math.max(first, neighbour.first); number <= Math.min(last, neighbour.last); number += 1)
        this.#got.get(epoch)?.add(number);
      this.#advance(epoch);
    }
    const asked = request.asks.map(({ epoch }) => epoch);
    this.#lacks.answered(link, asked, (epoch) => this.#next.get(epoch) ?? 1, this.nowMs);
  }

  /** Each number over one link at a time, one request on a link, no more in it than an answer has (invariant 1). */
  plan(): void {
    for (const [link, { byMs }] of this.#open) if (byMs <= this.nowMs || this.#cut.has(link)) this.#open.delete(link);
    const { asks, skips } = this.#lacks.plan({
      known: (epoch) => ({ next: this.#next.get(epoch) ?? 1, lowestHeld: this.#lowestHeld(epoch) }),
      isUp: (link) => !this.#cut.has(link),
      nowMs: this.nowMs,
    });
    for (const { epoch, to } of skips) {
      this.#next.set(epoch, Math.max(to, this.#next.get(epoch) ?? 1));
      this.#advance(epoch);
    }
    for (const [link, wanted] of asks) {
      expect(this.#open.has(link)).toBe(false);
      this.#open.set(link, { asks: wanted, byMs: this.nowMs + limits.askMs });
    }
    const numbers = [...this.#open.values()].flatMap((request) => {
      const all = request.asks.flatMap(numbersOf);
      expect(all.length).toBeLessThanOrEqual(limits.answerCountMax);
      return all;
    });
    expect(new Set(numbers).size).toBe(numbers.length);
  }

  /** All that is offered by neighbours that give, and whose links stay, is here in the end. */
  end(): void {
    for (let turn = 0; turn < 200; turn += 1) {
      for (const link of this.#neighbours.keys()) this.answer(link);
      this.nowMs = Math.max(this.nowMs, Math.min(this.deadlineMs, this.nowMs + 1_000));
      this.plan();
    }
    for (const [link, wanted] of this.#offered) {
      if (this.#cut.has(link) || this.#neighbours[link]?.kind !== "gives") continue;
      const got = [...this.#got].flatMap(([epoch, numbers]) => [...numbers].map((number) => `${epoch}/${number}`));
      expect([...wanted].filter((name) => !got.includes(name))).toEqual([]);
    }
  }

  #advance(epoch: bigint): void {
    let next = this.#next.get(epoch) ?? 1;
    while (this.#got.get(epoch)?.has(next) === true) next += 1;
    this.#next.set(epoch, next);
  }

  #lowestHeld(epoch: bigint): number {
    const next = this.#next.get(epoch) ?? 1;
    return Math.min(...[...(this.#got.get(epoch) ?? [])].filter((number) => number > next));
  }
}

function numbersOf({ epoch, first, last }: Ask): readonly string[] {
  expect(last).toBeGreaterThanOrEqual(first);
  return Array.from({ length: last - first + 1 }, (_, index) => `${epoch}/${first + index}`);
}

test("whatever neighbours offer, answer, keep silent about or claim, each number is asked over one link at a time, and who has it is asked", () => {
  fc.assert(
    fc.property(neighbours, walks, (all, walk) => {
      const field = new Field(all);
      for (const step of walk) field.step(step);
      field.end();
    }),
    { numRuns: 300 },
  );
});

test("among neighbours that give, it comes to rest", () => {
  fc.assert(
    fc.property(neighbours, walks, (all, walk) => {
      const field = new Field(all.map((neighbour) => ({ ...neighbour, kind: "gives" })));
      for (const step of walk) field.step(step);
      field.end();
      expect(field.deadlineMs).toBe(Infinity);
    }),
    { numRuns: 150 },
  );
});
