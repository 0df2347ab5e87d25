import { Grant } from "../gen/e3/v1/link_pb.ts";
import type { Answer } from "./handshake.ts";
import type { LeaseAnswer, Leases } from "./leases.ts";
import { assignerHash, type Snowflake } from "./snowflake.ts";
import type { Topology } from "./topology.ts";
import type { Signer } from "./world.ts";

/** What a dialler says of ids: the one it holds and the one it wishes for, 0n for none. */
export interface Asked {
  readonly id: bigint;
  readonly desiredId: bigint;
}

/**
 * Assigner: gives ids to the peers that connect, and says whether they may have the one they wish for.
 *
 * Invariants
 * 1. An id that another node holds, or held less than a lease ago, is refused (requirement A6).
 * 2. Whoever has no id, or may not keep the one it has, is assigned a fresh one.
 */
export class Assigner {
  readonly #snowflake: Snowflake;
  readonly #leases: Leases;
  readonly #topology: Topology;
  readonly #signer: Signer;

  constructor(parts: {
    readonly snowflake: Snowflake;
    readonly leases: Leases;
    readonly topology: Topology;
    readonly signer: Signer;
  }) {
    this.#snowflake = parts.snowflake;
    this.#leases = parts.leases;
    this.#topology = parts.topology;
    this.#signer = parts.signer;
  }

  /** The answer to a newcomer; undefined while the generator has to wait (for the clock or for the disk). */
  answer(ownId: bigint, node: bigint, asked: Asked, nowMs: number): Answer | undefined {
    const wish = asked.desiredId === 0n ? asked.id : asked.desiredId;
    const verdict = wish === 0n ? undefined : this.#check(wish, node, nowMs);
    const granted = verdict?.free === true && wish !== ownId;
    const keeps = granted && wish === asked.id;
    const assignedId = keeps ? 0n : this.assign(ownId, nowMs);
    if (assignedId === undefined) return undefined;
    if (granted) this.#leases.reserve(wish, node, nowMs);
    if (verdict === undefined) return { id: ownId, assignedId, grant: Grant.UNSPECIFIED, reason: "" };
    if (granted) return { id: ownId, assignedId, grant: Grant.GRANTED, reason: "" };
    const reason = verdict.free ? "it is the id of the peer that was asked" : verdict.reason;
    return { id: ownId, assignedId, grant: Grant.REFUSED, reason };
  }

  /** A fresh id, as given by the peer with this id. */
  assign(assignerId: bigint, nowMs: number): bigint | undefined {
    return this.#snowflake.next(
      assignerHash(assignerId, (bytes) => this.#signer.sha256(bytes)),
      nowMs,
    );
  }

  /** Whether the node may take the id, as far as this peer knows. */
  mayHold(id: bigint, node: bigint, nowMs: number): boolean {
    return this.#check(id, node, nowMs).free;
  }

  /** When an assignment that had to wait for the clock can go on. */
  get nextDeadlineMs(): number {
    return this.#snowflake.freeAtMs;
  }

  /** Leases lag behind the topology by a moment, and need not know everybody: both are asked. */
  #check(id: bigint, node: bigint, nowMs: number): LeaseAnswer {
    const holder = this.#topology.holderOf(id);
    const lease = this.#leases.check(id, node, nowMs);
    if (!lease.free || holder === undefined || holder.node === node) return lease;
    return { free: false, reason: `id ${id} is held by another peer` };
  }
}
