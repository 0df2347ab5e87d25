import type { Command } from "./line.ts";

/** How the source of lines is held back. */
export interface Flow {
  pause(): void;
  resume(): void;
}

/**
 * Commands, or what else was read from lines, not yet carried out, in order, for one reader.
 *
 * Bounded by its source: it is paused as soon as more than `waitingMax` wait, and resumed once none does. What a source has
 * already read when paused still enters: at most one chunk of it.
 */
export class CommandQueue<T = Command> implements AsyncIterable<T> {
  readonly #flow: Flow;
  readonly #waitingMax: number;
  #waiting: T[] = [];
  #next = 0;
  #ended = false;
  #paused = false;
  #wake: () => void = () => {};

  constructor(flow: Flow, waitingMax: number) {
    this.#flow = flow;
    this.#waitingMax = waitingMax;
  }

  /** Commands that wait. */
  get size(): number {
    return this.#waiting.length - this.#next;
  }

  /** Ignored after the end. */
  push(command: T): void {
    if (this.#ended) return;
    this.#waiting.push(command);
    if (!this.#paused && this.size > this.#waitingMax) {
      this.#paused = true;
      this.#flow.pause();
    }
    this.#wake();
  }

  /** No more will come; what waits is still read. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    for (;;) {
      const command = this.#take();
      if (command !== undefined) yield command;
      else if (this.#ended) return;
      else await this.#more();
    }
  }

  #take(): T | undefined {
    const command = this.#waiting[this.#next];
    if (command === undefined) return undefined;
    this.#next += 1;
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    }
    return command;
  }

  async #more(): Promise<void> {
    if (this.#paused) {
      this.#paused = false;
      this.#flow.resume();
    }
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}
