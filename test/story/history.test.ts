import { expect, test } from "vitest";
import type { HistoryMessage, HistoryQuery } from "../../src/peer/history-types.ts";
import type { Peer } from "../../src/peer/types.ts";
import type { Target } from "../../src/peer/target.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

/** Peers by name, in a ring. */
class Village {
  readonly mesh: TestMesh;
  readonly #peers = new Map<string, Peer>();
  readonly #names: readonly string[];

  constructor(seed: number, ...names: readonly string[]) {
    this.mesh = createTestMesh({ seed, delayMs: [1, 60] });
    this.#names = names;
  }

  async gather(): Promise<void> {
    for (const name of this.#names) await this.start(name);
    await this.mesh.run(3_000);
  }

  async start(name: string): Promise<void> {
    const at = this.#names.indexOf(name);
    const dials = [this.#names[at - 1], this.#names[at + 1 - this.#names.length]];
    const peers = dials.filter((other) => other !== undefined && other !== name);
    const peer = await this.mesh.start(name, { peers: peers.filter((other) => other !== undefined) });
    this.#peers.set(name, peer);
  }

  at(name: string): Peer {
    const peer = this.#peers.get(name);
    if (peer === undefined) throw new Error(`there is no ${name}`);
    return peer;
  }

  say(name: string, to: Target, text: string): void {
    this.at(name)
      .send(to, text)
      .settled.catch(() => {});
  }

  /** All of a conversation as a peer lists it, so many to a page. */
  async list(name: string, query: HistoryQuery): Promise<readonly HistoryMessage[]> {
    const listed: HistoryMessage[] = [];
    let after = query.after;
    do {
      const asked = { ...query, ...(after === undefined ? {} : { after }) };
      const page = await this.mesh.until(this.at(name).history(asked));
      listed.push(...page.messages);
      after = page.next;
    } while (after !== undefined);
    return listed;
  }

  async texts(name: string, target: Target): Promise<readonly string[]> {
    return (await this.list(name, { with: target })).map(({ text }) => text);
  }
}

/** What each message says of its sender's knowledge is what stands before it. */
function checkClocks(listed: readonly HistoryMessage[]): void {
  const reached = new Map<bigint, bigint>();
  for (const { clock, lamport, from, number } of listed) {
    const own = clock.find((entry) => entry.id === from);
    expect(own?.number).toBe(number);
    for (const entry of clock) {
      const before = reached.get(entry.epoch) ?? 0n;
      if (entry !== own) expect(entry.number).toBeLessThanOrEqual(before);
    }
    if (own !== undefined) reached.set(own.epoch, number);
    expect(lamport).toBeGreaterThan(0n);
  }
}

test.each([1, 2, 3])(
  "both ends of a conversation list it in one order, over a partition and restarts (seed %i)",
  async (seed) => {
    const village = new Village(seed, "a", "b");
    await village.gather();
    const { mesh } = village;
    const [a, b] = [village.at("a").id, village.at("b").id];
    for (let turn = 0; turn < 3; turn += 1) {
      village.say("a", b, `question ${turn}`);
      await mesh.run(500);
      village.say("b", a, `answer ${turn}`);
      if (turn < 2) await mesh.run(500);
    }
    mesh.partition(["a"], ["b"]);
    for (let turn = 0; turn < 3; turn += 1) {
      village.say("a", b, `a, alone ${turn}`);
      village.say("b", a, `b, alone ${turn}`);
      await mesh.run(100);
    }
    village.say("a", b, "a, still alone");
    mesh.healAll();
    await mesh.run(40_000);
    mesh.crash("a");
    await mesh.run(1_000);
    await village.start("a");
    await mesh.run(10_000);
    village.say("a", b, "back again");
    await mesh.run(5_000);
    village.say("b", a, "welcome");
    await mesh.run(5_000);
    const atA = await village.texts("a", b);
    expect(atA).toHaveLength(15);
    expect(await village.texts("b", a)).toEqual(atA);
    expect(atA.slice(0, 5)).toEqual(["question 0", "answer 0", "question 1", "answer 1", "question 2"]);
    expect(atA.slice(-2)).toEqual(["back again", "welcome"]);
    checkClocks(await village.list("a", { with: b }));
    checkClocks(await village.list("b", { with: a }));
  },
);

test.each([1, 2])(
  "what is concurrent in a group stands in one order at all members, after restarts too (seed %i)",
  async (seed) => {
    const village = new Village(seed, "a", "b", "c");
    await village.gather();
    const { mesh } = village;
    const others = [village.at("b").id, village.at("c").id];
    const group = await mesh.until(village.at("a").groups.create("team", others));
    await mesh.run(1_000);
    for (const name of ["b", "c"]) village.at(name).groups.accept(group);
    await mesh.run(2_000);
    for (let round = 0; round < 6; round += 1) {
      for (const name of ["a", "b", "c"]) village.say(name, group, `${name} ${round}`);
      await mesh.run(round % 2 === 0 ? 40 : 400);
    }
    await mesh.run(10_000);
    mesh.crash("b");
    await mesh.run(1_000);
    await village.start("b");
    await mesh.run(10_000);
    village.say("b", group, "back again");
    await mesh.run(10_000);
    const atA = await village.texts("a", group);
    expect(atA).toHaveLength(19);
    expect(atA.at(-1)).toBe("back again");
    for (const name of ["b", "c"]) expect(await village.texts(name, group)).toEqual(atA);
    for (const name of ["a", "b", "c"]) checkClocks(await village.list(name, { with: group }));
  },
);

test("what is for everyone is listed by all in one order, whatever the size of a page", async () => {
  const village = new Village(4, "a", "b", "c", "d");
  await village.gather();
  const { mesh } = village;
  for (let round = 0; round < 5; round += 1) {
    for (const name of ["a", "b", "c", "d"]) village.say(name, "everyone", `${name} ${round}`);
    await mesh.run(30);
  }
  await mesh.run(10_000);
  mesh.crash("c");
  await village.start("c");
  await mesh.run(5_000);
  village.say("c", "everyone", "back again");
  await mesh.run(5_000);
  const atA = await village.texts("a", "everyone");
  expect(atA).toHaveLength(21);
  expect(atA.at(-1)).toBe("back again");
  for (const name of ["b", "c", "d"]) {
    const listed = await village.list(name, { with: "everyone", limit: 4 });
    expect(listed.map(({ text }) => text)).toEqual(atA);
    checkClocks(listed);
    const backwards = await village.list(name, { with: "everyone", limit: 3, newestFirst: true });
    expect(backwards.map(({ text }) => text).toReversed()).toEqual(atA);
  }
});
