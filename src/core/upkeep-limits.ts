/** Bounds of how a peer keeps the number of its links by itself: a part of Limits. */
export interface UpkeepLimits {
  /** Links that a peer can be told to keep by itself: as many as may be kept dialled. */
  readonly degreeMax: number;
  /** First wait before a peer with too few links dials or asks again, milliseconds; doubled up to seekMaxMs. */
  readonly seekMinMs: number;
  /** Longest such wait, milliseconds: what a peer costs others when there is nobody left to link with. */
  readonly seekMaxMs: number;
  /** Addresses in one exchange, given or taken: 1 KiB. Further ones are not read. */
  readonly exchangeAddressesMax: number;
  /** Neighbours whose last addresses are remembered. */
  readonly exchangeTellersMax: number;
  /** Least time between two exchanges that are heeded on a link, milliseconds. */
  readonly exchangeMs: number;
  /** First wait before an address that nobody asked for is dialled again, milliseconds; doubled up to strangerForgetMs. */
  readonly strangerWaitMs: number;
  /** How long after its link was lost a peer out of reach is dialled, milliseconds: a day, for networks that come apart. */
  readonly strangerForgetMs: number;
  /** Addresses whose waits are remembered. Each costs a dial, so nobody can push others out fast. */
  readonly strangersMax: number;
  /** Former neighbours remembered. */
  readonly lostPeersMax: number;
}

const seconds = 1_000;

/** The bounds of a peer unless a test shrinks them. */
export const upkeepLimits: UpkeepLimits = {
  degreeMax: 1_024,
  seekMinMs: 200,
  seekMaxMs: 600 * seconds,
  exchangeAddressesMax: 32,
  exchangeTellersMax: 16,
  exchangeMs: seconds,
  strangerWaitMs: seconds,
  strangerForgetMs: 24 * 3_600 * seconds,
  strangersMax: 1_024,
  lostPeersMax: 64,
};
