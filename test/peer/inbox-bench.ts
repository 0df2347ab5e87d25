import { create, toBinary } from "@bufbuild/protobuf";
import { memoryShownCursor } from "../../src/adapters/memory/shown-cursor.ts";
import { encodeText } from "../../src/core/body.ts";
import type { E3Error } from "../../src/core/error.ts";
import { key64 } from "../../src/core/store-op.ts";
import { InboxRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { InboxReader, InboxSignal } from "../../src/peer/inbox-reader.ts";
import type { Message } from "../../src/peer/types.ts";
import { Disk } from "./disk.ts";

/** An inbox on a disk, with what its reader has dealt with. */
export class Bench {
  readonly disk = new Disk();
  readonly inbox = new InboxSignal();
  readonly shown = memoryShownCursor();
  /** Codes of the errors that readers told of. */
  readonly failures: string[] = [];
  readonly failed = ({ code }: E3Error): void => void this.failures.push(code);

  /** Stores messages "1", "2"... up to the cursor, and announces them. */
  async receive(upTo: number): Promise<void> {
    for (let cursor = Number(this.inbox.cursor) + 1; cursor <= upTo; cursor += 1) await this.store(cursor);
    this.inbox.grow(BigInt(upTo));
  }

  /** Stores without a word. */
  async store(cursor: number, record: { sentAtMs?: bigint; body?: Uint8Array } = {}): Promise<void> {
    const { sentAtMs = 1_000n, body = encodeText(`${cursor}`) } = record;
    const fields = { cursor: BigInt(cursor), from: 7n, number: BigInt(cursor), sentAtMs, receivedAtMs: 2_000n, body };
    const value = toBinary(InboxRecordSchema, create(InboxRecordSchema, fields));
    await this.disk.commit([{ table: "inbox", key: key64(BigInt(cursor)), value }]);
  }

  /** Stores messages from the first cursor to the last in one record, some missing before it, and announces them. */
  async receiveTogether(first: number, last: number, missing = 0): Promise<void> {
    const [body, ...more] = Array.from({ length: last - first + 1 }, (_, index) => encodeText(`${first + index}`));
    const numbers = { cursor: BigInt(first), number: BigInt(first), missing: BigInt(missing) };
    const fields = { ...numbers, from: 7n, sentAtMs: 1_000n, receivedAtMs: 2_000n, more, ...(body && { body }) };
    const value = toBinary(InboxRecordSchema, create(InboxRecordSchema, fields));
    await this.disk.commit([{ table: "inbox", key: key64(BigInt(last)), value }]);
    this.inbox.grow(BigInt(last));
  }

  read(after = 0n, signal?: AbortSignal): InboxReader {
    const { disk: store, inbox, failed } = this;
    return new InboxReader({ store, inbox, after, signal, failed, dealtWith: undefined });
  }

  /** A reader that notes what was dealt with. */
  readUnshown(): InboxReader {
    const { disk: store, inbox, shown, failed } = this;
    return new InboxReader({
      ...{ store, inbox, failed },
      after: shown.get(),
      signal: undefined,
      dealtWith: (cursor) => shown.get() < cursor && shown.set(cursor),
    });
  }
}

/** The texts of messages, in their order. */
export function texts(messages: readonly Message[]): string {
  return messages.map(({ text }) => text).join(" ");
}
