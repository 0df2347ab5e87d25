import { Grant, type Welcome } from "../gen/e3/v1/link_pb.ts";
import type { Asked, Assigner } from "./assigner.ts";
import type { Effects } from "./effects.ts";
import type { Answer } from "./handshake.ts";
import { identityKeys, randomName, type Identity, type Verdict } from "./identity.ts";
import type { Leases } from "./leases.ts";
import type { Limits } from "./limits.ts";
import { encodeCounterRecord } from "./progress-codec.ts";
import type { Snowflake } from "./snowflake.ts";
import type { Topology } from "./topology.ts";
import type { Entropy } from "./world.ts";

interface Parts {
  readonly self: bigint;
  readonly identity: Identity;
  readonly assigner: Assigner;
  readonly snowflake: Snowflake;
  readonly topology: Topology;
  readonly leases: Leases;
  readonly entropy: Entropy;
  readonly limits: Limits;
  readonly effects: Effects;
  /** The advert no longer says what is so. */
  readonly changed: () => void;
}

/**
 * Holder: how this peer comes by its id, keeps it, and loses it.
 *
 *     stored id, no other wish; or one that is its own by right ────► held
 *     a neighbour's Welcome: wish granted, or id assigned ──────────► held
 *     nobody to ask (none listed, none answers, all wait alike) ────► self-assigned, held
 *     held ── an earlier claim on it turns up ──────────────────────► held: the assigned id, and it is told
 *     held ── the id wished for is its own by a newer right ────────► held: that id, and it is told where it was another
 *
 * Invariants
 * 1. ready is told once, and only after the id is durable.
 * 2. The id changes only for an earlier claim, or a newer right, and each change is told with its reason.
 * 3. Of who this peer is nothing is stated before it is durable, or a later life might state something else as the same.
 */
