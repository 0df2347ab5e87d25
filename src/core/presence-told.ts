import type { AdvertRecord } from "./advert.ts";
import type { Effects } from "./effects.ts";
import type { Leases } from "./leases.ts";
import type { Topology } from "./topology.ts";

/** What is needed to tell of it. */
export interface PresenceParts {
  readonly topology: Pick<Topology, "takePresenceChanges" | "get">;
  readonly leases: Pick<Leases, "hold" | "release" | "silent">;
  readonly effects: Pick<Effects, "add">;
}

/** Tells who came and who went since the last call, and has their ids held, or not for much longer. @returns all of them. */
export function tellPresence({ topology, leases, effects }: PresenceParts, nowMs: number): readonly AdvertRecord[] {
  const { up, down } = topology.takePresenceChanges();
  for (const { id, node, left } of down) {
    if (left || topology.get(node)?.left === true) leases.release(id, node);
    else leases.silent(id, node, nowMs);
    effects.add({ kind: "peer", id, state: "down" });
  }
  for (const { id, node, claimedAtMs } of up) {
    leases.hold(id, node, claimedAtMs);
    effects.add({ kind: "peer", id, state: "up" });
  }
  return [...down, ...up];
}
