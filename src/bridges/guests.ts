import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { Peer } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import type { Notebook } from "../ports/notebook.ts";
import type { BridgeLimits } from "./limits.ts";
import { Turnstile } from "./turnstile.ts";
import type { GuestHouse, GuestOptions } from "./types.ts";

interface Parts {
  /** Starts the peer of a guest, with the state that its key had before. Rejects as createPeer or createMember does. */
  readonly start: (options: GuestOptions) => Promise<StartedGuest>;
  readonly notebook: Pick<Notebook, "get" | "set" | "entries">;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly log: Log;
  readonly limits: Pick<BridgeLimits, "guestsMax" | "openingMax">;
}

/** A guest's peer, and how it leaves: a member signs out, too. */
export interface StartedGuest {
  readonly peer: Peer;
  close(): Promise<void>;
}

/**
 * Guests: the peers of a bridge's programs, by key.
 *
 * Invariants
 * 1. One peer for each key at a time: what asks for a key that is being opened or closed waits for that.
 * 2. No more than guestsMax are open, being opened or being closed; no more than openingMax are being opened.
 */
export class Guests implements GuestHouse {
  readonly #parts: Parts;
  readonly #turnstile: Turnstile;
  readonly #open = new Map<string, Promise<StartedGuest>>();
  readonly #here = new Map<string, Peer>();
  readonly #sinceMs = new Map<string, number>();
  readonly #closing = new Map<string, Promise<void>>();
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#turnstile = new Turnstile(parts.limits.openingMax);
  }

  async open(options: GuestOptions): Promise<Peer> {
    const { key } = options;
    for (let leaving = this.#closing.get(key); leaving !== undefined; leaving = this.#closing.get(key)) await leaving;
    if (this.#isClosed) throw new E3Error("closed", "the bridge is closed");
    const known = this.#open.get(key);
    if (known !== undefined) return (await known).peer;
    const { guestsMax } = this.#parts.limits;
    if (this.#open.size + this.#closing.size >= guestsMax)
      throw new E3Error("resource-exhausted", `${guestsMax} guests are here, and more are not taken; try again later`);
    const opening = this.#turnstile.pass(() => this.#start(options));
    this.#open.set(key, opening);
    try {
      const { peer } = await opening;
      this.#here.set(key, peer);
      this.#parts.log.info("a guest is here", { guest: key, at: options.at, id: peer.id.toString() });
      return peer;
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  sinceMs(key: string): number {
    return this.#sinceMs.get(key) ?? 0;
  }

  get(key: string): Peer | undefined {
    return this.#here.get(key);
  }

  keyOf(id: bigint): string | undefined {
    // An id may change hands while its peer runs, so that it is asked for each time.
    for (const [key, peer] of this.#here) if (peer.id === id) return key;
    return undefined;
  }

  async close(key: string): Promise<void> {
    const opened = this.#open.get(key);
    if (opened === undefined) return this.#closing.get(key);
    this.#open.delete(key);
    const leaving = this.#leave(key, opened);
    this.#closing.set(key, leaving);
    await leaving;
  }

  /** Lets all leave. Rejects nothing; idempotent. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open.keys()].map((key) => this.close(key)));
    await Promise.all(this.#closing.values());
  }

  async #start(options: GuestOptions): Promise<StartedGuest> {
    const { notebook, start, nowMs, log } = this.#parts;
    const { key, isBrief = false } = options;
    // It may have waited for its turn.
    if (this.#isClosed) throw new E3Error("closed", "the bridge is closed");
    const noted = isBrief ? undefined : notebook.get(`since ${key}`);
    if (!isBrief && noted === undefined) this.#checkKnown();
    const sinceMs = noted === undefined ? Math.floor(nowMs()) : Number(noted);
    const guest = await start(options);
    this.#sinceMs.set(key, sinceMs);
    // Noted only once there is one: names that are refused must not fill the notebook.
    if (!isBrief && noted === undefined)
      await notebook.set(`since ${key}`, `${sinceMs}`).catch((error: unknown) => {
        log.warn("since when a guest is here is not noted: it may be told again what is old", { guest: key, error });
      });
    return guest;
  }

  /** The state of whoever was here is kept, with mail in it: none makes room for a newcomer. */
  #checkKnown(): void {
    const known = this.#parts.notebook.entries().filter(([key]) => key.startsWith("since ")).length;
    if (known < knownMax) return;
    const why = `the state of ${known} guests is kept, and newcomers are not taken; the bridge's state must be removed first`;
    throw new E3Error("resource-exhausted", why);
  }

  async #leave(key: string, opened: Promise<StartedGuest>): Promise<void> {
    try {
      const guest = await opened;
      this.#here.delete(key);
      await guest.close();
      this.#parts.log.info("a guest has left", { guest: key, id: guest.peer.id.toString() });
    } catch (error) {
      // One that never was here was told so by open; one that cannot close has nothing left to lose.
      this.#parts.log.debug("a guest left badly", { guest: quoteText(key), error });
    } finally {
      this.#here.delete(key);
      this.#sinceMs.delete(key);
      this.#closing.delete(key);
    }
  }
}

/** Guests whose state is kept: each takes about 300 kB of disk, and whoever can connect can make some. */
const knownMax = 4_000;
