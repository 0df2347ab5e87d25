import { Random } from "../../src/testing/random.ts";
import type { Fault, Plan, PlannedPeer } from "./plan.ts";

/** One in so many seeds: a prime, so that it has nothing to do with what else goes by the seed. */
const everySeeds = 13;

/** Whether worlds of this seed have leaves. All others are as they were before there were any. */
export function hasLeaves(seed: number): boolean {
  return seed % everySeeds === 0;
}

/**
 * Makes some of a plan's peers leaves, attached to one to three of the others, which are linked among themselves as
 * before. Nobody dials a leaf, and nobody is told to dial by hand where a leaf is concerned: it would be refused.
 */
export function withLeaves(plan: Plan): Plan {
  const random = new Random(plan.seed ^ 0x1eaf);
  const { peers } = plan;
  const fullCount = random.whole(1, peers.length - 1);
  const full = peers.slice(0, fullCount).map(({ name }) => name);
  const leaves = new Set(peers.slice(fullCount).map(({ name }) => name));
  const drawn = peers.map((peer): PlannedPeer => {
    const dials = peer.dials.filter((name) => !leaves.has(name));
    if (!leaves.has(peer.name)) return { ...peer, dials };
    const others = Array.from({ length: random.whole(1, 3) }, () => random.pick(full));
    return { ...peer, dials: [...new Set([...dials, ...others])].slice(0, 3), custody: false, leaf: true };
  });
  const kept = plan.faults.filter((fault) => !isByHand(fault, leaves));
  const faults = kept.map((fault, index) => ({ ...fault, name: `f${index + 1}` }));
  return { ...plan, peers: joined(drawn.slice(0, fullCount)).concat(drawn.slice(fullCount)), faults };
}

function isByHand(fault: Fault, leaves: ReadonlySet<string>): boolean {
  if (fault.kind === "both-dial") return leaves.has(fault.a) || leaves.has(fault.b);
  if (fault.kind === "connect" || fault.kind === "disconnect") return leaves.has(fault.from) || leaves.has(fault.to);
  return false;
}

/** Those that only a leaf held together are linked in another way. */
function joined(peers: readonly PlannedPeer[]): readonly PlannedPeer[] {
  const groups = new Map(peers.map(({ name }) => [name, name]));
  const groupOf = (name: string): string => groups.get(name) ?? name;
  const merge = (a: string, b: string): void => {
    const [from, to] = [groupOf(a), groupOf(b)];
    for (const [name, group] of groups) if (group === from) groups.set(name, to);
  };
  for (const { name, dials } of peers) for (const other of dials) merge(name, other);
  return peers.map((peer, index) => {
    const before = peers[index - 1]?.name;
    if (before === undefined || groupOf(before) === groupOf(peer.name)) return peer;
    merge(before, peer.name);
    return { ...peer, dials: [...peer.dials, before] };
  });
}
