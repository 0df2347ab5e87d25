/** What a user that is there says of itself. */
export interface Whereabouts {
  /** host:port */
  readonly addresses: readonly string[];
  /** In a session with another user. */
  readonly busy: boolean;
}

/** What a user says with a heartbeat. */
export interface Beat extends Whereabouts {
  /** It has no links. */
  readonly alone: boolean;
}

/** Where a user is, as far as is known. */
export type Whereness =
  | ({ readonly kind: "online" } & Whereabouts)
  /** Since when, milliseconds since 1970; undefined when it was not seen yet. */
  | { readonly kind: "offline"; readonly sinceMs: number | undefined };

/**
 * Presence: who is there, by heartbeat. Kept in memory only: after a restart whoever is there says so within a heartbeat.
 *
 *     offline ── beat ──► online ── leave, or silent for silenceMs ──► offline
 *
 * Invariant: a user is online for less than silenceMs after its last beat.
 */
export class Presence {
  readonly #silenceMs: number;
  /** In the order of their last beats. */
  readonly #online = new Map<string, Beat & { readonly seenMs: number }>();
  /** Of these, the ones with links. */
  #linked = 0;
  /** When those that are offline were there last. No longer than the list of users. */
  readonly #left = new Map<string, number>();

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** Users online. */
  get count(): number {
    return this.#online.size;
  }

  isOnline(name: string): boolean {
    return this.#online.has(name);
  }

  /** Users online that said that they have links. */
  get linked(): number {
    return this.#linked;
  }

  /** Whether it has no links, as far as is known. */
  isAlone(name: string): boolean {
    return this.#online.get(name)?.alone !== false;
  }

  of(name: string): Whereness {
    const found = this.#online.get(name);
    if (found === undefined) return { kind: "offline", sinceMs: this.#left.get(name) };
    return { kind: "online", addresses: found.addresses, busy: found.busy };
  }

  /** The user is there. */
  beat(name: string, { addresses, busy, alone }: Beat, nowMs: number): void {
    this.#remove(name);
    this.#online.set(name, { addresses, busy, alone, seenMs: nowMs });
    if (!alone) this.#linked += 1;
    this.#left.delete(name);
  }

  /** The user left, and said so. */
  leave(name: string, nowMs: number): void {
    if (this.#remove(name)) this.#left.set(name, nowMs);
  }

  /** Takes those that were silent for too long for gone. @returns their names. To be called before anything is asked. */
  expire(nowMs: number): readonly string[] {
    const gone: string[] = [];
    for (const [name, { seenMs }] of this.#online) {
      if (seenMs + this.#silenceMs > nowMs) break;
      this.#remove(name);
      this.#left.set(name, seenMs);
      gone.push(name);
    }
    return gone;
  }

  /** When the next one will be gone; Infinity when nobody is there. */
  get nextDeadlineMs(): number {
    for (const { seenMs } of this.#online.values()) return seenMs + this.#silenceMs;
    return Infinity;
  }

  #remove(name: string): boolean {
    if (this.#online.get(name)?.alone === false) this.#linked -= 1;
    return this.#online.delete(name);
  }
}
