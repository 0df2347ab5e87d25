import { fromBinary } from "@bufbuild/protobuf";
import type { RefusalReason } from "../gen/e3/v1/envelope_pb.ts";
import { MarkRecordSchema } from "../gen/e3/v1/store_pb.ts";
import { Marks } from "./marks.ts";
import type { Effects } from "./effects.ts";
import type { NumberRange } from "./number-range.ts";
import type { Reached } from "./preface.ts";
import { encodeMarkRecord } from "./progress-codec.ts";
import { key64, type StoreOp } from "./store-op.ts";

/** How far one conversation has come here. */
export interface Conversation {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly marks: Marks;
  readonly held: Map<number, Held>;
  refused: { number: number; reason: RefusalReason }[];
  origin: bigint;
  /** Who says in it what is for this peer alone; 0n while nobody does. */
  peer: bigint;
  /** The highest Lamport time that a message in it stated; 0 when none did. */
  lamport: number;
  /** When the origin itself last sent something, or it was first waited for; -Infinity before, in this life. */
  directMs: number;
  /** Since when what is held back has waited without progress; else when something was last taken, or it began. */
  heldSinceMs: number;
  /** What is durable, for receipts. */
  standing: Standing;
  /** Numbers lost just before the next message to be logged. */
  missing: number;
  /** Numbers below do not count in missing, or it is not known whether they do. */
  missingFrom: number;
}

/** A message as it arrived, its header read and its body checked. */
export interface Arrival {
  readonly origin: bigint;
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly number: number;
  readonly floor: number;
  readonly sentAtMs: number;
  /** The first number given in the conversation; 0 where that is 1. */
  readonly begin: number;
  /** Encoded body. */
  readonly body: Uint8Array;
  /** Why this peer does not take it; undefined when it does. */
  readonly refused: RefusalReason | undefined;
  /** Sent by its origin, not handed over by a custodian. */
  readonly isDirect: boolean;
  /** What it is to be logged after, of other epochs of the same conversation, or group. Default nothing. */
  readonly after?: readonly Reached[];
  /** The group it is for, and its number in there. Default none: it is for this peer alone, or for everyone. */
  readonly group?: GroupPlace;
  /** Default: it is logged. */
  readonly aside?: Aside;
}

/** Where in a group a message stands: number counts what its sender has sent to it. */
export interface GroupPlace {
  readonly id: bigint;
  readonly number: number;
}

/**
 * What is done with a message in its turn; its writes become part of the commit that takes the message.
 * @returns whether the message is to be logged then, is done with, or is refused after all.
 */
export type Aside = (nowMs: number, effects: Effects) => "log" | "done" | RefusalReason;

/** What the inbox can vouch for about one conversation. */
export interface Standing {
  readonly epoch: bigint;
  readonly conversation: bigint;
  readonly delivered: readonly NumberRange[];
  readonly refused: readonly { readonly number: number; readonly reason: RefusalReason }[];
  /** The lowest number neither taken nor given up on. */
  readonly next: number;
}

/** A message that waits for an earlier one, and what it counts for. */
export interface Held {
  readonly arrival: Arrival;
  readonly bytes: number;
  readonly sinceMs: number;
  /** What it comes after was waited for in vain. Default false. */
  readonly isUnordered?: boolean;
}

/** A conversation as the store knows it, or a new one. */
export function newConversation(name: { epoch: bigint; conversation: bigint }, marks: Marks): Conversation {
  const { epoch, conversation } = name;
  const standing = { epoch, conversation, delivered: marks.taken(), refused: [], next: marks.next };
  return {
    epoch,
    conversation,
    marks,
    held: new Map(),
    refused: [],
    origin: 0n,
    peer: 0n,
    lamport: 0,
    directMs: -Infinity,
    heldSinceMs: 0,
    standing,
    missing: 0,
    missingFrom: marks.next,
  };
}

/** Whether the number is in one of the ranges. */
export function isIn(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(({ first, last }) => first <= number && number <= last);
}

