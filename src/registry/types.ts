import type { Log } from "../ports/log.ts";

/** How a registry runs. */
export interface RegistryOptions {
  /** Where it listens, host:port; port 0 picks a free one. */
  readonly listen: string;
  /**
   * Directory of its key and its users; made when absent, mode 0700, used by one process at a time. Default:
   * $XDG_STATE_HOME/e3/registry/<listen>, else ~/.local/state/e3/registry/<listen>.
   */
  readonly state?: string;
  /** Users online at a time, 1 to 100,000. Default 10,000. Further ones are refused until some have left. */
  readonly liveMax?: number;
  /** Listen off loopback although nothing is encrypted, passwords included. Default false. */
  readonly insecure?: boolean;
  /** Where its log goes. Default: nowhere. No password and no token is ever in it. */
  readonly log?: Log;
}

/** A registry that runs. */
export interface RunningRegistry {
  /** The id under which it assigns ids to users. */
  readonly id: bigint;
  /** The address bound, host:port. */
  readonly listen: string;
  /** Ed25519 public key that its credentials are signed with, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ends it: what was begun is stored, and its directory is free. Allowed twice. */
  close(): Promise<void>;
}

/** Whether a peer is the user whose name it bears, as far as a registry's credentials tell. */
export type Standing =
  /** The registry vouches for its name, id and key. */
  | { readonly kind: "verified"; readonly user: string }
  /** It bears the name of a user, and nothing shows that it is that user. */
  | { readonly kind: "unverified"; readonly user: string }
  /** Its name, if it has one, is no user's as far as is known. */
  | { readonly kind: "unknown" };

/** What a registry says of a user. */
export type RegistryFinding =
  | {
      readonly kind: "online" | "self";
      readonly user: string;
      readonly id: bigint;
      readonly addresses: readonly string[];
      /** In a session with another user. */
      readonly busy: boolean;
    }
  | {
      readonly kind: "offline";
      readonly user: string;
      readonly id: bigint;
      /** Undefined when the registry has not seen it since its own start. */
      readonly since: Date | undefined;
    }
  /** No such user. */
  | { readonly kind: "unknown" }
  /** The registry does not answer. */
  | { readonly kind: "silent" }
  /** It was not asked: the session has ended. */
  | { readonly kind: "ended" };

/** What happens between a peer and its registry. Each is told once, however long it lasts. */
export type RegistryNews =
  /** The peer's user is signed in; `first` says that nobody else is online: there is no mesh to join. */
  | { readonly kind: "signed-in"; readonly first: boolean }
  /** The registry does not answer, or refuses: messages go on without it, and it is asked again. Told for each reason. */
  | { readonly kind: "away"; readonly reason: string }
  /** It answers again. */
  | { readonly kind: "back" }
  /**
   * The session is over, and the registry is asked for nothing any more. `elsewhere`: another peer is the user's now, and has
   * its id; this one is nobody's, and should leave.
   */
  | { readonly kind: "ended"; readonly reason: string; readonly elsewhere: boolean };

/** A peer's share in a registry of users. */
export interface Membership {
  /** The user, as the registry writes its name. */
  readonly user: string;
  /** The user's id, the same wherever it signs in. */
  readonly id: bigint;
  /** Where the registry is, host:port. */
  readonly registry: string;
  readonly state: "signed-in" | "away" | "ended";
  /**
   * What the registry says of a user, named as for `Peer.search`. Answers within two seconds, and never rejects for what
   * the registry does or leaves undone.
   * @throws E3Error "bad-id" for a number that is no id.
   */
  search(word: string): Promise<RegistryFinding>;
  /** Who of these peers is a user, in the order given. Needs no answer of the registry. */
  standings(peers: readonly Bearer[]): readonly Standing[];
  /** Whether the user is in a session with another one, for those who search for it. */
  setBusy(isBusy: boolean): void;
  /**
   * Signs the user out; the peer goes on without the registry.
   * @throws E3Error "in-session" while the user is busy; "address-unavailable" when the registry does not answer: then the
   * session stays, and ends there by its silence.
   */
  signOut(): Promise<void>;
  /** Ends it, and signs out if the registry answers within a second. Allowed twice. Never rejects. */
  close(): Promise<void>;
}

/** What a peer shows of itself. A PeerInfo is one. */
export interface Bearer {
  readonly id: bigint;
  readonly name: string;
  /** Ed25519 public key, 32 bytes; empty where it is not known. */
  readonly key: Uint8Array;
  /** A SignedCredential, encoded; empty when it has none. */
  readonly credential: Uint8Array;
}
