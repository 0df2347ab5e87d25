import { ReceiptStatus } from "../gen/e3/v1/envelope_pb.ts";
import type { Receipt } from "./body.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Effects } from "./effects.ts";
import type { Groups } from "./groups.ts";
import type { Identity } from "./identity.ts";
import type { Inbox } from "./inbox.ts";
import type { Limits } from "./limits.ts";
import type { Outbox } from "./outbox.ts";
import { ReadBy, type Readable, type Reader } from "./read-by.ts";
import { ReadMarks, type ReadPlace } from "./read-marks.ts";
import type { Roads } from "./roads.ts";
import type { Sender } from "./sender.ts";
import type { StoreEntry } from "./store-op.ts";

interface Parts {
  readonly identity: Identity;
  readonly roads: Roads;
  readonly dispatcher: Dispatcher;
  readonly sender: Pick<Sender, "speaksFor">;
  readonly outbox: Pick<Outbox, "lane">;
  readonly inbox: Pick<Inbox, "standing">;
  readonly groups: Pick<Groups, "saidTo">;
  readonly limits: Limits;
  readonly effects: Effects;
  readonly readReceipts: boolean;
}

/** Reads: what was read, at both ends: by this peer's user, and by those it sent to. What is for everyone has no readers. */
export class Reads {
  readonly #parts: Parts;
  readonly #marks: ReadMarks;
  readonly #readers: ReadBy;

  /** @param stored among other records those of what was read. */
  constructor(parts: Parts, stored: readonly StoreEntry[]) {
    this.#parts = parts;
    this.#marks = new ReadMarks(parts, stored);
    const targetOf = (conversation: bigint, last: number, from: bigint): Readable | undefined =>
      this.#targetOf(conversation, last, from);
    this.#readers = new ReadBy({ ...parts, targetOf }, stored);
  }

  /** Notes that a message was read; it takes effect with the next step, which should follow soon. */
  note(place: ReadPlace): void {
    this.#marks.note(place);
  }

  /** The last number read of what an epoch said in a lane or a group; undefined when nothing was noted. */
  upTo(epoch: bigint, conversation: bigint): number | undefined {
    return this.#marks.upTo(epoch, conversation);
  }

  /** Who has read how far of what this peer said to a peer or a group, ascending by id. */
  by(to: bigint): readonly Reader[] {
    return this.#readers.of(to);
  }

  /** A receipt that says what was read, or that this is known. @param from id of the peer that says so. */
  receipt(receipt: Receipt, from: bigint, nowMs: number): void {
    if (receipt.status === ReceiptStatus.NOTED) return this.#marks.noted(receipt, from, nowMs);
    const { outbox, groups, identity } = this.#parts;
    const { conversation, epoch } = receipt;
    const isKnown = outbox.lane(conversation) !== undefined || groups.saidTo(conversation, from) !== undefined;
    // What a former store said, or was said long ago, is not known any more, and its reader need not say it again.
    if (epoch !== identity.epoch || !isKnown) return this.#readers.answer(receipt, from);
    this.#readers.take(receipt, from);
  }

  reroute(nowMs: number): void {
    this.#marks.reroute(nowMs);
  }

  due(nowMs: number): void {
    this.#marks.due(nowMs);
  }

  get nextDeadlineMs(): number {
    return this.#marks.nextDeadlineMs;
  }

  #targetOf(conversation: bigint, last: number, from: bigint): Readable | undefined {
    const { outbox, sender, groups } = this.#parts;
    const lane = outbox.lane(conversation);
    if (lane === undefined)
      return last <= (groups.saidTo(conversation, from) ?? 0) ? { to: conversation, first: 1 } : undefined;
    // What is not settled yet is going to be: the reader says it again.
    const isSettled = last < lane.floor && last >= Math.max(1, lane.begin);
    return lane.group === 0n && isSettled && sender.speaksFor(lane, from)
      ? { to: lane.to, first: lane.begin }
      : undefined;
  }
}
