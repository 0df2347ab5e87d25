import { expect, test } from "vitest";
import type { Span } from "../../src/testing/random.ts";
import { meet } from "../sim/meet.ts";
import type { SimPeer } from "../sim/sim-peer.ts";
import { World } from "../sim/world.ts";

/** Who dials whom. */
const shapes: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "a line": { a: [], b: ["a"], c: ["b"], d: ["c"] },
  "a line the other way": { a: ["b"], b: ["c"], c: ["d"], d: [] },
  "a line whose ends dial each other": { a: ["b"], b: ["a", "c"], c: ["b", "d"], d: ["c"] },
  "a triangle": { a: [], b: ["a"], c: ["a", "b"] },
  "a triangle whose peers dial each other": { a: ["b", "c"], b: ["a", "c"], c: ["a", "b"] },
};
const delays: readonly Span[] = [
  [1, 3],
  [1, 10],
  [20, 25],
];

/** What people at the peer are told of others, by id, as "down up". */
function toldOf(peer: SimPeer, since: number): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  for (const line of peer.events.slice(since)) {
    const { id, state } = /^(?<id>\d+) (?<state>up|down)$/.exec(line)?.groups ?? {};
    if (id === undefined || state === undefined) continue;
    const before = told.get(id);
    told.set(id, before === undefined ? state : `${before} ${state}`);
  }
  return told;
}

/** How one is killed: how long it is away, milliseconds, and whether its machine tells its neighbours. */
interface Death {
  readonly awayMs: number;
  readonly isTold: boolean;
}

/** What is told too often after one was killed and started again, by whom and of whom. */
function flaps(world: World, killed: SimPeer, { awayMs, isTold }: Death): readonly string[] {
  const { peers } = world;
  const since = peers.map(({ events }) => events.length);
  killed.crash(isTold);
  world.run(awayMs);
  killed.start();
  world.run(12_000);
  return peers.flatMap((peer, index) => {
    const right = peer === killed ? "up" : "down up";
    const told = [...toldOf(peer, since[index] ?? 0)];
    return told.flatMap(([id, states]) => (states === right ? [] : [`at ${peer.name} of ${id}: ${states}`]));
  });
}

/** How long it is away, milliseconds, and the seed of the world. */
const aways = [
  [500, 1],
  [500, 2],
  [2_000, 3],
  [8_000, 4],
] as const;
const cases = Object.keys(shapes).flatMap((shape) => delays.map((delayMs) => ({ shape, delayMs })));

test.each(cases)(
  "in $shape, frames taking $delayMs ms, a peer that is killed and started again is told down once and up once, and so are those behind it",
  ({ shape, delayMs }) => {
    const names = Object.entries(shapes[shape] ?? {});
    for (const [name] of names) {
      for (const [awayMs, seed] of aways) {
        for (const isTold of [true, false]) {
          const world = new World({ seed, delayMs });
          const peers = names.map(([each, dials], index) => world.peer(each, { id: BigInt(index + 1), dials }));
          meet(world, ...peers);
          world.run(3_000 + 137 * seed);
          const [killed] = peers.filter((peer) => peer.name === name);
          if (killed === undefined) throw new Error(`there is no peer ${name}`);
          const why = `${name} is away for ${awayMs} ms, and its neighbours are ${isTold ? "" : "not "}told`;
          expect(flaps(world, killed, { awayMs, isTold }), why).toEqual([]);
        }
      }
    }
  },
);
