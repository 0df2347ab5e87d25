import { decodeBody } from "../core/body.ts";
import { E3Error } from "../core/error.ts";
import { decodeInboxRecord } from "../core/record-codec.ts";
import { key64, type StoreEntry } from "../core/store-op.ts";
import type { Store } from "../ports/store.ts";
import type { Message } from "./types.ts";

/** Messages read from the store at a time. */
const pageMax = 256;

/** The last instant that a Date can be, milliseconds since 1970. Source: ECMA-262, "Time Values and Time Range". */
const dateMaxMs = 8.64e15;

/** Wakes readers when the inbox grows or ends. */
export class InboxSignal {
  /** Cursor of the newest message that is durable. */
  cursor = 0n;
  ended = false;
  #wake: (() => void)[] = [];

  grow(cursor: bigint): void {
    this.cursor = cursor;
    this.#all();
  }

  end(): void {
    this.ended = true;
    this.#all();
  }

  /** Resolves at the next change. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  /** Wakes all readers, to look whether they are still wanted, or whether the store can be read again. */
  nudge(): void {
    this.#all();
  }

  #all(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}

interface Parts {
  readonly store: Store;
  readonly inbox: InboxSignal;
  readonly after: bigint;
  readonly signal: AbortSignal | undefined;
  /** The store could not be read. It is read again at the next change of the inbox; told once for failures in a row. */
  readonly failed: (error: E3Error) => void;
  /** Told each message's cursor once the reader asks for the one after it. */
  readonly dealtWith: ((cursor: bigint) => void) | undefined;
}

/**
 * InboxReader: messages from a cursor on, those in the store first, then as they arrive: one mechanism for history and
 * live reading, so that a reader's memory is one page however much there is. A store that cannot be read holds it up, and
 * does not end it.
 */
export class InboxReader implements AsyncIterableIterator<Message> {
  readonly #parts: Parts;
  #after: bigint;
  #page: readonly StoreEntry[] = [];
  #index = 0;
  #given: bigint | undefined;
  #ended = false;
  #failing = false;
  /** Calls of next that are not answered. */
  #asked = 0;
  /** The last call of next: calls wait for each other, as those of a generator do. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #abort = (): void => this.#end();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#after = parts.after;
    parts.signal?.addEventListener("abort", this.#abort);
    if (parts.signal?.aborted === true) this.#end();
  }

  next(): Promise<IteratorResult<Message>> {
    // Nearly always what is next is here, and nobody waits for it: that takes no turn, and no promise but the one asked for.
    if (this.#asked === 0) {
      const result = this.#atOnce();
      if (result !== undefined) return result;
    }
    this.#asked += 1;
    const result = this.#turn.then(() => this.#next()).finally(() => (this.#asked -= 1));
    this.#turn = result.catch(() => {});
    return result;
  }

  /** What is next, if it is here; undefined when it is not, or what was given cannot be noted: the turn meets that again. */
  #atOnce(): Promise<IteratorResult<Message>> | undefined {
    try {
      this.#dealtWith();
    } catch {
      return undefined;
    }
    // In a promise's own call, so that what cannot be read rejects it.
    const entry = this.#page[this.#index];
    if (entry === undefined || this.#stopped()) return undefined;
    return new Promise((resolve) => resolve({ done: false, value: this.#give(entry) }));
  }

  /** Ends the reading. The message given last counts as not dealt with: it will be given again. */
  return(): Promise<IteratorResult<Message>> {
    this.#given = undefined;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<IteratorResult<Message>> {
    this.#dealtWith();
    // Once the inbox has ended nothing can count as dealt with: what is given then would be given again.
    while (!this.#ended && !this.#parts.inbox.ended) {
      const message = this.#take();
      if (message !== undefined) return { done: false, value: message };
      // Asked for before looking, so that no change falls between the look and the wait.
      const change = this.#parts.inbox.next();
      if (!(await this.#turnPage()) && !this.#stopped()) await change;
    }
    return { done: true, value: undefined };
  }

  /** The next message of the page, which counts as given. */
  #take(): Message | undefined {
    const entry = this.#stopped() ? undefined : this.#page[this.#index];
    return entry && this.#give(entry);
  }

  #give(entry: StoreEntry): Message {
    this.#index += 1;
    const message = messageOf(entry.value);
    this.#after = message.cursor;
    this.#given = message.cursor;
    return message;
  }

  #stopped(): boolean {
    return this.#ended || this.#parts.inbox.ended;
  }

  #dealtWith(): void {
    if (this.#given === undefined) return;
    this.#parts.dealtWith?.(this.#given);
    this.#given = undefined;
  }

  async #turnPage(): Promise<boolean> {
    const { store, inbox } = this.#parts;
    // Noted before reading: what arrives meanwhile is not in these entries.
    const { cursor } = inbox;
    if (cursor <= this.#after) return false;
    const entries = await this.#read(store);
    if (entries === undefined || this.#stopped()) return false;
    // What is stored but not announced yet is not durable.
    const last = key64(cursor);
    this.#page = entries.filter(({ key }) => key <= last);
    this.#index = 0;
    // Damaged or trimmed records leave gaps: go on behind them.
    if (this.#page.length === 0) this.#after = cursor;
    return true;
  }

  /** @returns undefined when the store cannot be read at the moment. */
  async #read(store: Store): Promise<readonly StoreEntry[] | undefined> {
    try {
      const entries = await store.read("inbox", key64(this.#after), pageMax);
      this.#failing = false;
      return entries;
    } catch (error) {
      if (!(error instanceof E3Error) || error.code !== "store-failed") throw error;
      if (!this.#failing && !this.#stopped()) this.#parts.failed(error);
      this.#failing = true;
      return undefined;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#page = [];
    this.#parts.signal?.removeEventListener("abort", this.#abort);
    this.#parts.inbox.nudge();
  }
}

function messageOf(value: Uint8Array): Message {
  const record = decodeInboxRecord(value);
  const body = decodeBody(record.body);
  const kind = typeof body === "string" ? undefined : body;
  const data = kind?.kind === "data" ? { contentType: kind.contentType, data: new Uint8Array(kind.data) } : undefined;
  return {
    cursor: BigInt(record.cursor),
    from: record.from,
    number: BigInt(record.number),
    text: kind?.kind === "text" ? kind.text : "",
    data,
    // Its sender's word, which may be beyond what a Date can be.
    sentAt: new Date(Math.min(record.sentAtMs, dateMaxMs)),
    receivedAt: new Date(record.receivedAtMs),
    missing: BigInt(record.missing),
  };
}
