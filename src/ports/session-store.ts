/** The session of a user with a registry, as the user's peer keeps it over restarts. */
export interface StoredSession {
  /** host:port, in normal form. */
  readonly registry: string;
  /** In form NFC. */
  readonly user: string;
  readonly id: bigint;
  /** Ed25519 public key of the registry, 32 bytes. */
  readonly registryKey: Uint8Array;
  /** Stands for the password: a secret. Empty once the session has ended. */
  readonly token: string;
  /** What the registry states about the user: a SignedCredential, encoded. */
  readonly credential: Uint8Array;
  /** Time between heartbeats, milliseconds. */
  readonly heartbeatMs: number;
  /** Peers that this one had links with last: a few of them. */
  readonly neighbours: readonly StoredNeighbour[];
}

/** A peer, and where it listened. */
export interface StoredNeighbour {
  readonly id: bigint;
  /** host:port */
  readonly address: string;
}

/**
 * Where a peer keeps its session. Every adapter passes test/contract/session-store.ts, which pins:
 *
 * - load gives what was saved last, and undefined when nothing was, or when it is damaged;
 * - save replaces what was there, and resolves once it would survive a crash; it rejects with "store-failed".
 */
export interface SessionStore {
  load(): Promise<StoredSession | undefined>;
  save(session: StoredSession): Promise<void>;
}
