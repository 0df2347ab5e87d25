import { E3Error } from "../core/error.ts";
import { quoteText } from "../core/escape.ts";
import type { Message, Peer } from "../peer/types.ts";
import type { Log } from "../ports/log.ts";
import type { Notebook } from "../ports/notebook.ts";
import type { Chronicle } from "./chronicle.ts";
import { noteLimits, type BridgeLimits } from "./limits.ts";
import { Turnstile } from "./turnstile.ts";
import type { GuestHouse, GuestOptions } from "./types.ts";

interface Parts {
  /** Starts the peer of a guest, with the state that its key had before. Rejects as createPeer or createMember does. */
  readonly start: (options: GuestOptions) => Promise<StartedGuest>;
  readonly notebook: Pick<Notebook, "get" | "set" | "entries">;
  /** What the host had at which moment. */
  readonly chronicle: {
    readonly moment: Chronicle["moment"];
    readonly had: (message: Message, moment: string) => Promise<boolean>;
  };
  readonly log: Log;
  readonly limits: Pick<BridgeLimits, "guestsMax" | "openingMax">;
}

/** A guest's peer, and how it leaves: a member signs out, too, unless it stays signed in. */
export interface StartedGuest {
  readonly peer: Peer;
  /** Resolves with why, when its user's session is over while its peer runs: then it is nobody's, and is to leave. */
  readonly over?: Promise<string>;
  close(how?: { readonly staysSignedIn: boolean }): Promise<void>;
}

/**
 * Guests: the peers of a bridge's programs, by key.
 *
 * Invariants
 * 1. One peer for each key at a time: what asks for a key that is being opened or closed waits for that.
 * 2. No more than guestsMax are open, being opened or being closed; no more than openingMax are being opened.
 * 3. Only one that rests makes room for another.
 * 4. One that ends by itself leaves: who asks for its key is not given a peer that is closed.
 */
