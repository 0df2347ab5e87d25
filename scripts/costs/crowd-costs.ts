import { Crowd, type Member } from "./crowd.ts";
import { eccentricityOf, neighboursOf, shapeOf, type Shape, type ShapeName } from "./shape.ts";
import { cpuUsOf } from "./stopwatch.ts";
import type { Counts } from "./traffic.ts";

/** What it takes a crowd of full cores until all know the same. */
export interface CrowdCosts {
  readonly shape: string;
  readonly peers: number;
  readonly links: number;
  /** Links from peer 0 to the one that is farthest. */
  readonly hops: number;
  /** All start at once. */
  readonly start: Convergence;
  /** Two halves that have settled are linked by one link. */
  readonly meeting: Convergence;
}

/** What was needed until nobody learnt anything more. */
export interface Convergence {
  /** Time of the simulation. */
  readonly ms: number;
  readonly counts: Counts;
  /** Processor time, a peer. */
  readonly cpuMsEach: number;
}

const quietMs = 1_500;

/** @throws Error when not everybody knows everybody in the end. */
export function measureCrowd(name: ShapeName, peers: number, degree: number): CrowdCosts {
  const shape = shapeOf(name, peers, degree);
  const hops = eccentricityOf(neighboursOf(shape), 0);
  return {
    shape: name,
    peers,
    links: shape.links.length,
    hops,
    start: startAll(shape),
    meeting: meet(name, peers, degree),
  };
}

function startAll(shape: Shape): Convergence {
  const crowd = new Crowd();
  const members = Array.from({ length: shape.peers }, () => crowd.add());
  return converge(crowd, () => startMembers(members, shape));
}

function meet(name: ShapeName, peers: number, degree: number): Convergence {
  const crowd = new Crowd();
  const half = shapeOf(name, Math.floor(peers / 2), degree);
  const [here, there] = [0, 1].map(() => Array.from({ length: half.peers }, () => crowd.add()));
  if (here === undefined || there === undefined) throw new Error("there are two halves");
  startMembers(here, half);
  startMembers(there, half);
  crowd.settle(quietMs);
  const [one] = here;
  const [other] = there;
  return converge(crowd, () => {
    if (one !== undefined && other !== undefined) one.connect(other);
  });
}

/** Each link is dialled by the one with the higher number. */
function startMembers(members: readonly Member[], shape: Shape): void {
  const dialled = members.map((): Member[] => []);
  for (const [low, high] of shape.links) {
    const target = members[low];
    if (target !== undefined) dialled[high]?.push(target);
  }
  members.forEach((member, number) => member.start(dialled[number] ?? []));
}

function converge(crowd: Crowd, begin: () => void): Convergence {
  const before = crowd.traffic.counts;
  const fromMs = crowd.nowMs;
  let ms = 0;
  const us = cpuUsOf(() => {
    begin();
    ms = crowd.settle(quietMs) - fromMs;
  });
  const all = crowd.members.length;
  const lost = crowd.members.filter(({ core }) => core.view.figures().peers !== all - 1).length;
  if (lost > 0) throw new Error(`${lost} of ${all} peers do not know all others`);
  return { ms, counts: crowd.traffic.since(before), cpuMsEach: us / 1_000 / all };
}
