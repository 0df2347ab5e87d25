/** Bounds on what the programs of a bridge may cost. */
export interface BridgeLimits {
  /** Guests open at a time: each takes about a megabyte of memory and 300 kB of disk. */
  readonly guestsMax: number;
  /** Guests that are being started at a time; others wait. */
  readonly openingMax: number;
  /** Connections of one listener at a time. */
  readonly streamsMax: number;
  /** Bytes waiting for a program that does not read; with more its connection is closed. */
  readonly unsentBytesMax: number;
  /** How long a connection may be silent before its program has said who it is, milliseconds. */
  readonly greetingMs: number;
  /** How long to wait for a program to take a connection, milliseconds. */
  readonly dialMs: number;
  /** Peers of the mesh that have an address of their own on a wire, at a time: each takes a socket. */
  readonly windowsMax: number;
  /** Facts a bridge keeps over restarts. */
  readonly notesMax: number;
}

/** The limits bridges run with. */
export const defaultBridgeLimits: BridgeLimits = {
  guestsMax: 1_000,
  openingMax: 8,
  streamsMax: 2_000,
  unsentBytesMax: 4_194_304,
  greetingMs: 30_000,
  dialMs: 5_000,
  windowsMax: 64,
  notesMax: 12_000,
};

/**
 * Facts that a bridge keeps over restarts, by kind. Those that one wire has are fewer than notesMax together: else one kind, which
 * has its own way to forget, would leave no room for another.
 */
export const noteLimits = {
  /**
   * Guests whose state is kept: about 1.2 GB of disk, 300 kB for each; whoever can connect can make some. With so many, newcomers
   * are refused until the bridge's state is removed, for mail may wait for those who were here before.
   */
  guests: 4_000,
  /** line: programs in its table, of which each has a guest. */
  programs: 4_000,
  /** udp-chat: peers that have a number on its wire; there are no more than 9,000. */
  localIds: 4_000,
  /** udp-chat: users of whom it is noted where they signed in; of as many it may be noted what they were shown last. */
  users: 1_000,
  /** registry-chat: groups that have a number. */
  rooms: 1_000,
  /** Peers that keep their addresses, for each that may have a window at a time. */
  perWindow: 16,
} as const;
