import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { MailboxRecordSchema, ShelfRecordSchema, type MailboxRecord } from "../gen/e3/v1/store_pb.ts";
import type { Kept } from "./kept.ts";
import type { Shelf } from "./shelf.ts";
import { key64, type StoreEntry, type StoreOp } from "./store-op.ts";

// How a mailbox lies in the store: mail in the table "mailbox", under its shelf's name, its number and to whom its origin
// bound it; and in the table "shelves", under the name, to whom a custodian bound what its origin had not.

/** Whose conversation a shelf is of. */
export interface ConversationName {
  readonly epoch: bigint;
  readonly conversation: bigint;
}

/** What the names of all its shelves begin with. */
export function conversationKey(name: ConversationName): string {
  return key64(name.epoch) + key64(name.conversation);
}

/** What the shelves of a conversation for one target have in common, however they are bound. */
export function shelfName(name: ConversationName, target: bigint): string {
  return conversationKey(name) + key64(target);
}

/** Writes mail that is kept. */
export function recordOf(shelf: Shelf, { first, envelope, expiresAtMs }: Kept): StoreOp {
  const record = create(MailboxRecordSchema, { envelope, expiresAtMs: BigInt(expiresAtMs), boundTo: shelf.boundTo });
  return { table: "mailbox", key: recordKey(shelf, first), value: toBinary(MailboxRecordSchema, record) };
}

/** Removes mail that is kept no longer. */
export function deletionOf(shelf: Shelf, { first }: Kept): StoreOp {
  return { table: "mailbox", key: recordKey(shelf, first), value: undefined };
}

/** Reads mail that was kept. @throws Error when the value is not such a record. */
export function mailOf(value: Uint8Array): MailboxRecord {
  return fromBinary(MailboxRecordSchema, value);
}

/**
 * Writes to whom a shelf is bound, or with undefined that it is to nobody. Twice: mail whose binding is damaged might go to
 * another than it went to before.
 */
export function bindingsOf(name: string, boundTo: bigint | undefined): readonly StoreOp[] {
  const value = boundTo === undefined ? undefined : toBinary(ShelfRecordSchema, create(ShelfRecordSchema, { boundTo }));
  return copies.map((copy) => ({ table: "shelves", key: name + copy, value }));
}

/** A binding as it was found. */
export interface Binding {
  readonly boundTo: bigint;
  /** Both of its records were there. */
  readonly isWhole: boolean;
}

/** To whom shelves are bound, by their names. */
export function bindingsIn(entries: Iterable<StoreEntry>): Map<string, Binding> {
  const bindings = new Map<string, Binding>();
  for (const { key, value } of entries) {
    const name = key.slice(0, nameDigits);
    bindings.set(name, { boundTo: fromBinary(ShelfRecordSchema, value).boundTo, isWhole: bindings.has(name) });
  }
  return bindings;
}

/** What ends the keys of a binding and its copy. */
const copies = ["0", "1"] as const;
/** Three numbers, of sixteen digits each. */
const nameDigits = 48;

function recordKey(shelf: Shelf, first: number): string {
  return shelfName(shelf, shelf.target) + first.toString(16).padStart(16, "0") + key64(shelf.declaredTo);
}
