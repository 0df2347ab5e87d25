/** Wrong passwords in a row, and the time that forgives one, milliseconds. */
const wrongMax = 5;
const forgiveMs = 12_000;

/** Users that are remembered. */
const usersMax = 1_000;

/**
 * Guesses: wrong passwords for users that are signed in already, whose passwords the registry is not asked about. After
 * some of them even the right one is refused for a while.
 */
export class Guesses {
  /** By user, when all wrong ones will be forgiven; the one that was guessed at last comes last. */
  readonly #forgivenAtMs = new Map<string, number>();

  isTooMany(user: string, nowMs: number): boolean {
    return (this.#forgivenAtMs.get(user) ?? nowMs) > nowMs + (wrongMax - 1) * forgiveMs;
  }

  wrong(user: string, nowMs: number): void {
    const forgivenAtMs = Math.max(this.#forgivenAtMs.get(user) ?? nowMs, nowMs) + forgiveMs;
    this.#forgivenAtMs.delete(user);
    this.#forgivenAtMs.set(user, forgivenAtMs);
    const [oldest] = this.#forgivenAtMs.keys();
    if (this.#forgivenAtMs.size > usersMax && oldest !== undefined) this.#forgivenAtMs.delete(oldest);
  }
}
