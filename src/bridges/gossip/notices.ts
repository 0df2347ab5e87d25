import type { ByteStream } from "../../ports/sockets.ts";
import type { Deadlines } from "../deadlines.ts";

interface Parts {
  readonly stream: ByteStream;
  readonly deadlines: Deadlines;
  /** How long the next one waits when the module answers none, milliseconds. */
  readonly pauseMs: number;
  /** How long the other side may take to read one, milliseconds; then the connection is closed. */
  readonly stallMs: number;
  /** Bytes that may wait; with more the connection is closed. */
  readonly unsentBytesMax: number;
}

/**
 * Notifications on their way to one module: one at a time, each in a write of its own, the next once the module has
 * answered, or has had time to read. Common modules read two bytes beyond a notification when there are any.
 */
export class Notices {
  readonly #parts: Parts;
  readonly #waiting: Notice[] = [];
  #waitingBytes = 0;
  /** The id of the one under way. */
  #current: number | undefined;
  /** Whether the module answers, as far as is known: one that has not been told of anything may. */
  #isAnswering = true;
  #isClosed = false;
  #waiters: Waiter[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Sends it in its turn. */
  push(notice: Notice): void {
    if (this.#isClosed) return;
    this.#waiting.push(notice);
    this.#waitingBytes += notice.frame.length;
    if (this.#waitingBytes > this.#parts.unsentBytesMax) this.#parts.stream.destroy();
    else this.#next();
  }

  /** The module has answered this one. */
  answered(id: number): void {
    this.#isAnswering = true;
    if (this.#current === id) this.#goOn();
  }

  /** Resolves once fewer than so many wait, or none ever will. */
  fewerThan(count: number): Promise<void> {
    if (this.#isClosed || this.#waiting.length < count) return Promise.resolve();
    return new Promise((resolve) => void this.#waiters.push({ count, resolve }));
  }

  /** Forgets all that wait. */
  close(): void {
    this.#isClosed = true;
    this.#parts.deadlines.clear(this);
    this.#waiting.length = 0;
    this.#wake();
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const notice = this.#waiting.shift();
    if (notice === undefined) return;
    this.#waitingBytes -= notice.frame.length;
    this.#current = notice.id;
    this.#wake();
    void this.#write(notice);
  }

  async #write({ id, frame }: Notice): Promise<void> {
    const { stream, deadlines, pauseMs, stallMs } = this.#parts;
    deadlines.set(this, stallMs, () => stream.destroy());
    try {
      await stream.write(frame);
    } catch {
      // The reading of the stream ends, too, and closes this.
      return;
    }
    if (this.#isClosed || this.#current !== id) return;
    if (this.#isAnswering)
      return deadlines.set(this, answerMs, () => {
        this.#isAnswering = false;
        this.#goOn();
      });
    if (pauseMs === 0) this.#goOn();
    else deadlines.set(this, pauseMs, () => this.#goOn());
  }

  #goOn(): void {
    this.#parts.deadlines.clear(this);
    this.#current = undefined;
    this.#next();
  }

  #wake(): void {
    const isDue = ({ count }: Waiter): boolean => this.#isClosed || this.#waiting.length < count;
    const due = this.#waiters.filter(isDue);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !isDue(waiter));
    for (const { resolve } of due) resolve();
  }
}

/**
 * How long a module may take to answer, milliseconds, before it is taken for one that does not. Long, since what is not
 * answered while it is kept goes nowhere.
 */
const answerMs = 1000;

/** One notification, written. */
interface Notice {
  readonly id: number;
  readonly frame: Uint8Array;
}

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}
