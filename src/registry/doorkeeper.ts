import { E3Error } from "../core/error.ts";
import { foldName } from "../core/name.ts";
import { encodeUtf8 } from "../core/utf8.ts";
import type { Entropy } from "../ports/entropy.ts";
import type { PasswordHasher } from "../ports/password-hasher.ts";
import { Attempts } from "./attempts.ts";
import { HashQueue } from "./hash-queue.ts";
import type { RegistryLimits } from "./limits.ts";
import { networkOf } from "./network-of.ts";
import { makeToken } from "./sessions.ts";

/** Who tries to get in, and when. */
export interface Attempt {
  readonly name: string;
  readonly password: Uint8Array;
  /** host:port */
  readonly remote: string;
  readonly nowMs: number;
}

/**
 * Doorkeeper: counts attempts, and has passwords hashed and checked.
 *
 *     knock ──► hash, or check ── right ──► the attempt is given back
 *
 * Invariants
 * 1. A wrong name and a wrong password get the same answer for the same work.
 * 2. Every password is paid for with attempts, before anything else is done for it; only a right one gets them back.
 */
export class Doorkeeper {
  readonly #hasher: PasswordHasher;
  readonly #queue: HashQueue;
  readonly #users: Attempts;
  readonly #networks: Attempts;
  /** What the passwords of users that there are not are checked against. */
  readonly #nobody: string;

  private constructor(hasher: PasswordHasher, limits: RegistryLimits, nobody: string) {
    const { userAttemptsMax, userAttemptMs, remoteAttemptsMax, remoteAttemptMs, attemptKeysMax: keysMax } = limits;
    this.#hasher = hasher;
    this.#queue = new HashQueue(limits);
    this.#users = new Attempts({ attemptsMax: userAttemptsMax, attemptMs: userAttemptMs, keysMax });
    this.#networks = new Attempts({ attemptsMax: remoteAttemptsMax, attemptMs: remoteAttemptMs, keysMax });
    this.#nobody = nobody;
  }

  /** Rejects as the hasher does. */
  static async open(hasher: PasswordHasher, entropy: Entropy, limits: RegistryLimits): Promise<Doorkeeper> {
    return new Doorkeeper(hasher, limits, await hasher.hash(encodeUtf8(makeToken(entropy))));
  }

  /** Somebody is at the door. @throws E3Error "resource-exhausted" when too many attempts came from its network. */
  knock(remote: string, nowMs: number): void {
    spend(this.#networks, networkOf(remote), nowMs); // invariant 2
  }

  /** The hash of a new user's password. @throws E3Error "resource-exhausted" when too many wait. */
  hash(password: Uint8Array, signal: AbortSignal): Promise<string> {
    return this.#queue.run(() => this.#hasher.hash(password), signal);
  }

  /**
   * Checks a password.
   *
   * @param hash undefined when there is no such user.
   * @throws E3Error "bad-credentials"; "resource-exhausted" when there were too many attempts on the user, or too many wait.
   */
  async check(hash: string | undefined, attempt: Attempt, signal: AbortSignal): Promise<void> {
    const { name, password, remote, nowMs } = attempt;
    const user = foldName(name);
    spend(this.#users, user, nowMs); // invariant 2
    const isRight = await this.#queue.run(() => this.#hasher.verify(hash ?? this.#nobody, password), signal);
    if (!isRight || hash === undefined) throw new E3Error("bad-credentials", "the name or the password is wrong"); // invariant 1
    this.#networks.giveBack(networkOf(remote));
    this.#users.giveBack(user);
  }
}

function spend(attempts: Attempts, key: string, nowMs: number): void {
  const waitMs = attempts.take(key, nowMs);
  if (waitMs === 0) return;
  const seconds = Math.ceil(waitMs / 1_000);
  throw new E3Error("resource-exhausted", `too many attempts; try again in ${seconds} s`);
}
