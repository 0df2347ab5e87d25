/** What is to be said to everyone. */
export interface Saying {
  /** Encoded, envelope fields 16 and up. */
  readonly body: Uint8Array;
  readonly ttlMs: number;
  /** How many hops it may make, 1 to Limits.hopsMax (hop-limit.ts). Default: no limit. */
  readonly hopLimit?: number;
}
