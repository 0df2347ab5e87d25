/** How a peer of a measurement is opened. */
export interface PeerPlan {
  readonly id: bigint;
  /** Addresses it dials. */
  readonly peers: readonly string[];
  /** A directory for its state; undefined for the memory store. */
  readonly state?: string;
  /** Whether it keeps mail for others. */
  readonly custody?: boolean;
  /** Whether it is a leaf. */
  readonly leaf?: boolean;
}

/** A producer: texts of one size from one peer to one target, numbered in their first characters. */
export interface Production {
  /** The sending peer, by its id. */
  readonly from: bigint;
  readonly to: bigint;
  readonly bodyBytes: number;
  /**
   * Which promise of the library holds it back: "window" keeps so many unsettled and sends one for each that settles,
   * "room" is without limits and waits in sendWhenRoom, "send" is without limits and tries again in the next turn.
   */
  readonly by: "window" | "room" | "send";
  /** For "window". */
  readonly inFlight?: number;
}

/** What a process has counted so far, over all its peers. */
export interface Counts {
  /** Sends that were given a number. */
  readonly sent: number;
  /** Sends of windows that were delivered. */
  readonly delivered: number;
  /** Sends refused with "resource-exhausted". */
  readonly exhausted: number;
  /** Sends that had to wait for room. */
  readonly waited: number;
  /** Messages that readers took. */
  readonly read: number;
  /** Messages that came twice, out of order, or are not what was sent; and sends that ended as anything but delivered. */
  readonly wrong: number;
  /** Sends that wait in outboxes. */
  readonly outbox: number;
  /** Envelopes kept for others. */
  readonly mailbox: number;
  /** Messages received and durable. */
  readonly cursor: number;
  /** Links. */
  readonly links: number;
  /** Of its memory, what JavaScript objects take, and what the buffers they refer to do, bytes. */
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** Of the process's monotonic clock, milliseconds. */
  readonly atMs: number;
  /** Processor time so far, microseconds. */
  readonly cpuUs: number;
}

/** What a child may be asked, and what it answers. */
export interface Answers {
  /** Addresses, in the order of the plans. */
  open: readonly string[];
  /** Answers once all its peers see all of these ids, or, with `gone`, none of them. */
  sees: undefined;
  produce: undefined;
  /** Producers send no more. */
  halt: undefined;
  /** All its peers' messages are read from now on; from the first one that was not. */
  read: undefined;
  /** Readers stop in the middle, and keep their place. */
  pause: undefined;
  counts: Counts;
  /** Answers with the counts once one of them is at least so high. */
  reach: Counts;
  /** Answers once no outbox has anything unsettled. */
  settled: Counts;
  /** Collects garbage. */
  collect: undefined;
  close: undefined;
}

interface Asked {
  open: { readonly plans: readonly PeerPlan[] };
  sees: { readonly ids: readonly bigint[]; readonly gone?: boolean };
  produce: { readonly production: Production };
  reach: { readonly count: "sent" | "delivered" | "exhausted" | "waited" | "read"; readonly least: number };
}

/** A question. */
export type Order = {
  [K in keyof Answers]: { readonly kind: K } & (K extends keyof Asked ? Asked[K] : unknown);
}[keyof Answers];

/** A question on its way. */
export interface Letter {
  readonly id: number;
  readonly order: Order;
}

/** An answer on its way. */
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  /** What went wrong; undefined when nothing did. */
  readonly error?: string;
}