export class Holder {
  readonly #parts: Parts;
  #started = false;
  /** The reservation that is on its way to the disk. */
  #reserving: number | undefined;
  #waitUntilMs = Infinity;
  /** It has waited long enough for others to answer. */
  #begin = false;
  #lost: string | undefined;
  /** Writes of the identity on their way to the disk. */
  #writing = 0;
  /** It has come by an id, and has not told so. */
  #untold = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(nowMs: number): void {
    const { identity, limits } = this.#parts;
    this.#started = true;
    if (identity.isDue) this.#take(identity.desiredId, "granted", nowMs);
    else if (identity.content) this.#take(identity.id, "granted", nowMs);
    else this.#waitUntilMs = Math.min(this.#waitUntilMs, nowMs + limits.identityWaitMs);
  }

  /**
   * A peer that has not come by its id either asks: of the two, the lower node begins, or both would wait. It does so
   * in a moment: one of those it asks itself may have an id, and answers sooner.
   */
  askedByPeerWithoutId(node: bigint | undefined, nowMs: number): void {
    const { self, limits } = this.#parts;
    if (node === undefined || self > node) return;
    this.#waitUntilMs = Math.min(this.#waitUntilMs, nowMs + limits.redialMinMs);
  }

  /** The answer for a newcomer; undefined while it has to wait. */
  answer(node: bigint, asked: Asked, nowMs: number): Answer | undefined {
    return this.#parts.assigner.answer(this.#parts.identity.id, node, asked, nowMs);
  }

  /** A fresh id for whatever needs one; undefined while the generator has to wait. */
  newId(nowMs: number): bigint | undefined {
    return this.#parts.assigner.assign(this.#parts.identity.id, nowMs);
  }

  /** A neighbour answered this peer's Hello. */
  answered(welcome: Welcome, nowMs: number): void {
    const { identity, effects } = this.#parts;
    if (welcome.assignedId > 0n && welcome.assignedId < 2n ** 63n) identity.assignedId = welcome.assignedId;
    const refused = welcome.grant === Grant.REFUSED;
    // A refusal later on changes nothing: between two that hold one id the claims decide, once both are known.
    if (identity.ready) return;
    if (identity.desiredId !== 0n && welcome.grant === Grant.GRANTED)
      return this.#take(identity.desiredId, "granted", nowMs);
    const fallback = identity.id === 0n ? identity.assignedId : identity.id;
    if (fallback === 0n) return;
    if (refused)
      effects.notice("warn", "the desired id was refused", {
        desired: identity.desiredId,
        reason: welcome.reason.slice(0, 256),
      });
    this.#take(fallback, "refused", nowMs);
  }

  /** Finishes an event. @param exhausted whether nobody is left to ask. */
  settle(exhausted: () => boolean, nowMs: number): void {
    const { identity } = this.#parts;
    if (!this.#started) return;
    if (!identity.ready && nowMs >= this.#waitUntilMs) {
      // What it waits for now is the disk, which no alarm hastens.
      this.#waitUntilMs = Infinity;
      this.#begin = true;
    }
    if (!identity.ready && (this.#begin || exhausted())) this.#assignSelf(nowMs);
    if (identity.ready && identity.isOwed) this.#claimAnew(nowMs);
    if (identity.ready && this.#lost !== undefined) this.#fallBack(this.#lost, nowMs);
  }

  /** Makes durable what the generator of ids needs before it can go on. To be called after whatever may ask it for one. */
  reserve(): void {
    const { snowflake, effects } = this.#parts;
    const slot = snowflake.wanted;
    if (slot === undefined || slot === this.#reserving) return;
    this.#reserving = slot;
    const value = encodeCounterRecord(slot);
    effects.put({ table: "meta", key: "snowflake", value });
    effects.whenDurable(() => snowflake.reserved(slot));
  }

  /** Writes who this peer is, and has it stated once that is durable (invariant 3). */
  keep(): void {
    const { identity, effects, changed } = this.#parts;
    this.#writing += 1;
    const value = identity.record();
    for (const key of identityKeys) effects.put({ table: "meta", key, value });
    effects.whenDurable(() => {
      this.#writing -= 1;
      changed();
      // An id may be lost to an earlier claim before it is durable: then the next one is what is told.
      if (!this.#untold || this.#writing > 0 || this.#lost !== undefined) return;
      this.#untold = false;
      effects.add({ kind: "ready" }); // invariant 1
    });
  }

  /** Whether settle would do nothing, however late it is: this peer has its id, and keeps it. */
  get isSettled(): boolean {
    const { identity } = this.#parts;
    return identity.ready && this.#lost === undefined && !identity.isOwed;
  }

  /** Whether who this peer is would survive it. */
  get isDurable(): boolean {
    return this.#writing === 0;
  }

  /** Two peers hold one id: the earlier claim stands, the later one's holder falls back. */
  checkClaims(): void {
    const { identity, topology, self } = this.#parts;
    if (!identity.ready) return;
    const holder = topology.holderOf(identity.id);
    if (holder === undefined || holder.node === self) return;
    // Of a former life's claim nothing is left once another peer has the id: this life's counts from its start.
    const when = identity.id === identity.formerId ? "before this one came back" : "earlier";
    const isDue = identity.isDue && identity.id === identity.desiredId;
    this.#lose(isDue ? `another peer was given ${identity.id} since` : `another peer claimed ${identity.id} ${when}`);
  }

  /** @param asked whether newcomers wait for an id. */
  nextDeadlineMs(asked: boolean): number {
    const { identity, assigner } = this.#parts;
    if (!this.#started) return Infinity;
    const waits = asked || !identity.ready || this.#lost !== undefined;
    return Math.min(identity.ready ? Infinity : this.#waitUntilMs, waits ? assigner.nextDeadlineMs : Infinity);
  }

  #assignSelf(nowMs: number): void {
    const { identity, assigner, self, entropy } = this.#parts;
    const wish = identity.desiredId;
    if (wish !== 0n && assigner.mayHold(wish, self, nowMs)) return this.#take(wish, "granted", nowMs);
    // Nobody to ask: the assigner is a random one.
    const id = identity.id === 0n ? assigner.assign(randomName(entropy), nowMs) : identity.id;
    if (id !== undefined) this.#take(id, "refused", nowMs);
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
  }

  #fallBack(reason: string, nowMs: number): void {
    const { identity, assigner, self, entropy } = this.#parts;
    const spare = identity.assignedId;
    const usable = spare !== 0n && spare !== identity.id && assigner.mayHold(spare, self, nowMs);
    const id = usable ? spare : assigner.assign(randomName(entropy), nowMs);
    if (id === undefined) return;
    this.#lost = undefined;
    this.#hold(id, "refused", nowMs);
    this.#tell(id, reason);
  }

  #claimAnew(nowMs: number): void {
    const { identity } = this.#parts;
    const { id: before, desiredId: id } = identity;
    // It was lost under the former right, if at all.
    this.#lost = undefined;
    this.#hold(id, "granted", nowMs);
    if (before === id) return;
    this.#tell(id, "it was given to this peer again");
  }

  /** Tells that this peer has another id than before, unless that is lost, too, before it is durable. */
  #tell(id: bigint, reason: string): void {
    const { identity, effects } = this.#parts;
    effects.whenDurable(() => {
      const isHeld = identity.id === id && this.#lost === undefined;
      if (isHeld) effects.add({ kind: "id", id, reason }); // invariant 2
    });
  }

  #take(id: bigint, verdict: Verdict, nowMs: number): void {
    this.#untold = true;
    this.#hold(id, verdict, nowMs);
  }

  #hold(id: bigint, verdict: Verdict, nowMs: number): void {
    const { identity, leases, self } = this.#parts;
    if (identity.id !== id) leases.release(identity.id, self);
    identity.take(id, verdict, nowMs);
    this.keep();
  }
}
