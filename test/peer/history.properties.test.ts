import fc from "fast-check";
import { expect, test } from "vitest";
import { End, type Letter } from "./talk.ts";

/** One end says something, or hears the next of what the other said. */
const steps = fc.array(fc.record({ end: fc.constantFrom("a", "b"), does: fc.constantFrom("say", "hear") }), {
  maxLength: 40,
});
interface Step {
  readonly end: string;
  readonly does: string;
}

/** Two that talk with each other, over two roads that keep the order. */
class Talk {
  readonly ends = { a: new End(1n), b: new End(2n) };
  /** By text: what its sender had said or heard before. */
  readonly before = new Map<string, ReadonlySet<string>>();
  readonly #roads = { a: [] as Letter[], b: [] as Letter[] };
  readonly #texts = new Map<Letter, string>();
  readonly #known = { a: new Set<string>(), b: new Set<string>() };

  async take({ end, does }: Step): Promise<void> {
    const self = end === "a" ? "a" : "b";
    if (does === "say") await this.#say(self);
    else await this.#hear(self);
  }

  /** Everything on the roads arrives. */
  async settle(): Promise<void> {
    for (const self of ["a", "b"] as const) while (this.#roads[self].length > 0) await this.#hear(self);
  }

  async #say(self: "a" | "b"): Promise<void> {
    const other = self === "a" ? "b" : "a";
    const text = `${this.before.size} of ${self}`;
    const letter = await this.ends[self].say(this.ends[other].id, text);
    this.before.set(text, new Set(this.#known[self]));
    this.#known[self].add(text);
    this.#texts.set(letter, text);
    this.#roads[other].push(letter);
  }

  async #hear(self: "a" | "b"): Promise<void> {
    const letter = this.#roads[self].shift();
    if (letter === undefined) return;
    await this.ends[self].hear(letter);
    this.#known[self].add(this.#texts.get(letter) ?? "");
  }
}

async function talkOf(taken: readonly Step[]): Promise<Talk> {
  const talk = new Talk();
  for (const step of taken) await talk.take(step);
  return talk;
}

test("however two talk, both list the same order, and nothing stands before what its sender had seen", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const talk = await talkOf(taken);
      await talk.settle();
      const { a, b } = talk.ends;
      const atA = (await a.all({ with: b.id })).map(({ text }) => text);
      expect((await b.all({ with: a.id })).map(({ text }) => text)).toEqual(atA);
      expect(new Set(atA)).toEqual(new Set(talk.before.keys()));
      for (const [index, text] of atA.entries())
        for (const cause of talk.before.get(text) ?? []) expect(atA.slice(0, index)).toContain(cause);
    }),
    { numRuns: 60 },
  );
});

test("a clock counts what its sender had said and heard, and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const talk = await talkOf(taken);
      await talk.settle();
      const { a, b } = talk.ends;
      for (const { text, clock, from } of await a.all({ with: b.id })) {
        const known = [...(talk.before.get(text) ?? []), text];
        const counts = [a, b].map(({ id, epoch }) => {
          return { epoch, id, number: BigInt(known.filter((each) => each.endsWith(id === a.id ? "a" : "b")).length) };
        });
        expect(clock, `${text} of ${from}`).toEqual(counts.filter(({ number }) => number > 0n));
      }
    }),
    { numRuns: 40 },
  );
});

test("pages of any size make one sequence without repetition or gap, while messages arrive", async () => {
  const sizes = fc.record({ limit: fc.integer({ min: 1, max: 7 }), newestFirst: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(steps, steps, sizes, async (taken, meanwhile, query) => {
      const talk = await talkOf(taken);
      const { a, b } = talk.ends;
      const known = (await a.all({ with: b.id, limit: 1_000 })).map(({ text }) => text);
      const later = [...meanwhile];
      const between = async (): Promise<void> => {
        const step = later.shift();
        if (step !== undefined) await talk.take(step);
      };
      const paged = (await a.all({ with: b.id, ...query }, between)).map(({ text }) => text);
      expect(new Set(paged).size).toBe(paged.length);
      const ordered = query.newestFirst ? known.toReversed() : known;
      expect(paged.filter((text) => known.includes(text))).toEqual(ordered);
    }),
    { numRuns: 60 },
  );
});
