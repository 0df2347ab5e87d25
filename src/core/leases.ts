import type { Claim } from "./claim.ts";
import { IdClaims } from "./id-claims.ts";
import { decodeLease, encodeLease } from "./lease-codec.ts";
import type { Limits } from "./limits.ts";
import { key64, type StoreEntry, type StoreOp } from "./store-op.ts";

/** Whether an id may be granted; if not, why, for people. */
export type LeaseAnswer = { readonly free: true } | { readonly free: false; readonly reason: string };

/** What a lease needs to know of an advert. */
export interface LeaseStatement extends Claim {
  readonly id: bigint;
  readonly left: boolean;
}

/** Leases last leaseMs, reservations handshakeMs: a grant is made within a handshake, and used right after it. */
export type LeaseLimits = Pick<Limits, "leasesMax" | "leaseMs" | "handshakeMs">;

/**
 * Leases: whose ids are, as far as this peer remembers, so that it grants none twice.
 *
 *     reserve ──► reserved ─── hold ───► present ─── silent ───► silent ◄── this peer was started
 *                    │                    │     ◄─── hold ────     │
 *                handshakeMs         release, left         leaseMs, release, left
 *                    └───────────────────► free ◄──────────────────┘
 *
 * Topology says what is stated now, leases what this peer saw, also before it was last started. Both go by the same
 * rule (claim.ts): who is present, or was within the lease, and has the earliest claim. Fed with all that topology tells,
 * they agree on everyone who was ever present here: an advert that is newer goes to restated, of the changes in presence
 * up to hold and down to silent. Grant an id only when neither names another holder.
 *
 * Invariants
 * 1. A node is never denied an id because of itself; it is denied one while another's claim on it stands.
 * 2. While present, a claim is not forgotten, nor replaced by a later one.
 * 3. There are at most leasesMax claims. When full, a claim of the present displaces the longest silent; a reservation
 *    displaces older reservations only, so that asking for ids ends nobody's lease. Failing that, the new claim is not
 *    remembered; topology still knows it.
 */
export class Leases {
  readonly #limits: LeaseLimits;
  readonly #claims = new IdClaims<LeaseClaim>();
  #count = 0;
  /** Claims that end by themselves, those that end first in front: both grow at the back only, as time does. */
  readonly #silent = new Set<LeaseClaim>();
  readonly #reserved = new Set<LeaseClaim>();
  /** Ids whose stored lease may differ from what is remembered. */
  readonly #changed = new Set<bigint>();

  constructor(limits: LeaseLimits) {
    this.#limits = limits;
  }

