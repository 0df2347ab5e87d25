import { createHash } from "node:crypto";
import { fail } from "./fail.ts";
import { frameOf, kindOf } from "./frame-reader.ts";
import type { DiskChange } from "./observer.ts";
import { identityOf } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

interface Known {
  /** Every id it ever held. */
  readonly held: Set<bigint>;
  /** The id it had when it was looked at last. */
  id: bigint;
  /** Ids it made, and when its disk was changed last by then. */
  readonly made: Map<bigint, number>;
  /** How often its disk was changed. */
  generation: number;
  /** The earliest time on its clock since then, by which ids are made. */
  sinceMs: number;
  node: bigint | undefined;
}

/**
 * IdCheck: who held which id and key, and that nobody makes one id twice.
 *
 * Invariant of the design: 7 (no generated id repeats, over restarts and clock jumps). A disk that was lost or came back
 * old forgets how far its ids had come: then they go on from the clock, and only what is made in slots before it may
 * come again.
 */
export class IdCheck {
  readonly #peers = new Map<SimPeer, Known>();
  /** Ids made for others, by anybody. */
  readonly #assigned = new Set<bigint>();

  hasHeld(peer: SimPeer, id: bigint): boolean {
    return this.#of(peer).held.has(id);
  }

  /** The name of a peer's key; undefined before it was heard on a wire. */
  nodeOf(peer: SimPeer): bigint | undefined {
    return this.#of(peer).node;
  }

  holds(peer: SimPeer, id: bigint): void {
    this.#of(peer).held.add(id);
  }

  /** A process took an event: it uses a new id a moment before it tells of it. */
  stepped(peer: SimPeer): void {
    const known = this.#of(peer);
    known.sinceMs = Math.min(known.sinceMs, peer.nowMs);
    const { id } = peer.core;
    if (id === known.id) return;
    known.id = id;
    known.held.add(id);
  }

  /** A frame sets out. */
  frame(from: SimPeer, bytes: Uint8Array): void {
    const kind = kindOf(bytes);
    if (kind !== "hello" && kind !== "welcome") return;
    const frame = frameOf(bytes);
    if (frame.case !== "hello" && frame.case !== "welcome") return;
    this.#of(from).node ??= nodeOf(frame.value.key);
    if (frame.case !== "welcome" || frame.value.assignedId === 0n) return;
    this.#makes(from, frame.value.assignedId);
    this.#assigned.add(frame.value.assignedId);
  }

  /** A peer's disk says who it is. */
  identified(peer: SimPeer, value: Uint8Array): void {
    const { id } = identityOf(value);
    const known = this.#of(peer);
    // An id it made for itself: neither its wish, nor from anybody else, nor its own already.
    if (id === 0n || id === peer.wish || this.#assigned.has(id) || known.made.has(id)) return;
    this.#makes(peer, id);
  }

  changed(peer: SimPeer, change: DiskChange): void {
    if (change.kind === "damaged" && change.key !== "snowflake") return;
    const known = this.#of(peer);
    known.generation += 1;
    known.sinceMs = Infinity;
  }

  /** By one peer: two that hold one id for a while may make the same ids, which claims then decide. */
  #makes(peer: SimPeer, id: bigint): void {
    const known = this.#of(peer);
    const before = known.made.get(id);
    known.made.set(id, known.generation);
    if (before === undefined) return;
    if (before < known.generation && slotEndMs(id) > known.sinceMs) return;
    fail("7: no generated id repeats", `${peer.name} makes ${id} twice`);
  }

  #of(peer: SimPeer): Known {
    const known = this.#peers.get(peer);
    if (known !== undefined) return known;
    const none = { id: 0n, generation: 0, sinceMs: Infinity, node: undefined };
    const fresh: Known = { ...none, held: new Set(), made: new Map() };
    this.#peers.set(peer, fresh);
    return fresh;
  }
}

/** 2024-01-01T00:00:00Z, from which the slots of 10 ms in the upper bits of an id count. */
const originMs = 1_704_067_200_000;

function slotEndMs(id: bigint): number {
  return originMs + (Number(id >> 25n) + 1) * 10;
}

/** First 8 bytes, big-endian, of the SHA-256 of the key. */
function nodeOf(key: Uint8Array): bigint {
  return createHash("sha256").update(key).digest().readBigUInt64BE(0);
}