export class Guests implements GuestHouse {
  readonly #parts: Parts;
  readonly #turnstile: Turnstile;
  readonly #open = new Map<string, Promise<StartedGuest>>();
  readonly #here = new Map<string, Peer>();
  /** The moment at which each that is here was here first. */
  readonly #since = new Map<string, string>();
  readonly #closing = new Map<string, Promise<void>>();
  /** How those leave whom nobody is connected with; the one that has rested longest comes first. */
  readonly #resting = new Map<string, () => Promise<void>>();
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#turnstile = new Turnstile(parts.limits.openingMax);
  }

  async open(options: GuestOptions): Promise<Peer> {
    const { key } = options;
    for (;;) {
      const [leaving, known] = [this.#closing.get(key), this.#open.get(key)];
      if (leaving !== undefined) await leaving;
      else if (this.#isClosed) throw new E3Error("closed", "the bridge is closed");
      else if (known === undefined && this.#isFull) await this.#makeRoom();
      else {
        this.#resting.delete(key);
        return known === undefined ? this.#add(options) : (await known).peer;
      }
    }
  }

  rest(key: string, leave: () => Promise<void> = () => this.close(key)): void {
    this.#resting.delete(key);
    if (this.#open.has(key)) this.#resting.set(key, leave);
  }

  moment(): Promise<string> {
    return this.#parts.chronicle.moment();
  }

  async isOld(key: string, message: Message): Promise<boolean> {
    const since = this.#since.get(key);
    return message.conversation === "everyone" && since !== undefined && this.#parts.chronicle.had(message, since);
  }

  get(key: string): Peer | undefined {
    return this.#here.get(key);
  }

  keyOf(id: bigint): string | undefined {
    // An id may change hands while its peer runs, so that it is asked for each time.
    for (const [key, peer] of this.#here) if (peer.id === id) return key;
    return undefined;
  }

  async close(key: string, how?: { readonly staysSignedIn: boolean }): Promise<void> {
    const opened = this.#open.get(key);
    if (opened === undefined) return this.#closing.get(key);
    this.#open.delete(key);
    this.#resting.delete(key);
    const leaving = this.#leave(key, opened, how);
    this.#closing.set(key, leaving);
    await leaving;
  }

  /** Lets all leave; who is signed in stays so, to go on after a restart. Rejects nothing; idempotent. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open.keys()].map((key) => this.close(key, { staysSignedIn: true })));
    await Promise.all(this.#closing.values());
  }

  get #isFull(): boolean {
    return this.#open.size + this.#closing.size >= this.#parts.limits.guestsMax;
  }

  /** Has the one that has rested longest leave. @throws E3Error "resource-exhausted" when none rests. */
  async #makeRoom(): Promise<void> {
    for (const [key, leave] of this.#resting) {
      this.#resting.delete(key);
      this.#parts.log.info("a guest makes room for another", { guest: key });
      return leave();
    }
    const { guestsMax } = this.#parts.limits;
    throw new E3Error("resource-exhausted", `${guestsMax} guests are here, and more are not taken; try again later`);
  }

  async #add(options: GuestOptions): Promise<Peer> {
    const { key, at } = options;
    const opening = this.#turnstile.pass(() => this.#start(options));
    this.#open.set(key, opening);
    try {
      const { peer } = await opening;
      this.#here.set(key, peer);
      this.#parts.log.info("a guest is here", { guest: key, at, id: peer.id.toString() });
      void this.#watch(key, opening);
      return peer;
    } catch (error) {
      this.#open.delete(key);
      throw error;
    }
  }

  async #start(options: GuestOptions): Promise<StartedGuest> {
    const { notebook, start, chronicle, log } = this.#parts;
    const { key, isBrief = false } = options;
    // It may have waited for its turn.
    if (this.#isClosed) throw new E3Error("closed", "the bridge is closed");
    const noted = isBrief ? undefined : notebook.get(`since ${key}`);
    if (!isBrief && noted === undefined) this.#checkKnown();
    const since = noted ?? options.since ?? (await chronicle.moment());
    const guest = await start(options);
    this.#since.set(key, since);
    // Noted only once there is one: names that are refused must not fill the notebook.
    if (!isBrief && noted === undefined)
      await notebook.set(`since ${key}`, since).catch((error: unknown) => {
        log.warn("since when a guest is here is not noted: it may be told again what is old", { guest: key, error });
      });
    return guest;
  }

  /** Has it leave when it ends by itself (invariant 4). Never rejects. */
  async #watch(key: string, opened: Promise<StartedGuest>): Promise<void> {
    const { peer, over } = await opened;
    const why = await Promise.race(over === undefined ? [endOf(peer)] : [endOf(peer), over]);
    if (this.#open.get(key) !== opened) return;
    this.#parts.log.warn("a guest has ended by itself, and leaves", { guest: key, id: peer.id.toString(), why });
    await this.close(key, { staysSignedIn: true });
  }

  /** The state of whoever was here is kept, with mail in it: none makes room for a newcomer. */
  #checkKnown(): void {
    const known = this.#parts.notebook.entries().filter(([key]) => key.startsWith("since ")).length;
    if (known < noteLimits.guests) return;
    const why = `the state of ${known} guests is kept, and newcomers are not taken; the bridge's state must be removed first`;
    throw new E3Error("resource-exhausted", why);
  }

  async #leave(
    key: string,
    opened: Promise<StartedGuest>,
    how: { readonly staysSignedIn: boolean } | undefined,
  ): Promise<void> {
    try {
      const guest = await opened;
      this.#here.delete(key);
      await guest.close(how);
      this.#parts.log.info("a guest has left", { guest: key, id: guest.peer.id.toString() });
    } catch (error) {
      // One that never was here was told so by open; one that cannot close has nothing left to lose.
      this.#parts.log.debug("a guest left badly", { guest: quoteText(key), error });
    } finally {
      this.#here.delete(key);
      this.#since.delete(key);
      this.#resting.delete(key);
      this.#closing.delete(key);
    }
  }
}

/** Resolves with why a peer has closed, or is about to. Never rejects. */
async function endOf(peer: Pick<Peer, "events">): Promise<string> {
  for await (const event of peer.events())
    if (event.kind === "error" && event.error.code === "closed") return event.error.message;
  return "its peer was closed";
}
