import { expect, test } from "vitest";
import type { Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh, type TestPeerOptions } from "../../src/testing/mesh.ts";

/** Peers that keep their links by themselves, by name. */
class Crowd {
  readonly mesh: TestMesh;
  readonly peers = new Map<string, Peer>();

  constructor(seed: number) {
    this.mesh = createTestMesh({ seed });
  }

  async start(name: string, options: TestPeerOptions): Promise<Peer> {
    const peer = await this.mesh.start(name, options);
    this.peers.set(name, peer);
    return peer;
  }

  crash(...names: readonly string[]): void {
    for (const name of names) {
      this.mesh.crash(name);
      this.peers.delete(name);
    }
  }

  /** Names of a peer's neighbours. */
  neighbours(of: string): readonly string[] {
    const peers = this.peers.get(of)?.peers() ?? [];
    return peers.flatMap(({ neighbour, name }) => (neighbour ? [name] : [])).toSorted();
  }

  /** How many links each has. */
  get degrees(): readonly number[] {
    return [...this.peers.keys()].map((name) => this.neighbours(name).length);
  }

  /** Those that do not see all others. */
  get apart(): readonly string[] {
    const reach = (peer: Peer): number => peer.peers().filter(({ absentSince }) => absentSince === undefined).length;
    return [...this.peers].flatMap(([name, peer]) => (reach(peer) === this.peers.size - 1 ? [] : [name]));
  }

  /** Fails unless the mesh is whole and every number of links within the bounds. */
  expectKept({ min, max }: { readonly min: number; readonly max: number }): void {
    expect({ apart: this.apart, out: this.degrees.filter((links) => links < min || links > max) }).toEqual({
      apart: [],
      out: [],
    });
  }
}

const minute = 60_000;

function names(count: number, of = "p"): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${of}${index}`);
}

/** So many peers that know of one address each: that of the first. */
async function crowd(
  size: number,
  seed: number,
  options: TestPeerOptions & { readonly atOnce?: boolean },
): Promise<Crowd> {
  const { atOnce = true, ...others } = options;
  const all = new Crowd(seed);
  const starts = names(size).map((name) => () => all.start(name, { bootstrap: ["p0"], ...others }));
  if (atOnce) await Promise.all(starts.map((start) => start()));
  else for (const start of starts) await start();
  return all;
}

const ranges = [
  { min: 3, max: 5 },
  { min: 2, max: 3 },
  { min: 4, max: 8 },
];

test.each(ranges)("thirty that know of one address each end with $min to $max links, in one mesh", async (degree) => {
  for (const [seed, atOnce] of [
    [1, true],
    [3, false],
  ] as const) {
    const all = await crowd(30, seed, { degree, atOnce });
    await all.mesh.run(minute);
    all.expectKept(degree);
  }
});

test.each(ranges)(
  "when a quarter of them dies, bootstrap and all, the others fill up to $min links again",
  async (degree) => {
    const all = await crowd(30, 4, { degree });
    await all.mesh.run(minute);
    all.crash(...names(8));
    await all.mesh.run(minute);
    all.expectKept(degree);
    expect(all.degrees).toHaveLength(22);
  },
);

test("where all have as many links as they may, a newcomer takes its place between two of them", async () => {
  for (const seed of [1, 2, 3]) {
    const ring = { min: 2, max: 2 };
    const all = await crowd(8, seed, { degree: ring });
    await all.mesh.run(minute);
    all.expectKept(ring);
    const late = names(4, "late").map((name) => all.start(name, { degree: ring, bootstrap: ["p3"] }));
    await Promise.all(late);
    await all.mesh.run(2 * minute);
    all.expectKept(ring);
  }
});

test("a mesh that was in two parts for an hour, each with links enough, is one again once it can be", async () => {
  const degree = { min: 2, max: 3 };
  const all = await crowd(10, 5, { degree });
  await all.mesh.run(minute);
  all.mesh.partition(names(10).slice(0, 5), names(10).slice(5));
  await all.mesh.run(60 * minute);
  expect(all.apart).toHaveLength(10);
  all.mesh.healAll();
  await all.mesh.run(60 * minute);
  all.expectKept(degree);
});

test("when the only peer between two parts dies, they find each other without it", async () => {
  const all = new Crowd(6);
  const degree = { min: 2, max: 4 };
  for (const name of names(4, "left")) await all.start(name, { degree, bootstrap: ["left0"] });
  for (const name of names(4, "right")) await all.start(name, { degree, bootstrap: ["right0"] });
  await all.start("between", { peers: ["left1", "right1"] });
  await all.mesh.run(10_000);
  const crossings = names(4, "left").flatMap((name) =>
    all.neighbours(name).filter((other) => other.startsWith("right")),
  );
  expect([all.apart, crossings]).toEqual([[], []]);
  all.crash("between");
  await all.mesh.run(minute);
  expect(all.apart).toEqual([]);
});

test("links that people asked for are kept, even above the most, and others make room for them", async () => {
  const all = await crowd(6, 7, { degree: { min: 2, max: 2 } });
  await all.mesh.run(minute);
  for (const name of names(3, "plain")) await all.start(name, { peers: ["p0"] });
  await all.mesh.run(10 * minute);
  expect(all.neighbours("p0")).toEqual(["plain0", "plain1", "plain2"]);
  expect(all.apart).toEqual([]);
});

test("what its own list asks for is dialled and kept, whatever the most is", async () => {
  const all = new Crowd(8);
  for (const name of names(4)) await all.start(name, {});
  await all.start("fond", { peers: names(4), degree: { min: 1, max: 2 } });
  await all.mesh.run(10 * minute);
  expect(all.neighbours("fond")).toEqual([...names(4)]);
});

test("peers that a person disconnected are not linked again, although both want for links", async () => {
  const all = await crowd(3, 9, { degree: { min: 2, max: 2 } });
  await all.mesh.run(minute);
  const [, b] = [all.peers.get("p0"), all.peers.get("p1")];
  all.peers.get("p0")?.disconnect(b?.id ?? 0n);
  await all.mesh.run(10 * minute);
  expect(all.neighbours("p0")).toEqual(["p2"]);
  expect(all.neighbours("p1")).toEqual(["p2"]);
});

test("without a range, a bootstrap address is asked for one link, and asked again when that is lost", async () => {
  const all = new Crowd(10);
  await all.start("a", {});
  await all.start("b", { peers: ["a"] });
  await all.start("c", { bootstrap: ["a"] });
  await all.mesh.run(minute);
  expect(all.neighbours("c")).toHaveLength(1);
  all.crash("a");
  await all.mesh.run(minute);
  expect([all.neighbours("b"), all.neighbours("c")]).toEqual([["c"], ["b"]]);
});

test("a peer whose bootstrap address is not up yet keeps asking it, and is linked once it is", async () => {
  const all = new Crowd(11);
  await all.start("early", { degree: { min: 1, max: 2 }, bootstrap: ["late"] });
  await all.mesh.run(30 * minute);
  await all.start("late", {});
  await all.mesh.run(10_000);
  expect(all.neighbours("late")).toEqual(["early"]);
});

test("leaves take no part, and do not count as links", async () => {
  const all = await crowd(4, 12, { degree: { min: 1, max: 1 }, atOnce: false });
  for (const name of names(3, "leaf")) await all.start(name, { leaf: true, peers: ["p0"] });
  await all.mesh.run(minute);
  expect(all.neighbours("p0")).toEqual(expect.arrayContaining(["leaf0", "leaf1", "leaf2"]));
  expect(all.neighbours("leaf0")).toEqual(["p0"]);
});
