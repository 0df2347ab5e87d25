import type { Acquainted } from "./acquainted.ts";
import type { AdvertRecord } from "./advert.ts";
import type { Effects } from "./effects.ts";
import type { Leases } from "./leases.ts";
import type { Topology } from "./topology.ts";

/** What is needed to tell of it. */
export interface PresenceParts {
  readonly topology: Pick<Topology, "takePresenceChanges" | "get" | "goneSinceMs">;
  readonly leases: Pick<Leases, "hold" | "release" | "silent">;
  readonly effects: Pick<Effects, "add">;
  readonly acquainted: Pick<Acquainted, "here" | "gone" | "drop">;
}

/**
 * Tells who came, who went and who is called otherwise since the last call, and has their ids held, or not for much longer,
 * and them remembered.
 * @returns all that came and went.
 */
export function tellPresence(parts: PresenceParts, nowMs: number): readonly AdvertRecord[] {
  const { topology, leases, effects, acquainted } = parts;
  const { up, down } = topology.takePresenceChanges((record, before) => {
    acquainted.here(record, nowMs);
    if (record.name !== before.name) effects.add({ kind: "peer", id: record.id, state: "renamed" });
  });
  const again = new Set(down.length === 0 ? [] : up.map(({ node }) => node));
  for (const record of down) {
    const { id, node, left } = record;
    if (left || topology.get(node)?.left === true) leases.release(id, node);
    else leases.silent(id, node, nowMs);
    // Under another id it is no acquaintance of the past.
    if (again.has(node)) acquainted.drop(id, node);
    else acquainted.gone(record, topology.goneSinceMs(node) ?? nowMs);
    effects.add({ kind: "peer", id, state: "down" });
  }
  for (const record of up) {
    const { id, node, claimedAtMs } = record;
    leases.hold(id, node, claimedAtMs);
    acquainted.here(record, nowMs);
    effects.add({ kind: "peer", id, state: "up" });
  }
  return [...down, ...up];
}
