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
