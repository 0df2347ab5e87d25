import { fromBinary } from "@bufbuild/protobuf";
import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import { IdentityRecordSchema, LaneRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { kindOf } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { identityOn } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

export const idPoints = [
  "an id was refused because it was held",
  "an id was refused because its holder was only away",
  "an id was refused because it was just granted",
  "a claim was lost to an earlier one",
  "a claim was lost after the network had been cut",
  "a peer that nobody answered made its own id",
  "a lease ended and its id was free",
  "two peers held one id at the same time",
  "a peer came back under another id",
  "an id passed from one peer to another",
  "a restored store was outrun by the life it had forgotten",
  "lanes of a life that was forgotten gave no numbers any more",
] as const;

type IdPoint = (typeof idPoints)[number];

/** Long after a cut a claim may still be lost because of it, milliseconds. */
const afterCutMs = 60_000;

/** SometimesId: how peers come by their ids, and lose them. */
export class SometimesId implements Observer {
  readonly #reach: (point: IdPoint) => void;
  readonly #ids = new Map<SimPeer, bigint>();
  readonly #up = new Set<SimPeer>();
  /** Peers that a Welcome reached in this life, and those whose disk knew an id when it began. */
  readonly #welcomed = new Set<SimPeer>();
  /** The incarnation that each peer's disk knew when its life began. */
  readonly #began = new Map<SimPeer, bigint>();
  #nowMs = 0;
  #cutMs = -Infinity;

  constructor(reach: (point: IdPoint) => void) {
    this.#reach = reach;
  }

  started(peer: SimPeer): void {
    const identity = identityOn(peer.disk);
    if (identity === undefined) this.#welcomed.delete(peer);
    else this.#welcomed.add(peer);
    this.#began.set(peer, identity === undefined ? 0n : incarnationOf(identity));
  }

  ended(peer: SimPeer): void {
    this.#up.delete(peer);
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    this.#nowMs = peer.worldMs;
    if (event.kind === "frame" && kindOf(event.bytes) === "welcome") this.#welcomed.add(peer);
    for (const effect of effects) {
      if (effect.kind === "ready") this.#ready(peer);
      else if (effect.kind === "id") this.#lost(peer, effect.id);
      else if (effect.kind === "notice" && effect.message === "the desired id was refused")
        this.#refused(String(effect.fields["reason"]));
      else if (effect.kind === "persist") for (const op of effect.ops) this.#write(peer, op, event);
    }
  }

  fault(kind: string): void {
    if (kind === "partition" || kind === "cut") this.#cutMs = this.#nowMs;
  }

  #ready(peer: SimPeer): void {
    const { id } = peer.core;
    const before = this.#ids.get(peer);
    if (before !== undefined && before !== id) this.#reach("a peer came back under another id");
    if (!this.#welcomed.has(peer) && id !== peer.wish) this.#reach("a peer that nobody answered made its own id");
    this.#holds(peer, id);
  }

  #lost(peer: SimPeer, id: bigint): void {
    this.#reach("a claim was lost to an earlier one");
    if (peer.worldMs - this.#cutMs < afterCutMs) this.#reach("a claim was lost after the network had been cut");
    this.#holds(peer, id);
  }

  #holds(peer: SimPeer, id: bigint): void {
    for (const [other, held] of this.#ids) {
      if (other === peer || held !== id) continue;
      this.#reach(
        this.#up.has(other) ? "two peers held one id at the same time" : "an id passed from one peer to another",
      );
    }
    this.#ids.set(peer, id);
    this.#up.add(peer);
  }

  #refused(reason: string): void {
    if (reason.includes("held by another")) this.#reach("an id was refused because it was held");
    else if (reason.includes("is away")) this.#reach("an id was refused because its holder was only away");
    else if (reason.includes("just granted")) this.#reach("an id was refused because it was just granted");
  }

  #write(peer: SimPeer, { table, key, value }: StoreOp, event: CoreEvent): void {
    if (table === "leases" && value === undefined && event.kind === "alarm")
      this.#reach("a lease ended and its id was free");
    if (value === undefined) return;
    if (table === "lanes" && fromBinary(LaneRecordSchema, value).retired)
      this.#reach("lanes of a life that was forgotten gave no numbers any more");
    if (table === "meta" && key === "identity") this.#incarnation(peer, incarnationOf(value));
  }

  /** A life without a store begins with any; with one it begins one above the one before. */
  #incarnation(peer: SimPeer, incarnation: bigint): void {
    const before = this.#began.get(peer) ?? 0n;
    if (before === 0n) this.#began.set(peer, incarnation - 1n);
    else if (incarnation > before + 1n) this.#reach("a restored store was outrun by the life it had forgotten");
  }
}

function incarnationOf(identity: Uint8Array): bigint {
  return fromBinary(IdentityRecordSchema, identity).incarnation;
}
