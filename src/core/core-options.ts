import type { Accepts } from "./fitness.ts";
import type { Limits } from "./limits.ts";
import type { StoreEntry, Table } from "./store-op.ts";
import type { Entropy, Signer } from "./world.ts";

/** What a core is made from. */
export interface CoreOptions {
  readonly signer: Signer;
  readonly entropy: Entropy;
  readonly limits: Limits;
  /** The id wished for; 0n for none. */
  readonly desiredId: bigint;
  /**
   * The claim on it, where it is this peer's by right, for a registry gave it: taken unasked, and the lesser of two such
   * claims stands (claim.ts). Those of two peers are at least livesMax apart (identity.ts). Default: the id is asked for, and claimed when it is granted.
   */
  readonly claimedAtMs?: number | undefined;
  readonly name: string;
  /** Keep mail for absent peers on behalf of others. */
  readonly custody: boolean;
  /** Forward nothing, and know no topology: such a peer keeps no mail for others either. Default false. */
  readonly leaf?: boolean;
  /** For which program of another kind it speaks. Default: for none. */
  readonly via?: string;
  /** Which contents that program can be given; others are refused. Default: all. */
  readonly accepts?: Accepts;
  /** Tell senders what was read. Default true. */
  readonly readReceipts?: boolean;
  /** The newest cursor known from elsewhere than the store's count: new messages come after it. Default 0. */
  readonly cursorMin?: number;
  /** What the store holds, the inbox excepted. */
  readonly stored: (table: Table) => readonly StoreEntry[];
}
