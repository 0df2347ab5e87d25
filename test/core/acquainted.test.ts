import { expect, test } from "vitest";
import { Acquainted } from "../../src/core/acquainted.ts";
import { Effects } from "../../src/core/effects.ts";
import type { StoreEntry } from "../../src/core/store-op.ts";
import { fakePeer, type FakePeer } from "../world/adverts.ts";

const [a, b, c] = [fakePeer(1), fakePeer(2), fakePeer(3)];

/** Lives of one peer on one store, which remembers so many. */
class Lives {
  readonly #max: number;
  readonly #store = new Map<string, Uint8Array>();
  #effects = new Effects();
  writes = 0;
  now: Acquainted;

  constructor(max = 10) {
    this.#max = max;
    this.now = this.#begin();
  }

  /** The peer is started anew. @returns whom it knows, as "id name since". */
  next(): readonly string[] {
    this.save();
    this.now = this.#begin();
    this.save();
    return [...this.now.former.all()].map(({ id, name, goneSinceMs }) => `${id} ${name} ${goneSinceMs}`);
  }

  save(): void {
    this.#effects.close(0);
    for (const effect of this.#effects.take()) {
      if (effect.kind !== "persist") continue;
      this.writes += effect.ops.length;
      for (const { key, value } of effect.ops) {
        if (value === undefined) this.#store.delete(key);
        else this.#store.set(key, value);
      }
    }
  }

  get stored(): number {
    return this.#store.size;
  }

  #begin(): Acquainted {
    this.#effects = new Effects();
    const entries: readonly StoreEntry[] = [...this.#store].map(([key, value]) => ({ key, value }));
    return new Acquainted({ limits: { acquaintancesMax: this.#max }, effects: this.#effects }, entries);
  }
}

const named = (peer: FakePeer, name: string, id = 10n) => peer.advert({ id, name });

test("who went is known in the next life with all that people ask for, and since when", () => {
  const lives = new Lives();
  const record = a.advert({ id: 11n, name: "ali", features: ["custody", "via cs2"], credential: new Uint8Array([1]) });
  lives.now.here(record, 5);
  lives.now.gone(record, 7);
  lives.next();
  const { node, id, name, addresses, key, credential } = record;
  const features = ["via cs2"];
  expect([...lives.now.former.all()]).toEqual([
    { node, id, name, addresses, key, credential, features, goneSinceMs: 7, left: true },
  ]);
  expect(lives.next()).toEqual(["11 ali 7"]);
});

test("who was there was last seen when this peer left, and is not said to have been there in a life that did not see it", () => {
  const lives = new Lives();
  lives.now.here(named(a, "ali"), 5);
  lives.now.end(9);
  expect(lives.next()).toEqual(["10 ali 9"]);
  lives.now.here(named(b, "bea", 11n), 20);
  lives.now.end(30);
  expect(lives.next()).toEqual(["10 ali 9", "11 bea 30"]);
});

test("of a life that ended without a word the last thing noted tells when it saw those who were there", () => {
  const lives = new Lives();
  lives.now.here(named(a, "ali"), 5);
  lives.now.here(named(b, "bea", 11n), 6);
  lives.now.gone(named(b, "bea", 11n), 8);
  expect(lives.next()).toEqual(["10 ali 8", "11 bea 8"]);
});

test("a new name and a new address are noted, and what says nothing new is not written", () => {
  const lives = new Lives();
  lives.now.here(named(a, "ali"), 5);
  lives.save();
  const { writes } = lives;
  lives.now.here(a.advert({ id: 10n, name: "ali", version: 2n, neighbours: [b.node] }), 6);
  lives.save();
  expect(lives.writes).toBe(writes);
  lives.now.here(named(a, "alia"), 7);
  expect(lives.next()).toEqual(["10 alia 7"]);
});

test("whoever has the id now takes the place of whoever had it, whose going says nothing then", () => {
  const lives = new Lives();
  lives.now.here(named(a, "ali"), 5);
  lives.now.here(named(b, "bea"), 6);
  lives.now.gone(named(a, "ali"), 7);
  expect(lives.next()).toEqual(["10 bea 6"]);
});

test("who has another id by now is not known by the old one", () => {
  const lives = new Lives();
  lives.now.here(named(a, "ali"), 5);
  lives.now.drop(10n);
  lives.now.here(named(a, "ali", 12n), 6);
  expect(lives.next()).toEqual(["12 ali 6"]);
});

test("the longest gone make room, the present do not, and one more that goes is noted all the same", () => {
  const lives = new Lives(2);
  lives.now.gone(named(a, "ali", 11n), 1);
  lives.now.gone(named(b, "bea", 12n), 2);
  lives.now.here(named(c, "can", 13n), 3);
  expect(lives.next()).toEqual(["12 bea 2", "13 can 3"]);
  for (const [index, peer] of [a, b, c].entries()) lives.now.here(named(peer, `p${index}`, BigInt(20 + index)), 4);
  lives.save();
  expect(lives.stored).toBe(2);
  lives.now.gone(named(c, "p2", 22n), 9);
  expect(lives.next()).toEqual(["21 p1 9", "22 p2 9"]);
});

test("a store with fewer places than it has acquaintances forgets the longest gone, and other records are passed over", () => {
  const effects = new Effects();
  const many = new Acquainted({ limits: { acquaintancesMax: 3 }, effects }, []);
  for (const [index, peer] of [a, b, c].entries()) many.gone(named(peer, `p${index}`, BigInt(20 + index)), index + 1);
  effects.close(0);
  const [commit] = effects.take();
  const ops = commit?.kind === "persist" ? commit.ops : [];
  const entries = ops.map(({ key, value = new Uint8Array() }) => ({ key, value }));
  const other = { key: "snowflake", value: new Uint8Array([255]) };
  const few = new Acquainted({ limits: { acquaintancesMax: 1 }, effects }, [other, ...entries]);
  expect([...few.former.all()].map(({ name }) => name)).toEqual(["p2"]);
  effects.close(0);
  expect(effects.take()).toMatchObject([{ kind: "persist", ops: [{ value: undefined }, { value: undefined }] }]);
});
