/** Bounds of who has read what: a part of Limits. */
export interface ReadLimits {
  /** Senders and groups whose marks are kept, and as many readers. Beyond, the one that was moved longest ago is forgotten. */
  readonly readMarksMax: number;
  /** Times a mark is told to a peer that is there and does not answer, as older ones do not. */
  readonly readTellsMax: number;
}

/** The bounds of a peer unless a test shrinks them. */
export const readLimits: ReadLimits = {
  readMarksMax: 16_384,
  readTellsMax: 8,
};
