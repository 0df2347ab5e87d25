import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ReceiptStatus } from "../gen/e3/v1/envelope_pb.ts";
import { ReadByRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { encodeReceipts, type Receipt } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import type { Limits } from "./limits.ts";
import type { Roads } from "./roads.ts";
import { key64, type StoreEntry } from "./store-op.ts";

/** How far somebody has read what this peer said. */
export interface Reader {
  /** Id of the reader. */
  readonly by: bigint;
  /** Number of the last message read. */
  readonly number: number;
  /** Of what has a lower number it says nothing: that was for another holder of the id. Left out for 1. */
  readonly first?: number;
}

/** What a reader may speak of. */
export interface Readable {
  /** The peer or the group that it was for. */
  readonly to: bigint;
  /** The first number that came to this reader. */
  readonly first: number;
}

interface Parts {
  readonly roads: Pick<Roads, "target">;
  readonly dispatcher: Pick<Dispatcher, "control">;
  readonly limits: Pick<Limits, "readMarksMax">;
  readonly effects: Effects;
  /**
   * What a reader may speak of, which is sure to have got all numbers up to this one, or not to get them any
   * more; undefined for none: it is the wrong reader, or there is no such number.
   */
  readonly targetOf: (conversation: bigint, last: number, from: bigint) => Readable | undefined;
}

/**
 * ReadBy: how far others have read what this peer said to them, and to groups they are in.
 *
 *     READ of a reader ──► mark, durable ──► people are told, and the reader is answered: NOTED
 *
 * Invariants
 * 1. A mark only moves forward, and never beyond what is settled.
 * 2. People are told of each mark once, and after they were told that it was delivered.
 * 3. Nothing counts as read that was for another holder of the reader's id, and is not known to be read.
 */
export class ReadBy {
  readonly #parts: Parts;
  /** The mark moved longest ago comes first. */
  readonly #readers = new Map<string, Reader & { readonly to: bigint }>();

  constructor(parts: Parts, stored: Iterable<StoreEntry>) {
    this.#parts = parts;
    for (const { key, value } of stored) {
      if (!key.startsWith(prefix)) continue;
      const { to, by, number, first } = fromBinary(ReadByRecordSchema, value);
      this.#readers.set(key, { to, by, number: Number(number), ...from(Number(first)) });
    }
  }

  /** Who has read how far of what is for a peer or a group, ascending by id. */
  of(to: bigint): readonly Reader[] {
    const readers = [...this.#readers.values()].filter((reader) => reader.to === to);
    return readers.map(({ to: _, ...reader }) => reader).sort((a, b) => (a.by < b.by ? -1 : 1));
  }

  /** A reader says how far it is. @param by its id. */
  take(receipt: Receipt, by: bigint): void {
    const { targetOf, effects } = this.#parts;
    const number = receipt.ranges.at(-1)?.last ?? 0;
    const readable = targetOf(receipt.conversation, number, by);
    if (readable === undefined) return; // invariant 1
    const { to, first } = readable;
    const key = prefix + key64(to) + key64(by);
    const before = this.#readers.get(key);
    const isNews = number > (before?.number ?? 0);
    // What another holder of the id has not read, this one has not either (invariant 3).
    const isOn = before !== undefined && before.number >= first - 1;
    if (isNews) this.#move(key, { to, by, number, ...from(isOn ? (before.first ?? 1) : first) });
    effects.whenDurable(() => {
      if (isNews) effects.add({ kind: "read", by, to, number }); // invariant 2
      this.answer(receipt, by);
    });
  }

  /** Has the reader say no more of it. */
  answer({ epoch, conversation, ranges }: Receipt, by: bigint): void {
    const { roads, dispatcher } = this.#parts;
    const node = roads.target(by, 0n);
    if (node === undefined) return;
    dispatcher.control(node, encodeReceipts([{ epoch, conversation, status: ReceiptStatus.NOTED, ranges, reason: 0 }]));
  }

  #move(key: string, reader: Reader & { readonly to: bigint }): void {
    const { limits, effects } = this.#parts;
    this.#readers.delete(key);
    if (this.#readers.size >= limits.readMarksMax) {
      const [oldest] = this.#readers.keys();
      if (oldest !== undefined) effects.put({ table: "meta", key: oldest, value: undefined });
      this.#readers.delete(oldest ?? "");
    }
    this.#readers.set(key, reader);
    const { to, by, number, first = 0 } = reader;
    const record = create(ReadByRecordSchema, { to, by, number: BigInt(number), first: BigInt(first) });
    const value = toBinary(ReadByRecordSchema, record);
    effects.put({ table: "meta", key, value });
  }
}

function from(first: number): Pick<Reader, "first"> {
  return first > 1 ? { first } : {};
}

/** What the keys of readers begin with, among the other records of what this peer is. */
const prefix = "read-by ";
