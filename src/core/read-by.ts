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
}

interface Parts {
  readonly roads: Pick<Roads, "target">;
  readonly dispatcher: Pick<Dispatcher, "control">;
  readonly limits: Pick<Limits, "readMarksMax">;
  readonly effects: Effects;
  /**
   * The peer or group that a reader may speak of, which is sure to have got all numbers up to this one, or not to get them any
   * more; undefined for none: it is the wrong reader, or there is no such number.
   */
  readonly targetOf: (conversation: bigint, last: number, from: bigint) => bigint | undefined;
}

/**
 * ReadBy: how far others have read what this peer said to them, and to groups they are in.
 *
 *     READ of a reader ──► mark, durable ──► people are told, and the reader is answered: NOTED
 *
 * Invariants
 * 1. A mark only moves forward, and never beyond what is settled.
 * 2. People are told of each mark once, and after they were told that it was delivered.
 */
export class ReadBy {
  readonly #parts: Parts;
  /** The mark moved longest ago comes first. */
  readonly #readers = new Map<string, Reader & { readonly to: bigint }>();

  constructor(parts: Parts, stored: Iterable<StoreEntry>) {
    this.#parts = parts;
    for (const { key, value } of stored) {
      if (!key.startsWith(prefix)) continue;
      const { to, by, number } = fromBinary(ReadByRecordSchema, value);
      this.#readers.set(key, { to, by, number: Number(number) });
    }
  }

  /** Who has read how far of what is for a peer or a group, ascending by id. */
  of(to: bigint): readonly Reader[] {
    const readers = [...this.#readers.values()].filter((reader) => reader.to === to);
    return readers.map(({ by, number }) => ({ by, number })).sort((a, b) => (a.by < b.by ? -1 : 1));
  }

  /** A reader says how far it is. @param by its id. */
  take(receipt: Receipt, by: bigint): void {
    const { targetOf, effects } = this.#parts;
    const number = receipt.ranges.at(-1)?.last ?? 0;
    const to = targetOf(receipt.conversation, number, by);
    if (to === undefined) return; // invariant 1
    const key = prefix + key64(to) + key64(by);
    const isNews = number > (this.#readers.get(key)?.number ?? 0);
    if (isNews) this.#move(key, { to, by, number });
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
    const { to, by, number } = reader;
    const value = toBinary(ReadByRecordSchema, create(ReadByRecordSchema, { to, by, number: BigInt(number) }));
    effects.put({ table: "meta", key, value });
  }
}

/** What the keys of readers begin with, among the other records of what this peer is. */
const prefix = "read-by ";
