import { Random } from "../../src/testing/random.ts";
import type { Plan, PlannedSend } from "./plan.ts";

/** The shortest and longest life of a message that is to be over before the run is. */
const shortTtlMs = [2_000, 60_000] as const;

/**
 * Adds messages for everyone to a plan, behind all other sends: those keep their places. Chance has a source of its own, so
 * that all else of the plan is as without them.
 */
export function withBroadcasts(plan: Plan, count: number): Plan {
  const random = new Random(plan.seed ^ 0xa11);
  const names = plan.peers.map(({ name }) => name);
  const one = random.pick(names);
  const from = random.pick([() => random.pick(names), () => random.pick(names), () => one]);
  const bursts = random.pick([1, 3, 20]);
  const short = random.pick([0, 0, 0.3]);
  const troubled = random.pick([0, 0.5]);
  const sends: PlannedSend[] = [];
  for (let left = count; left > 0;) {
    const burst = random.chance(0.3) ? Math.min(left, random.whole(1, bursts)) : 1;
    left -= burst;
    const isNear = plan.faults.length > 0 && random.chance(troubled);
    const atMs = isNear ? random.pick(plan.faults).atMs + random.whole(-300, 300) : random.whole(0, plan.endMs - 1);
    sends.push({
      ...{
        name: "",
        from: from(),
        to: 0n,
        burst,
        padBytes: random.whole(0, 60),
      },
      atMs: Math.min(Math.max(atMs, 0), plan.endMs - 1),
      ttlMs: random.chance(short) ? random.whole(...shortTtlMs) : 0,
    });
  }
  const added = sends
    .toSorted((a, b) => a.atMs - b.atMs)
    .map((send, index) => ({
      ...send,
      name: `s${plan.sends.length + index + 1}`,
    }));
  return { ...plan, sends: [...plan.sends, ...added] };
}
