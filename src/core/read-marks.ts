import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ReceiptStatus } from "../gen/e3/v1/envelope_pb.ts";
import { ReadMarkRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { encodeReceipts, type Receipt } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import type { Limits } from "./limits.ts";
import type { Roads } from "./roads.ts";
import { receiptsOf } from "./standing-receipts.ts";
import { key64, type StoreEntry } from "./store-op.ts";

/** Which message was read, and with it all that its sender said before, to this peer or in the group. */
export interface ReadPlace {
  /** Id of the sender. */
  readonly from: bigint;
  readonly epoch: bigint;
  /** The lane it came in. */
  readonly conversation: bigint;
  /** The group it is for; 0n where it is for this peer alone. */
  readonly group: bigint;
  /** Within the group, or within what is for this peer alone; 0 for nothing. */
  readonly number: number;
}

interface Parts {
  readonly identity: Pick<Identity, "id">;
  readonly roads: Pick<Roads, "target" | "isReachable">;
  readonly dispatcher: Pick<Dispatcher, "control">;
  readonly inbox: Pick<Inbox, "standing">;
  readonly limits: Pick<Limits, "readMarksMax" | "readTellsMax" | "resendMinMs" | "resendMaxMs">;
  readonly effects: Effects;
  /** Whether senders are told what is read from now on. */
  readonly readReceipts: boolean;
}

/** How far one epoch of a sender is read, in one conversation. */
interface Mark {
  readonly key: string;
  readonly epoch: bigint;
  readonly group: bigint;
  from: bigint;
  conversation: bigint;
  read: number;
  /** How far of that the store has it. */
  durable: number;
  /** What the sender is known to know. */
  told: number;
  /** When it is told again unless the answer comes; Infinity while no answer is awaited. */
  dueMs: number;
  /** Times it was told since it was last seen to come, or to answer. */
  tells: number;
  /** The sender could be reached when that was last looked at. */
  isThere: boolean;
}

/**
 * ReadMarks: how far this peer's user has read what others said, and that they are told.
 *
 *     note ──► mark, durable ──► READ to the sender ── NOTED ──► told
 *                │                  │    ▲
 *                │                  └────┴─ no answer: again, the wait doubled, readTellsMax times
 *                └─ the sender is away: once it can be reached
 *
 * Invariants
 * 1. A mark only moves forward, and is told only once it is durable.
 * 2. One telling for each mark is under way at a time: however many messages are read meanwhile, only the last waits.
 * 3. What is told of a sender that has not said anything new since it answered costs nothing.
 */
export class ReadMarks {
  readonly #parts: Parts;
  /** The one moved longest ago comes first. */
  readonly #marks = new Map<string, Mark>();
  readonly #untold = new Set<Mark>();
  #nextMs = Infinity;

  constructor(parts: Parts, stored: Iterable<StoreEntry>) {
    this.#parts = parts;
    for (const { key, value } of stored) {
      if (!key.startsWith(prefix)) continue;
      const { from, epoch, conversation, group, read, told } = fromBinary(ReadMarkRecordSchema, value);
      const numbers = { read: Number(read), durable: Number(read), told: Number(told) };
      const mark = { key, epoch, group, from, conversation, ...numbers, dueMs: Infinity, tells: 0, isThere: false };
      this.#marks.set(key, mark);
      if (mark.told < mark.read) this.#untold.add(mark);
    }
  }

  /** The last number read of an epoch in a lane or a group; undefined when nothing was noted. */
  upTo(epoch: bigint, conversation: bigint): number | undefined {
    return this.#marks.get(keyOf(epoch, conversation))?.read;
  }

  /** Notes that a message was read; of one before the mark it is known. */
  note({ from, epoch, conversation, group, number }: ReadPlace): void {
    const key = keyOf(epoch, group === 0n ? conversation : group);
    const known = this.#marks.get(key);
    if (known !== undefined && number <= known.read) return;
    const fresh = {
      key,
      epoch,
      group,
      from,
      conversation,
      read: 0,
      durable: 0,
      told: 0,
      dueMs: Infinity,
      tells: 0,
      isThere: false,
    };
    const mark = known ?? fresh;
    this.#marks.delete(key);
    if (known === undefined) this.#makeRoom();
    this.#marks.set(key, mark);
    mark.from = from;
    mark.conversation = conversation;
    mark.read = number;
    if (!this.#parts.readReceipts || from === this.#parts.identity.id) mark.told = number;
    this.#write(mark);
    if (mark.told === mark.read) return;
    this.#untold.add(mark);
    this.#parts.effects.whenDurable((nowMs) => {
      mark.durable = number; // invariant 1
      this.#offer(mark, nowMs);
    });
  }

  /** The sender answers that it knows. @param from its id. */
  noted({ epoch, conversation, ranges }: Receipt, from: bigint, nowMs: number): void {
    const mark = this.#marks.get(keyOf(epoch, conversation));
    const last = ranges.at(-1)?.last ?? 0;
    if (mark?.from !== from || last <= mark.told) return;
    mark.told = Math.min(last, mark.read);
    mark.dueMs = Infinity;
    mark.tells = 0;
    this.#write(mark);
    if (mark.told === mark.read) this.#untold.delete(mark);
    else this.#tell(mark, nowMs);
  }

  /** The topology changed: who came back is told. */
  reroute(nowMs: number): void {
    for (const mark of this.#untold) {
      const wasThere = mark.isThere;
      if (this.#node(mark) === undefined) mark.dueMs = Infinity;
      else if (!wasThere) {
        mark.tells = 0;
        this.#tell(mark, nowMs);
      }
    }
  }

  due(nowMs: number): void {
    if (nowMs < this.#nextMs) return;
    this.#nextMs = Infinity;
    for (const mark of this.#untold) {
      if (mark.dueMs <= nowMs && mark.tells < this.#parts.limits.readTellsMax) this.#tell(mark, nowMs);
      else if (mark.dueMs <= nowMs) mark.dueMs = Infinity;
      this.#nextMs = Math.min(this.#nextMs, mark.dueMs);
    }
  }

  /** May be early, never late. */
  get nextDeadlineMs(): number {
    return this.#nextMs;
  }

  /** Tells it, unless an answer is awaited: then what is newer goes with that, or after it (invariant 2). */
  #offer(mark: Mark, nowMs: number): void {
    if (mark.dueMs !== Infinity || mark.told === mark.read) return;
    mark.tells = 0;
    this.#tell(mark, nowMs);
  }

  #tell(mark: Mark, nowMs: number): void {
    const { dispatcher, inbox, limits } = this.#parts;
    const node = this.#node(mark);
    mark.dueMs = Infinity;
    if (node === undefined || mark.durable <= mark.told) return;
    const { epoch, group, conversation, durable } = mark;
    const ranges = [{ first: 1, last: durable }];
    const status = ReceiptStatus.READ;
    const receipt = { epoch, conversation: group === 0n ? conversation : group, status, ranges, reason: 0 };
    // What is read was delivered: should the sender have missed that, it hears it first.
    const standing = inbox.standing(epoch, conversation);
    const before = standing === undefined ? [] : receiptsOf(standing);
    dispatcher.control(node, encodeReceipts([...before, receipt]));
    mark.dueMs = nowMs + Math.min(limits.resendMaxMs, limits.resendMinMs * 2 ** mark.tells);
    mark.tells += 1;
    this.#nextMs = Math.min(this.#nextMs, mark.dueMs);
  }

  /** The sender's node; undefined while it cannot be reached. */
  #node(mark: Mark): bigint | undefined {
    const { roads } = this.#parts;
    const node = roads.target(mark.from, 0n);
    mark.isThere = node !== undefined && roads.isReachable(node);
    return mark.isThere ? node : undefined;
  }

  #makeRoom(): void {
    if (this.#marks.size < this.#parts.limits.readMarksMax) return;
    const [oldest] = this.#marks.values();
    if (oldest === undefined) return;
    this.#marks.delete(oldest.key);
    this.#untold.delete(oldest);
    this.#parts.effects.put({ table: "meta", key: oldest.key, value: undefined });
  }

  #write({ key, from, epoch, conversation, group, read, told }: Mark): void {
    const record = { from, epoch, conversation, group, read: BigInt(read), told: BigInt(told) };
    const value = toBinary(ReadMarkRecordSchema, create(ReadMarkRecordSchema, record));
    this.#parts.effects.put({ table: "meta", key, value });
  }
}

/** What the keys of marks begin with, among the other records of what this peer is. */
const prefix = "read-mark ";

function keyOf(epoch: bigint, conversation: bigint): string {
  return prefix + key64(epoch) + key64(conversation);
}
