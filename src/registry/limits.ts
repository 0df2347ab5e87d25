/** Every bound of a registry in one place (design, law 6). */
export interface RegistryLimits {
  /** Users online at a time. Requirement B2; --max-live sets it. */
  readonly liveMax: number;
  /** Users that signed up. All are held in memory, at about 1 KiB each. */
  readonly usersMax: number;
  /** Time between the heartbeats asked for, milliseconds. Requirement C1. */
  readonly heartbeatMs: number;
  /** Silence after which a user is gone, milliseconds. Requirement C1: three heartbeats and a little. */
  readonly silenceMs: number;
  /** How long a newcomer waits to be bootstrapped, milliseconds. As long as it could be silent. */
  readonly pendingMs: number;
  /** How long whoever fetched a newcomer has for it before others get it too, milliseconds. Twice a slow dial. */
  readonly handOutMs: number;
  /** How long a newcomer waits before peers without links get it, too, while there are some with links, milliseconds. */
  readonly patienceMs: number;
  /** Newcomers in one answer. With addresses and credentials they fill some 100 KiB at most. */
  readonly newcomersMax: number;
  /** Life of a credential and of the session that goes with it, milliseconds. How long peers can do without a registry. */
  readonly credentialMs: number;
  /** Addresses of one peer. As many as an advert may state. */
  readonly addressesMax: number;
  /** Failed sign-ins of one user in a row before it has to wait. */
  readonly userAttemptsMax: number;
  /** Time that gives one of these back, milliseconds: 1,440 guesses a day, whoever makes them. */
  readonly userAttemptMs: number;
  /** Sign-ups and failed sign-ins from one network in a row. More than one user's, as many may share an address. */
  readonly remoteAttemptsMax: number;
  /** Time that gives one of these back, milliseconds. */
  readonly remoteAttemptMs: number;
  /** Users, and networks, whose attempts are remembered; beyond, the least recent are forgotten. About 100 bytes each. */
  readonly attemptKeysMax: number;
  /** Passwords hashed at a time: each takes 19 MiB and one of the four threads that Node has for such work. */
  readonly hashesMax: number;
  /** Passwords that wait to be hashed: two seconds' worth of work. */
  readonly hashesWaitingMax: number;
  /** Largest request and answer, bytes. The largest answer is a full list of newcomers. */
  readonly messageBytesMax: number;
}

/** The bounds of a registry; each value's reason is with its name above. */
export const defaultRegistryLimits: RegistryLimits = {
  liveMax: 10_000,
  usersMax: 100_000,
  heartbeatMs: 60_000,
  silenceMs: 200_000,
  pendingMs: 200_000,
  handOutMs: 10_000,
  patienceMs: 15_000,
  newcomersMax: 64,
  credentialMs: 30 * 24 * 3_600_000,
  addressesMax: 8,
  userAttemptsMax: 10,
  userAttemptMs: 60_000,
  remoteAttemptsMax: 100,
  remoteAttemptMs: 1_000,
  attemptKeysMax: 100_000,
  hashesMax: 2,
  hashesWaitingMax: 64,
  messageBytesMax: 262_144,
};
