/** What a child process is made into. One program for each role: scripts/bench/roles. */
export type Setup = E3Setup | RawSetup | NatsSetup | ServerSetup;

/** A peer of the built package. */
export interface E3Setup {
  readonly role: "e3";
  readonly part: "sender" | "forwarder" | "receiver";
  /** Where its state goes; undefined for the memory store. */
  readonly state: string | undefined;
  readonly id: number;
  /** Addresses it dials. */
  readonly peers: readonly string[];
  /** Ids it sends to, in turns. */
  readonly targets: readonly number[];
  readonly bodyBytes: number;
}

/** How raw streams carry messages and acknowledgements. */
export type RawStyle = "message-each" | "ack-each" | "cumulative";

/** An end or the middle of a line of raw streams. */
export interface RawSetup {
  readonly role: "raw";
  readonly part: "sender" | "forwarder" | "receiver";
  readonly style: RawStyle;
  /** Who it dials, on the way to the receiver. */
  readonly upstream: string;
  readonly bodyBytes: number;
}

/** A client of a NATS server. */
export interface NatsSetup {
  readonly role: "nats";
  readonly part: "sender" | "requester" | "receiver" | "publisher" | "drainer";
  readonly server: string;
  readonly fanout: number;
  readonly bodyBytes: number;
}

/** A nats-server, with somebody to end it. */
export interface ServerSetup {
  readonly role: "nats-server";
  /** A directory of its own. */
  readonly directory: string;
  readonly jetstream: boolean;
}

/** Where a child is, once it is ready. */
export interface Opened {
  /** Where it listens; empty when it does not. */
  readonly address: string;
  /** When it was ready, milliseconds since 1970 on a clock that all processes of the machine share. */
  readonly atMs: number;
}

/** How many messages were receipted so far, and when that was so. */
export interface Mark {
  readonly settled: number;
  /** Of the child's monotonic clock, milliseconds. */
  readonly atMs: number;
  /** Processor time of the child so far, microseconds; that of the server it keeps, when it does. */
  readonly cpuUs: number;
}

/** Round trips with one message in flight, milliseconds. */
export interface RoundTrips {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** When something was over, milliseconds since 1970. */
export interface Over {
  readonly atMs: number;
}

/** What a child may be asked, and what it answers. */
export interface Answers {
  open: Opened;
  /** Keeps so many in flight from now on; sends as many as a step has, or a multiple, at a time. */
  begin: undefined;
  mark: Mark;
  /** Sends no more, and answers once all is receipted. */
  end: Over;
  roundTrips: RoundTrips;
  /** Sends so many, and answers once they are accepted. */
  fill: undefined;
  /** How many messages it keeps for others. */
  held: number;
  /** Answers once so many messages have arrived. */
  drain: Over;
  close: undefined;
}

interface Asked {
  open: { readonly setup: Setup };
  begin: { readonly inFlight: number; readonly step: number };
  roundTrips: { readonly forMs: number };
  fill: { readonly count: number };
  drain: { readonly count: number };
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
