import type { Deadlines } from "../deadlines.ts";
import type { Whereabouts } from "./whereabouts.ts";

/** Programs that are let in again at a time. */
const programsMax = 1_000;

/**
 * What may wait of one program and of all, bytes: some broadcasts of one, each of which comes to the front of every peer. A
 * datagram counts for some bytes besides its own.
 */
const heldBytesMax = 262_144;
const allHeldBytesMax = 64 * heldBytesMax;
const besidesBytes = 256;

/** Between two tries to let a program in, milliseconds. */
const pauseMs = 2_000;

interface Parts {
  readonly whereabouts: Whereabouts;
  readonly deadlines: Pick<Deadlines, "set" | "clear">;
  /** Lets a user in again without its password. @returns what came of it; "later" when the next try may do better. */
  readonly resume: (user: string, address: string) => Promise<"over" | "later">;
  /** So many datagrams from an address were dropped, which came while it was being let in. */
  readonly onDropped: (address: string, count: number) => void;
}

/** What a program said that is being let in. */
interface Held {
  readonly again: (() => void)[];
  bytes: number;
  dropped: number;
}

/**
 * Resumption: a bridge that was restarted lets programs go on that were signed in when it ended, for they know nothing of
 * it: with the first datagram of each. A program that was started anew begins by signing in, and needs none of this.
 *
 * What a program says meanwhile waits. Of too much the newest is dropped, as on any way of a datagram, but it is told of.
 */
export class Resumption {
  readonly #parts: Parts;
  /** By address. */
  readonly #held = new Map<string, Held>();
  #heldBytes = 0;
  #isClosed = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Something came from an address at which nobody is.
   *
   * @param bytes its length.
   * @param again deals with it once it is clear whose it is.
   * @returns whether somebody was signed in there; else it is nobody's.
   */
  takes(address: string, bytes: number, again: () => void): boolean {
    const user = this.#parts.whereabouts.userAt(address);
    if (user === undefined) return false;
    const known = this.#held.get(address);
    if (known !== undefined) this.#hold(known, bytes, again);
    else if (this.#held.size < programsMax && !this.#isClosed) {
      const held: Held = { again: [], bytes: 0, dropped: 0 };
      this.#held.set(address, held);
      this.#hold(held, bytes, again);
      void this.#resume(user, address, held);
    }
    return true;
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#isClosed = true;
    for (const held of this.#held.values()) this.#parts.deadlines.clear(held);
    this.#held.clear();
  }

  #hold(held: Held, bytes: number, again: () => void): void {
    const more = bytes + besidesBytes;
    if (held.bytes + more > heldBytesMax || this.#heldBytes + more > allHeldBytesMax) {
      held.dropped += 1;
      return;
    }
    held.again.push(again);
    held.bytes += more;
    this.#heldBytes += more;
  }

  async #resume(user: string, address: string, held: Held): Promise<void> {
    const { whereabouts, resume, onDropped } = this.#parts;
    // Of one that is away by now what it said is nobody's.
    while (whereabouts.userAt(address) === user && (await resume(user, address)) === "later" && !this.#isClosed)
      await this.#pause(held);
    if (this.#isClosed) return;
    this.#held.delete(address);
    this.#heldBytes -= held.bytes;
    for (const again of held.again) again();
    if (held.dropped > 0) onDropped(address, held.dropped);
  }

  #pause(held: Held): Promise<void> {
    return new Promise((resolve) => this.#parts.deadlines.set(held, pauseMs, resolve));
  }
}
