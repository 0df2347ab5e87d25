import type { Random } from "../../src/testing/random.ts";
import type { Fault, Nature, PlannedPeer, PlannedSend } from "./plan.ts";

interface Wanted {
  readonly peers: readonly PlannedPeer[];
  readonly faults: readonly Fault[];
  readonly nature: Nature;
  readonly endMs: number;
  readonly messages: number;
}

/** Ids nobody ever holds. */
const absentIds = [901n, 902n];
/** The shortest and longest life of a message that must expire before a world can come to rest. */
const shortTtlMs = [2_000, 60_000] as const;

/** Draws who sends how much to whom, and when. */
export function drawSends(random: Random, wanted: Wanted): readonly PlannedSend[] {
  const roads = drawRoads(random, wanted.peers);
  const times = drawTimes(random, wanted);
  const bursts = random.pick([1, 1, 10, 30]);
  const absent = random.pick([0, 0.1, 0.3]);
  const short = random.pick([0, 0.1, 0.5]);
  const padMax = random.pick(wanted.nature.bounds === "tight" ? [0, 60] : [0, 100, 3_000]);
  const shaky = shakyNames(wanted);
  const sends: PlannedSend[] = [];
  for (let left = wanted.messages; left > 0;) {
    const burst = random.chance(0.2) ? Math.min(left, random.whole(1, bursts)) : 1;
    left -= burst;
    const { from, to: present } = roads();
    const to = random.chance(absent) ? random.pick(absentIds) : present;
    const isShort = typeof to === "bigint" || shaky.has(to) || random.chance(short);
    sends.push({
      name: "",
      atMs: times(),
      from,
      to,
      ttlMs: isShort ? random.whole(...shortTtlMs) : 0,
      burst,
      padBytes: random.whole(0, padMax),
    });
  }
  return sends.toSorted((a, b) => a.atMs - b.atMs).map((send, index) => ({ ...send, name: `s${index + 1}` }));
}

/** Peers whose id, as somebody wrote to it, perhaps nobody holds again: mail for it must not wait for ever. */
function shakyNames({ peers, faults }: Wanted): ReadonlySet<string> {
  const wishes = peers.map(({ wish }) => wish).filter((wish) => wish !== 0n);
  const isDisputed = new Set(wishes).size < wishes.length;
  // A store that is lost or old forgets an id that was assigned, and so does one that is damaged.
  const changed = new Set(faults.flatMap((fault) => ("store" in fault && fault.store !== "kept" ? [fault.peer] : [])));
  return new Set(
    peers.filter(({ name, wish }) => isDisputed || (wish === 0n && changed.has(name))).map(({ name }) => name),
  );
}

/** Anybody to anybody, a few pairs, all to one, or one to all. */
function drawRoads(random: Random, peers: readonly PlannedPeer[]): () => { from: string; to: string } {
  const names = peers.map(({ name }) => name);
  const any = (): { from: string; to: string } => ({ from: random.pick(names), to: random.pick(names) });
  const one = random.pick(names);
  const pairs = Array.from({ length: random.whole(1, 4) }, any);
  const roads = [
    any,
    () => random.pick(pairs),
    () => ({ from: random.pick(names), to: one }),
    () => ({ from: one, to: random.pick(names) }),
  ];
  return random.pick(roads);
}

/** Evenly over the run, in a few moments, or around the times when something goes wrong. */
function drawTimes(random: Random, { endMs, faults }: Wanted): () => number {
  const even = (): number => random.whole(0, endMs - 1);
  const moments = Array.from({ length: random.whole(1, 5) }, even);
  const around = (atMs: number, ms: number): number => Math.min(Math.max(atMs + random.whole(-ms, ms), 0), endMs - 1);
  const troubled = (): number => (faults.length === 0 ? even() : around(random.pick(faults).atMs, 500));
  const mixed = (): number => (random.chance(0.5) ? even() : troubled());
  return random.pick([even, () => around(random.pick(moments), 2_000), troubled, mixed]);
}
