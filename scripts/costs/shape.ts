import { Random } from "../../src/testing/random.ts";

/** A graph of so many peers, numbered from 0: each link once, the lower number first. */
export interface Shape {
  readonly name: string;
  readonly peers: number;
  readonly links: readonly (readonly [number, number])[];
}

/** The shapes a crowd can have. */
export const shapeNames = ["random", "line", "star"] as const;

/** One of them. */
export type ShapeName = (typeof shapeNames)[number];

/** The shape of that name and size. A random one has that average degree; the others have what they have. */
export function shapeOf(name: ShapeName, peers: number, degree: number): Shape {
  switch (name) {
    case "random":
      return randomShape(peers, degree);
    case "line":
      return { name, peers, links: Array.from({ length: peers - 1 }, (_, index) => [index, index + 1]) };
    case "star":
      return { name, peers, links: Array.from({ length: peers - 1 }, (_, index) => [0, index + 1]) };
  }
}

/** Who is linked with whom, both ways, ascending. */
export function neighboursOf({ peers, links }: Shape): readonly (readonly number[])[] {
  const lists = Array.from({ length: peers }, (): number[] => []);
  for (const [a, b] of links) {
    lists[a]?.push(b);
    lists[b]?.push(a);
  }
  return lists.map((list) => list.toSorted((a, b) => a - b));
}

/** Links on the longest of all shortest roads from the peer; Infinity where there is no road to somebody. */
export function eccentricityOf(neighbours: readonly (readonly number[])[], from: number): number {
  const hops = new Map([[from, 0]]);
  // A map grows while it is walked, in order of distance.
  for (const [peer, far] of hops) {
    for (const other of neighbours[peer] ?? []) if (!hops.has(other)) hops.set(other, far + 1);
  }
  return hops.size === neighbours.length ? Math.max(...hops.values()) : Infinity;
}

/**
 * Links between random pairs, none twice, over a tree that makes it one piece: each peer is linked with one of those
 * before it, as when each is given the address of another when it is started.
 */
function randomShape(peers: number, degree: number): Shape {
  const random = new Random(peers);
  const links = new Map<number, readonly [number, number]>();
  const add = (a: number, b: number): void => {
    if (a !== b) links.set(Math.min(a, b) * peers + Math.max(a, b), [Math.min(a, b), Math.max(a, b)]);
  };
  for (let peer = 1; peer < peers; peer += 1) add(random.whole(0, peer - 1), peer);
  const wanted = Math.min(Math.floor((peers * degree) / 2), (peers * (peers - 1)) / 2);
  while (links.size < wanted) add(random.whole(0, peers - 1), random.whole(0, peers - 1));
  return { name: "random", peers, links: [...links.values()] };
}
