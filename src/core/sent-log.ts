import { fromBinary } from "@bufbuild/protobuf";
import { SentCountRecordSchema } from "../gen/e3/v1/store_pb.ts";
import type { Effects } from "./effects.ts";
import type { Identity } from "./identity.ts";
import type { Entry, Lane } from "./lane.ts";
import type { Limits } from "./limits.ts";
import { encodeSentCountRecord } from "./progress-codec.ts";
import { encodeSentRecord } from "./record-codec.ts";
import { Sequence } from "./sequence.ts";
import { isSignal } from "./session-signal.ts";
import { keyOf } from "./store-op.ts";

interface Parts {
  readonly identity: Pick<Identity, "id" | "epoch">;
  readonly limits: Pick<Limits, "sentCountMax" | "sentBytesMax">;
  readonly effects: Pick<Effects, "put">;
}

/** What was said: one message, or several that follow one another, said at one instant. */
export interface Said {
  /** A peer, or a group; 0n for everyone. */
  readonly to: bigint;
  readonly conversation: bigint;
  /** Of the first; the others count up. */
  readonly number: number;
  readonly sentAtMs: number;
  /** Default: the one of the store. */
  readonly epoch?: bigint;
  /** One or more, with what stands before them. */
  readonly bodies: readonly Uint8Array[];
}

/**
 * SentLog: what this peer said, for its history: it is written with the commit by which it is accepted, and read by nobody in
 * the core.
 *
 *     append ──► written, under the cursor of its last message ── too many, or too much, since ──► trimmed, the oldest first
 *
 * Invariants
 * 1. Every cursor up to the newest is given once, across restarts: the count is written with the log.
 * 2. Count and bytes stay within the limits; of what former lives wrote the bytes are told apart by their average.
 */
export class SentLog {
  readonly #parts: Parts;
  #cursor = 0;
  /** Lowest cursor that is kept. */
  #first = 1;
  #bytes = 0;
  /** Cursor at which this life began: records up to it are not known here. */
  readonly #former: number;
  /** What one message of theirs takes. */
  readonly #formerBytes: number;
  /** Bytes of the records written in this life, by the cursors they are kept under. */
  readonly #written = new Sequence<number>();
  #isChanged = false;

  /** @param count what flush wrote last; undefined when there is none. */
  constructor(parts: Parts, count: Uint8Array | undefined) {
    this.#parts = parts;
    if (count !== undefined) {
      const { cursor, first, bytes } = fromBinary(SentCountRecordSchema, count);
      this.#cursor = Number(cursor);
      this.#first = Math.max(1, Number(first));
      this.#bytes = Number(bytes);
    }
    this.#former = this.#cursor;
    this.#formerBytes = this.#bytes / Math.max(1, this.#cursor + 1 - this.#first);
  }

  /** Writes what is said, if a history is kept at all. */
  readonly append = ({
    to,
    conversation,
    number,
    sentAtMs,
    bodies,
    epoch = this.#parts.identity.epoch,
  }: Said): void => {
    const { identity, limits, effects } = this.#parts;
    if (limits.sentCountMax === 0) return;
    const { id: from } = identity;
    const cursor = this.#cursor + 1;
    this.#cursor += bodies.length;
    const value = encodeSentRecord({ cursor, to, from, epoch, conversation, number, sentAtMs, bodies });
    effects.put({ table: "sent", key: keyOf(this.#cursor), value });
    this.#written.put(this.#cursor, value.length);
    this.#bytes += value.length;
    this.#isChanged = true;
  };

  /** Writes a page of direct messages. What is for a group was appended once, for all its members. */
  readonly page = ({ to, conversation, group }: Lane, entries: readonly Entry[]): void => {
    const [first] = entries;
    // What peers say of sessions nobody said.
    if (first === undefined || group !== 0n || entries.every(({ body }) => isSignal(body))) return;
    const { number, sentAtMs } = first;
    this.append({ to, conversation, number, sentAtMs, bodies: entries.map(({ body }) => body) });
  };

  /** Finishes an event: the oldest make room, and the count is written, if anything was appended. */
  flush(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const { limits, effects } = this.#parts;
    const { sentCountMax, sentBytesMax } = limits;
    while (this.#cursor - this.#first >= sentCountMax || this.#bytes > sentBytesMax) this.#drop();
    const value = encodeSentCountRecord({ cursor: this.#cursor, first: this.#first, bytes: Math.ceil(this.#bytes) });
    effects.put({ table: "meta", key: "sent", value });
  }

  /** The oldest goes. */
  #drop(): void {
    const isFormer = this.#first <= this.#former;
    // What former lives wrote may end at any cursor.
    const end = isFormer ? this.#first : (this.#written.first() ?? this.#cursor);
    this.#bytes = Math.max(
      0,
      this.#bytes - (isFormer ? this.#formerBytes : (this.#written.delete(end) ?? this.#bytes)),
    );
    this.#first = end + 1;
    this.#parts.effects.put({ table: "sent", key: keyOf(end), value: undefined });
  }
}