/** The lowest number that is not vouched for. */
export function firstHole({ marks, standing }: Conversation): number {
  const lowest = standing.delivered[0];
  return lowest?.first === marks.begin ? lowest.last + 1 : marks.begin;
}

/** What could be said of it if all of it were durable. */
export function standingOf({ epoch, conversation, marks, refused }: Conversation): Standing {
  return { epoch, conversation, delivered: marks.taken(), refused: [...refused], next: marks.next };
}

/** A number that was passed over came after all: it is not missing. Where it is the first of all, the conversation begins there. */
export function cameLate(conversation: Conversation, number: number): void {
  const { marks, missing, missingFrom } = conversation;
  const [lowest, next] = marks.taken();
  if (next === undefined && lowest?.first === lowest?.last) {
    conversation.missing = openAbove(marks, number);
    conversation.missingFrom = number + 1;
  } else if (number >= missingFrom && missing > 0) conversation.missing -= 1;
}

/**
 * How many are missing before what is shown now, which tells so. Of what was passed over, and nothing behind it was shown
 * yet, the rest is told with what comes next.
 */
export function missingToTell(conversation: Conversation, number: number): number {
  // What is behind it was shown, and told of it.
  if (number < conversation.missingFrom) return 0;
  const { missing, marks } = conversation;
  conversation.missing = Math.min(missing, openAbove(marks, number));
  conversation.missingFrom = number + 1;
  return missing - conversation.missing;
}

/** How many numbers above one were passed over, and may still come. */
function openAbove({ holes }: Marks, number: number): number {
  return holes.reduce((sum, { first, last }) => sum + Math.max(0, last - Math.max(first, number) + 1), 0);
}

/** Passes over numbers, up to one, which may come yet: they are a hole. Of too many holes the lowest is forgotten. */
export function passOver(marks: Marks, to: number, holesMax: number): void {
  while (!marks.giveUp(to, holesMax)) marks.floor((marks.holes[0]?.last ?? to - 1) + 1);
}

/** When something came in it, or it began; 0 where that is not known. */
export function heardAtMs({ directMs, heldSinceMs }: Conversation): number {
  return Math.max(directMs, heldSinceMs);
}

/** The write that keeps how far it has come. */
export function markRecord(known: Conversation): StoreOp {
  const { epoch, conversation, marks, refused, missing, peer, lamport } = known;
  const { next, holes } = marks.record();
  const begin = marks.begin === 1 ? 0 : marks.begin;
  const told = { from: peer, lamport, heardAtMs: Math.floor(heardAtMs(known)) };
  const value = encodeMarkRecord({ epoch, conversation, next, holes, refused, missing, begin, ...told });
  return { table: "marks", key: conversationKey(epoch, conversation), value };
}

/** The conversation that markRecord described. What was held back is gone: it was never receipted. */
export function restoredConversation(value: Uint8Array): Conversation {
  const { epoch, conversation, next, holes, refused, missing, begin, from, lamport, ...times } = fromBinary(
    MarkRecordSchema,
    value,
  );
  const ranges = holes.map(({ first, last }) => ({ first: Number(first), last: Number(last) }));
  const first = Math.max(1, Number(begin));
  const marks = Marks.from({ begin: first, next: Number(next), holes: ranges });
  const known = newConversation({ epoch, conversation }, marks);
  known.refused = refused.map(({ number, reason }) => ({ number: Number(number), reason }));
  known.missing = Number(missing);
  known.missingFrom = pendingFrom(marks, known.missing);
  known.peer = from;
  known.lamport = Number(lamport);
  known.heldSinceMs = Number(times.heardAtMs);
  known.standing = standingOf(known);
  return known;
}

/** Where what was passed over since the last message shown begins: it is as much as is missing, in the last holes. */
function pendingFrom({ next, holes }: Marks, missing: number): number {
  let [from, left] = [next, missing];
  for (const { first, last } of holes.toReversed()) {
    if (left <= 0) break;
    from = Math.max(first, last + 1 - left);
    left -= last + 1 - first;
  }
  return from;
}

/** Names a conversation, also in the store. */
export function conversationKey(epoch: bigint, conversation: bigint): string {
  return key64(epoch) + key64(conversation);
}
