import type { Random } from "../../src/testing/random.ts";
import type { PlannedPeer } from "./plan.ts";

/** Two peers that know each other, by their places. */
export type Pair = readonly [number, number];

interface Wanted {
  readonly count: number;
  readonly endMs: number;
  /** Clocks may be years apart from the beginning. */
  readonly farClocks: boolean;
}

const yearMs = 365 * 24 * 3_600_000;

/** Draws peers in some connected graph, and when they come. */
export function drawPeers(random: Random, wanted: Wanted): { peers: readonly PlannedPeer[]; links: readonly Pair[] } {
  const { count, endMs, farClocks } = wanted;
  const links = unique(random.pick(shapes)(range(0, count), random));
  const dials: Set<number>[] = range(0, count).map(() => new Set());
  for (const [a, b] of links) {
    // Either end may dial, now and then both.
    const [dialler, other] = random.chance(0.5) ? [a, b] : [b, a];
    dials[dialler]?.add(other);
    if (random.chance(0.2)) dials[other]?.add(dialler);
  }
  const isDisputed = random.chance(0.2);
  const isStaggered = random.chance(0.5);
  const isChurning = random.chance(0.3);
  const peers = dials.map((others, index) => {
    const isLate = isChurning && random.chance(0.3);
    const wished = isDisputed && random.chance(0.4) ? 1n : BigInt(index + 1);
    return {
      name: nameOf(index),
      joinsMs: isLate ? random.whole(0, Math.floor(endMs / 2)) : isStaggered ? random.whole(0, 2_000) : 0,
      wish: random.chance(0.8) ? wished : 0n,
      dials: [...others].map(nameOf),
      custody: random.chance(0.8),
      clockMs: drawClock(random, farClocks),
    };
  });
  return { peers, links };
}

/** From p1 on, so that a peer that gets the id it wishes for goes by that number. */
function nameOf(place: number): string {
  return `p${place + 1}`;
}

function drawClock(random: Random, far: boolean): number {
  if (far && random.chance(0.03)) return random.whole(-3, 3) * yearMs;
  return random.chance(0.3) ? random.whole(-20_000, 20_000) : 0;
}

type Shape = (places: readonly number[], random: Random) => readonly Pair[];

const line: Shape = (places) => places.slice(1).map((place, index) => [places[index] ?? place, place]);
const ring: Shape = (places, random) => [...line(places, random), [places.at(-1) ?? 0, places[0] ?? 0]];
const star: Shape = ([hub = 0, ...others]) => others.map((other) => [hub, other]);
const tree: Shape = ([first = 0, ...others], random) => {
  const joined = [first];
  return others.map((place) => {
    const to = random.pick(joined);
    joined.push(place);
    return [to, place];
  });
};
/** A tree, and some more links that make rings. */
const loose: Shape = (places, random) => {
  const more = random.whole(0, places.length);
  return [...tree(places, random), ...range(0, more).map((): Pair => [random.pick(places), random.pick(places)])];
};
/**
 * A tree, and up to four more links for each: most roads have two hops. Fewer in large worlds: what it costs until all
 * know all grows with the square of the links.
 */
const dense: Shape = (places, random) => {
  const each = Math.min(places.length > 20 ? 2 : 4, Math.floor((places.length - 1) / 2));
  const more = places.flatMap((place) => range(0, each).map((): Pair => [place, random.pick(places)]));
  return [...tree(places, random), ...more];
};
/** Two dense halves, and one link between them. */
const twoCliques: Shape = (places, random) => {
  const half = Math.floor(places.length / 2);
  const [left, right] = [places.slice(0, half), places.slice(half)];
  return [...dense(left, random), [random.pick(left), random.pick(right)], ...dense(right, random)];
};

const shapes: readonly Shape[] = [line, ring, star, tree, loose, dense, twoCliques];

function unique(links: readonly Pair[]): readonly Pair[] {
  const seen = new Map<string, Pair>();
  for (const [a, b] of links) if (a !== b) seen.set(`${Math.min(a, b)} ${Math.max(a, b)}`, [a, b]);
  return [...seen.values()];
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
