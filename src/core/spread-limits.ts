/** Bounds of what is for everyone: a part of Limits. */
export interface SpreadLimits {
  /** Messages for everyone kept for those who missed them; the oldest go first. Half may be this peer's own and not yet told. */
  readonly spreadCountMax: number;
  /** Bytes of all of them: what they cost in memory. */
  readonly spreadBytesMax: number;
  /**
   * Epochs whose messages for everyone are counted: one for each peer, and each store it had. Beyond, the one that has been
   * silent longest is forgotten, unless something of it is kept: so there are to be more than messages kept.
   */
  readonly spreadEpochsMax: number;
  /** Epochs, and ranges missing of them, in one frame of a list. */
  readonly listCountMax: number;
  /**
   * How old news of messages for everyone is before neighbours are told, milliseconds: until then a push is likely to be on
   * its way to them, and asking would have it sent twice. So a message that a push did not reach comes this much later.
   */
  readonly repairMs: number;
  /** How long an answer to a request is waited for before another neighbour is asked, milliseconds. */
  readonly askMs: number;
  /** Messages in one answer. */
  readonly answerCountMax: number;
  /** Bytes of them, beyond the first. */
  readonly answerBytesMax: number;
  /** Neighbours remembered to have what is missing from one epoch. */
  readonly offersMax: number;
}

const seconds = 1_000;
const kib = 1_024;
const mib = 1_024 * kib;

/** Their defaults. */
export const spreadLimits: SpreadLimits = {
  spreadCountMax: 16_384,
  spreadBytesMax: 32 * mib,
  spreadEpochsMax: 32_768,
  listCountMax: 16_384,
  repairMs: seconds,
  askMs: 2 * seconds,
  answerCountMax: 256,
  answerBytesMax: 256 * kib,
  offersMax: 4,
};
