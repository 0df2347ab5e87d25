import { Assigner } from "../../src/core/assigner.ts";
import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import { Holder } from "../../src/core/holder.ts";
import { Identity } from "../../src/core/identity.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Snowflake } from "../../src/core/snowflake.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "./adverts.ts";
import { seededEntropy } from "./entropy.ts";
import { kindOf } from "./frames.ts";

/** A holder with everything it works with, and a disk that takes its time. */
export class HolderRig {
  readonly entropy = seededEntropy("holder");
  readonly effects = new Effects();
  readonly leases = new Leases(defaultLimits);
  readonly snowflake = new Snowflake(0);
  readonly identity: Identity;
  readonly topology: Topology;
  readonly holder: Holder;
  /** Times the advert was to be stated anew. */
  changes = 0;
  #effects: readonly Effect[] = [];
  #commits = 0;

  constructor(options: { desiredId?: bigint; storedId?: bigint; seed?: number; claimedAtMs?: number } = {}) {
    const { node, signer } = fakePeer(options.seed ?? 1);
    const before = Identity.from(undefined, { desiredId: 0n, entropy: this.entropy, nowMs: 0 });
    if (options.storedId !== undefined) before.take(options.storedId, "granted", 0);
    const stored = options.storedId === undefined ? undefined : before.record();
    const { desiredId = 0n, claimedAtMs } = options;
    this.identity = Identity.from(stored, { desiredId, claimedAtMs, entropy: this.entropy, nowMs: 0 });
    this.topology = new Topology(node, defaultLimits);
    const { identity, effects, leases, snowflake, topology, entropy } = this;
    this.holder = new Holder({
      self: node,
      ...{ identity, effects, leases, snowflake, topology, entropy },
      assigner: new Assigner({ snowflake, leases, topology, signer }),
      limits: defaultLimits,
      changed: () => (this.changes += 1),
    });
  }

  /** Finishes an event as the mesh does. */
  settle(nowMs: number, exhausted = (): boolean => false): void {
    this.holder.settle(exhausted, nowMs);
    this.holder.reserve();
    while (this.effects.close(nowMs)) continue;
    this.#effects = [...this.#effects, ...this.effects.take()];
  }

  /** Lets everything written become durable, and finishes that event. */
  persist(nowMs: number, exhausted = (): boolean => false): void {
    this.#commits = kindOf(this.#effects, "persist").length;
    this.effects.persisted(this.#commits, nowMs);
    this.settle(nowMs, exhausted);
  }

  /** Effects of a kind so far. */
  told<K extends Effect["kind"]>(kind: K): readonly Extract<Effect, { kind: K }>[] {
    return kindOf(this.#effects, kind);
  }
}
