import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { IdentityRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Entropy } from "./world.ts";

/** What came of the wish for an id; null when there was none. */
export type Verdict = "granted" | "refused" | null;

/** Claims by right are this far apart, so that each life has one of its own. */
export const livesMax = 2 ** 20;

/** A random number of 64 bits that is not 0. */
export function randomName(entropy: Entropy): bigint {
  const bytes = entropy.bytes(8);
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
  return value === 0n ? 1n : value;
}

/**
 * Where the identity is kept in the table "meta": twice, since with its epoch everything would be lost that is numbered
 * under it, and one damaged record is not to cost more than itself.
 */
export const identityKeys: readonly string[] = ["identity", "identity-copy"];

/**
 * Identity: the id this peer holds and how it came by it.
 *
 *     none ── take ──► held ── take (wish granted later, lost to an earlier claim, or claimed anew) ──► held
 *
 * Invariants
 * 1. incarnation grows with every start, epoch never changes while the store lives. The first one is the time of the
 *    start: so that a life which begins with a lost store states nothing that is taken for what the lost one stated.
 * 2. claimedAtMs is the time of taking the id in this incarnation, so that a peer that was away does not outrank the
 *    one that took its id meanwhile; but for an id that is this peer's by right, whose claim was given.
 */
export class Identity {
  /** The id held; 0n while there is none. */
  id: bigint;
  /** The id to fall back to; 0n when none was assigned. */
  assignedId: bigint;
  /** The id that a former life held; 0n when there was none. */
  readonly formerId: bigint;
  readonly epoch: bigint;
  incarnation: bigint;
  /** The id wished for; 0n when none. */
  readonly desiredId: bigint;
  /** The claim on the id wished for, where that is this peer's by right; undefined when it is to be asked for. */
  #right: number | undefined;
  /** There is a newer right to it than the one it was taken by. */
  #isOwed = false;
  /** Whether the store knew of no life before this one. */
  readonly isFirstLife: boolean;
  verdict: Verdict = null;
  claimedAtMs = 0;
  /** What others state about this peer; empty when nothing. Not kept: whoever has it hands it in anew. */
  credential: Uint8Array = new Uint8Array();
  /** What the peer calls itself; empty when nothing. Not kept. */
  name = "";
  #ready = false;

  private constructor(state: {
    id: bigint;
    assignedId: bigint;
    epoch: bigint;
    incarnation: bigint;
    desiredId: bigint;
    right: number | undefined;
    isFirstLife: boolean;
  }) {
    this.id = state.id;
    this.formerId = state.id;
    this.assignedId = state.assignedId;
    this.epoch = state.epoch;
    this.incarnation = state.incarnation;
    this.desiredId = state.desiredId;
    this.#right = state.right;
    this.isFirstLife = state.isFirstLife;
  }

  /** A new incarnation of the stored identity, or the first one. */
  static from(
    stored: Uint8Array | undefined,
    made: {
      readonly desiredId: bigint;
      readonly claimedAtMs?: number | undefined;
      readonly entropy: Entropy;
      readonly nowMs: number;
    },
  ): Identity {
    const { desiredId, claimedAtMs, entropy, nowMs } = made;
    const wish = { desiredId, right: claimedAtMs };
    if (stored === undefined) {
      const incarnation = BigInt(Math.max(1, Math.floor(nowMs)));
      const named = { id: 0n, assignedId: 0n, epoch: randomName(entropy), incarnation };
      return new Identity({ ...named, ...wish, isFirstLife: true });
    }
    const { id, assignedId, epoch, incarnation } = fromBinary(IdentityRecordSchema, stored);
    const named = { id, assignedId, epoch, incarnation: incarnation + 1n };
    return new Identity({ ...named, ...wish, isFirstLife: incarnation === 0n });
  }

  /** Whether the peer may act under its id. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Whether the stored id is all that is wished for. */
  get content(): boolean {
    return this.id !== 0n && (this.desiredId === 0n || this.desiredId === this.id);
  }

  /** Whether the id wished for is this peer's by right: it asks nobody for it. */
  get isDue(): boolean {
    return this.#right !== undefined && this.desiredId !== 0n;
  }

  /** The id wished for is this peer's by a newer right. It is to be taken, also where it was lost since. */
  claimAnew(claimedAtMs: number): void {
    this.#right = claimedAtMs;
    this.#isOwed = this.desiredId !== 0n;
  }

  /** Whether the id wished for is to be taken, for a newer right to it. */
  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** Tells the claims of this peer's lives apart, as others take another claim for another life. */
  get #life(): number {
    return Number(this.incarnation % BigInt(livesMax));
  }

  /** Holds the id from now on; the verdict counts only where there was a wish. */
  take(id: bigint, verdict: Verdict, nowMs: number): void {
    this.id = id;
    this.verdict = this.desiredId === 0n ? null : verdict;
    const isDue = id === this.desiredId && this.#right !== undefined;
    if (isDue) this.#isOwed = false;
    this.claimedAtMs = isDue ? Math.max(0, (this.#right ?? 0) - this.#life) : Math.floor(nowMs);
    this.#ready = true;
  }

  /**
   * The mesh remembers a life that the store does not, of this incarnation or a later one: go on above it, so that
   * nothing this peer says is taken for a repetition of what that life said.
   */
  outrun(incarnation: bigint): void {
    if (incarnation >= this.incarnation) this.incarnation = incarnation + 1n;
  }

  record(): Uint8Array {
    const { id, assignedId, epoch, incarnation } = this;
    return toBinary(IdentityRecordSchema, create(IdentityRecordSchema, { id, assignedId, epoch, incarnation }));
  }
}
