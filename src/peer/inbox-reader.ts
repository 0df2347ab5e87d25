import { decodeBody, type Body } from "../core/body.ts";
import { E3Error } from "../core/error.ts";
import { everyone } from "../core/everyone.ts";
import { decodeGroupLetter, type GroupLetter } from "../core/group-codec.ts";
import { decodeInboxRecord, type InboxFields } from "../core/record-codec.ts";
import { key64, type StoreEntry } from "../core/store-op.ts";
import type { Store } from "../ports/store.ts";
import type { Message } from "./types.ts";

/** Records read from the store at a time; one holds up to 64 messages (Limits.bundleCountMax). */
const recordsMax = 16;

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
 * live reading, so that a reader's memory is a few records however much there is. A store that cannot be read holds it up, and
 * does not end it.
 */
export class InboxReader implements AsyncIterableIterator<Message> {
  readonly #parts: Parts;
  #after: bigint;
  #records: readonly StoreEntry[] = [];
  /** The next of the records. */
  #index = 0;
  /** The record that is being given, and the next message in it. */
  #record: Opened | undefined;
  #at = 0;
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
    try {
      const message = this.#take();
      return message && Promise.resolve({ done: false, value: message });
    } catch (error) {
      // A record that cannot be read is its caller's to know of; the next call goes on behind it.
      return rejected(error);
    }
  }

  #isHere(): boolean {
    return this.#at < (this.#record?.fields.bodies.length ?? 0) || this.#index < this.#records.length;
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

  /** The next message that is here, which counts as given. */
  #take(): Message | undefined {
    while (!this.#stopped() && this.#isHere()) {
      const record = this.#open();
      const { fields } = record;
      const index = this.#at;
      this.#at += 1;
      const body = fields.bodies[index];
      const cursor = BigInt(fields.cursor + index);
      // Where the reading began within a record, what stands before was given already.
      if (body === undefined || cursor <= this.#after) continue;
      this.#after = cursor;
      this.#given = cursor;
      return messageOf(record, index, body);
    }
    return undefined;
  }

  /** The record whose messages are next. */
  #open(): Opened {
    if (this.#record !== undefined && this.#at < this.#record.fields.bodies.length) return this.#record;
    const entry = this.#records[this.#index];
    this.#index += 1;
    this.#at = 0;
    this.#record = undefined;
    try {
      this.#record = opened(decodeInboxRecord(entry?.value ?? empty));
      return this.#record;
    } catch (error) {
      // It is told once: the reading goes on behind it, also where nothing follows yet.
      if (entry !== undefined) this.#after = BigInt(`0x${entry.key}`);
      throw error;
    }
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
    // What is stored but not announced yet is not durable. The key is the cursor of the last message.
    const last = key64(cursor);
    this.#records = entries.filter(({ key }) => key <= last);
    this.#index = 0;
    // Damaged or trimmed records leave gaps: go on behind them.
    if (this.#records.length === 0) this.#after = cursor;
    return true;
  }

  /** @returns undefined when the store cannot be read at the moment. */
  async #read(store: Store): Promise<readonly StoreEntry[] | undefined> {
    try {
      const entries = await store.read("inbox", key64(this.#after), recordsMax);
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
    this.#records = [];
    this.#record = undefined;
    this.#parts.signal?.removeEventListener("abort", this.#abort);
    this.#parts.inbox.nudge();
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}

const empty = new Uint8Array(0);

/** A record, and the times that its messages have in common: a Date costs as much as all else of a message. */
interface Opened {
  readonly fields: InboxFields;
  readonly sentAt: Date;
  readonly receivedAt: Date;
}

function opened(fields: InboxFields): Opened {
  // The first is its sender's word, which may be beyond what a Date can be.
  const sentAt = new Date(Math.min(fields.sentAtMs, dateMaxMs));
  return { fields, sentAt, receivedAt: new Date(fields.receivedAtMs) };
}

function messageOf({ fields, sentAt, receivedAt }: Opened, index: number, encoded: Uint8Array): Message {
  const { letter, content } = saidIn(encoded);
  const data =
    content?.kind === "data" ? { contentType: content.contentType, data: new Uint8Array(content.data) } : undefined;
  const plain = fields.conversation === everyone ? "everyone" : "direct";
  return {
    cursor: BigInt(fields.cursor + index),
    from: fields.from,
    conversation: letter === undefined ? plain : "group",
    group: letter?.group,
    number: BigInt(letter?.number ?? fields.number + index),
    text: content?.kind === "text" ? content.text : "",
    data,
    sentAt,
    receivedAt,
    missing: index === 0 ? BigInt(fields.missing) : 0n,
    unordered: index === 0 && fields.unordered,
  };
}

/** What a message says, and where in a group it does. */
function saidIn(encoded: Uint8Array): { readonly letter: GroupLetter | undefined; readonly content: Body | undefined } {
  const body = decodeBody(encoded);
  if (typeof body === "string") return { letter: undefined, content: undefined };
  const letter = body.kind === "group" ? decodeGroupLetter(body.bytes) : undefined;
  return { letter, content: letter === undefined ? body : contentOf(letter) };
}

/** What a message to a group says, as the body of a direct one would. */
function contentOf({ content }: GroupLetter): Body | undefined {
  if (content.case === "text") return { kind: "text", text: content.value };
  return content.case === "data" ? { kind: "data", ...content.value } : undefined;
}
