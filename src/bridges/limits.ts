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
  notesMax: 10_000,
};