  /**
   * What the table "leases" kept. Whoever held an id may have been there until just now: all count as silent since now.
   * Entries that are not leases are passed over; those too many are deleted with the next ops.
   */
  static from(entries: Iterable<StoreEntry>, nowMs: number, limits: LeaseLimits): Leases {
    const leases = new Leases(limits);
    for (const entry of entries) {
      const lease = decodeLease(entry);
      if (lease === undefined) continue;
      leases.hold(lease.id, lease.node, lease.claimedAtMs);
      leases.silent(lease.id, lease.node, nowMs);
    }
    // What was just read is stored already; what found no room is to be deleted.
    for (const id of leases.#changed) if (leases.#claims.of(id).length > 0) leases.#changed.delete(id);
    return leases;
  }

  /** Whether the node may have the id. */
  check(id: bigint, node: bigint, nowMs: number): LeaseAnswer {
    const claim = this.#claims.of(id).find((other) => other.endsAtMs > nowMs);
    if (claim === undefined || claim.node === node) return { free: true }; // invariant 1
    if (claim.kind === "present") return { free: false, reason: `id ${id} is held by another peer` };
    const seconds = Math.ceil((claim.endsAtMs - nowMs) / 1_000);
    const why = claim.kind === "silent" ? "belongs to a peer that is away" : "was just granted to another peer";
    return { free: false, reason: `id ${id} ${why}; it is free in ${seconds} s unless that peer shows up` };
  }

  /** The node that holds the id, or did within the lease; undefined when it is free. Reservations do not count. */
  holderOf(id: bigint, nowMs: number): bigint | undefined {
    return this.#claims.of(id).find((claim) => claim.kind !== "reserved" && claim.endsAtMs > nowMs)?.node;
  }

  /** The node is present and states the id. May be repeated. */
  hold(id: bigint, node: bigint, claimedAtMs: number): void {
    const claim = this.#find(id, node);
    if (claim?.kind === "present" && claim.claimedAtMs === claimedAtMs) return;
    if (claim !== undefined) this.#remove(claim);
    else if (!this.#makeRoom([this.#silent, this.#reserved])) return;
    this.#add({ id, node, claimedAtMs, kind: "present", endsAtMs: Infinity });
  }

  /** The node is no longer reachable: the id is free once the lease is over. */
  silent(id: bigint, node: bigint, nowMs: number): void {
    const claim = this.#find(id, node);
    if (claim?.kind !== "present") return;
    this.#remove(claim);
    this.#add({ ...claim, kind: "silent", endsAtMs: nowMs + this.#limits.leaseMs });
  }

  /**
   * A newer advert took the place of the one before. What the node no longer claims is free at once; of a silent node
   * this is news, and its lease starts over. What a present node claims instead comes with its presence.
   */
  restated(before: Pick<LeaseStatement, "id">, after: LeaseStatement, nowMs: number): void {
    const { id, node, claimedAtMs, left } = after;
    const claim = this.#find(before.id, node);
    if (claim === undefined) return;
    const givenUp = left || id !== before.id;
    if (givenUp) this.#remove(claim);
    if (left || claim.kind === "reserved" || (claim.kind === "present" && givenUp)) return;
    this.hold(id, node, claimedAtMs);
    if (claim.kind === "silent") this.silent(id, node, nowMs);
  }

  /** The node does not hold the id any more: it is free at once. */
  release(id: bigint, node: bigint): void {
    const claim = this.#find(id, node);
    if (claim !== undefined) this.#remove(claim);
  }

  /** The id was granted to a newcomer: keeps it for handshakeMs, by when its advert should have come. */
  reserve(id: bigint, node: bigint, nowMs: number): void {
    const endsAtMs = nowMs + this.#limits.handshakeMs;
    const claim = this.#find(id, node);
    if (claim !== undefined && claim.endsAtMs >= endsAtMs) return;
    if (claim !== undefined) this.#remove(claim);
    else if (!this.#makeRoom([this.#reserved])) return;
    this.#add({ id, node, claimedAtMs: claim?.claimedAtMs ?? nowMs, kind: "reserved", endsAtMs });
  }

  /** Ends the leases and reservations that are over. */
  expire(nowMs: number): void {
    if (nowMs < this.nextDeadlineMs) return;
    for (const claims of [this.#silent, this.#reserved]) {
      for (const claim of claims) {
        if (claim.endsAtMs > nowMs) break;
        this.#remove(claim);
      }
    }
  }

  /** When expire has something to do; Infinity when never. */
  get nextDeadlineMs(): number {
    return Math.min(first(this.#silent)?.endsAtMs ?? Infinity, first(this.#reserved)?.endsAtMs ?? Infinity);
  }

  /** Writes that bring the table "leases" up to date, each once. Reservations are not stored, nor claims that do not stand. */
  ops(): readonly StoreOp[] {
    if (this.#changed.size === 0) return nothing;
    const ops = [...this.#changed].map((id): StoreOp => {
      const claim = this.#claims.of(id).find((other) => other.kind !== "reserved");
      return { table: "leases", key: key64(id), value: claim && encode(claim, this.#limits.leaseMs) };
    });
    this.#changed.clear();
    return ops;
  }

  #find(id: bigint, node: bigint): LeaseClaim | undefined {
    return this.#claims.of(id).find((claim) => claim.node === node);
  }

  #add(claim: LeaseClaim): void {
    this.#claims.add(claim);
    this.#count += 1;
    if (claim.kind === "silent") this.#silent.add(claim);
    if (claim.kind === "reserved") this.#reserved.add(claim);
    else this.#changed.add(claim.id);
  }

  #remove(claim: LeaseClaim): void {
    this.#claims.remove(claim);
    this.#count -= 1;
    this.#silent.delete(claim);
    if (!this.#reserved.delete(claim)) this.#changed.add(claim.id);
  }

  /** Whether one more claim fits; if need be, the first to end among these is ended for it. Invariant 3. */
  #makeRoom(displaceable: readonly ReadonlySet<LeaseClaim>[]): boolean {
    if (this.#count < this.#limits.leasesMax) return true;
    const claim = displaceable.map(first).find((candidate) => candidate !== undefined);
    if (claim !== undefined) this.#remove(claim);
    return claim !== undefined;
  }
}

interface LeaseClaim extends Claim {
  readonly id: bigint;
  readonly kind: "present" | "silent" | "reserved";
  /** Infinity while present. */
  readonly endsAtMs: number;
}

const nothing: readonly StoreOp[] = [];

function encode(claim: LeaseClaim, leaseMs: number): Uint8Array {
  const { id, node, claimedAtMs, kind, endsAtMs } = claim;
  return encodeLease({ id, node, claimedAtMs, silentSinceMs: kind === "silent" ? endsAtMs - leaseMs : 0 });
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  if (set.size === 0) return undefined; // An iterator costs more than all else that an idle peer does.
  for (const value of set) return value;
  return undefined;
}
