/** What a driver is asked to do: once. */
export interface DriverOrder {
  /** Where the hub listens, host:port. */
  readonly hub: string;
  readonly peers: number;
  /** Peers that are started at a time. */
  readonly batch: number;
  readonly leaf: boolean;
}

/** What a driver tells: how many of its peers have their link, whenever a batch has; the last time, that is all of them. */
export interface DriverNews {
  readonly linked: number;
}
