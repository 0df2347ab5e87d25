import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import { encodeCounterRecord } from "./progress-codec.ts";
import { encodeInboxRecord, inboxRecordBytesMax, type InboxFields } from "./record-codec.ts";
import { keyOf } from "./store-op.ts";

/** A message to be logged. */
export type Logged = Omit<InboxFields, "cursor" | "bodies"> & { readonly body: Uint8Array };

/** A record that is not written yet, and may take more. */
interface Page {
  readonly fields: Omit<InboxFields, "bodies">;
  readonly bodies: Uint8Array[];
  bytes: number;
}

/**
 * InboxLog: the messages of this peer, in the order in which they are read, under ascending cursors.
 *
 *     append ──► page ── another sender, another instant, or full ──► written ── shown, and many came since ──► trimmed
 *
 * Invariants
 * 1. Every cursor up to the newest is given once, across restarts: the counter is written with the log.
 * 2. What is not shown is not trimmed.
 * 3. A page holds messages that follow one another, and its key is the cursor of the last of them.
 */
export class InboxLog {
  readonly #limits: Limits;
  #cursor: number;
  /** Cursor at which this life began: pages up to it are not known here. */
  readonly #former: number;
  #page: Page | undefined;
  /** Keys of the pages written in this life, ascending; those before #head are trimmed. */
  #ends: number[] = [];
  #head = 0;
  #shown = 0;
  #trimmed = 0;
  #bytes = 0;

  /** @param cursor of the newest message in the store, 0 when there is none. */
  constructor(limits: Limits, cursor: number) {
    this.#limits = limits;
    this.#cursor = cursor;
    this.#former = cursor;
  }

  /** Cursor of the newest message logged. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Whether it holds as many messages that were not shown as it can. */
  get isFull(): boolean {
    return this.#cursor - this.#shown >= this.#limits.inboxCountMax;
  }

  /** @returns bytes that it will take on the disk, at most. */
  append(message: Logged, effects: Effects): number {
    this.#cursor += 1;
    const { body } = message;
    const bytes = inboxRecordBytesMax + body.length;
    this.#bytes += bytes;
    if (this.#page !== undefined && this.#takes(this.#page, message)) {
      this.#page.bodies.push(body);
      this.#page.bytes += body.length;
      return bytes;
    }
    this.#write(effects);
    this.#page = { fields: { ...message, cursor: this.#cursor }, bodies: [body], bytes: body.length };
    return bytes;
  }

  /** Writes what was appended. @returns bytes, as append counted them. */
  flush(effects: Effects): number {
    this.#write(effects);
    effects.put({ table: "meta", key: "inbox", value: encodeCounterRecord(this.#cursor) });
    this.#trim(effects);
    const bytes = this.#bytes;
    this.#bytes = 0;
    return bytes;
  }

  /** Everything up to the cursor was shown, and nothing after it: the oldest may make room when the log is full. */
  shown(cursor: number): void {
    this.#shown = cursor;
    this.#trimmed ||= Math.max(0, Math.min(this.#shown, this.#cursor - this.#limits.inboxCountMax));
  }

  #takes({ fields, bodies, bytes }: Page, message: Logged): boolean {
    const { bundleCountMax, bundleBytesMax } = this.#limits;
    return (
      message.number === fields.number + bodies.length &&
      message.conversation === fields.conversation &&
      message.epoch === fields.epoch &&
      message.from === fields.from &&
      message.sentAtMs === fields.sentAtMs &&
      message.receivedAtMs === fields.receivedAtMs &&
      message.missing === 0 &&
      !message.unordered &&
      bodies.length < bundleCountMax &&
      bytes + message.body.length <= bundleBytesMax
    );
  }

  #write(effects: Effects): void {
    if (this.#page === undefined) return;
    const { fields, bodies } = this.#page;
    this.#page = undefined;
    const last = fields.cursor + bodies.length - 1;
    this.#ends.push(last);
    effects.put({ table: "inbox", key: keyOf(last), value: encodeInboxRecord({ ...fields, bodies }) });
  }

  #trim(effects: Effects): void {
    const upTo = Math.min(this.#shown, this.#cursor - this.#limits.inboxCountMax); // invariant 2
    // What former lives wrote may end at any cursor.
    const former = Math.min(upTo, this.#former);
    for (; this.#trimmed < former; this.#trimmed += 1) this.#remove(this.#trimmed + 1, effects);
    for (let end = this.#ends[this.#head]; end !== undefined && end <= upTo; end = this.#ends[this.#head]) {
      this.#head += 1;
      this.#remove(end, effects);
    }
    if (this.#head < trimmedSpare || this.#head * 2 < this.#ends.length) return;
    this.#ends = this.#ends.slice(this.#head);
    this.#head = 0;
  }

  #remove(cursor: number, effects: Effects): void {
    effects.put({ table: "inbox", key: keyOf(cursor), value: undefined });
  }
}

/** Trimmed pages that may stand in the list: few enough to cost nothing, enough for moving the rest to be rare. */
const trimmedSpare = 1_024;
