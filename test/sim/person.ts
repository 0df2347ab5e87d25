import { key64 } from "../../src/core/store-op.ts";
import type { Told } from "../../src/peer/driver.ts";
import type { Disk } from "../../src/testing/disk.ts";
import { messagesOf, type InboxMessage } from "./records.ts";
import { newsIn } from "../world/statuses.ts";

/** Person: who sits before a peer, reads what it shows, and remembers all of it, whatever becomes of the peer. */
export class Person {
  /** Messages shown: `<from>#<number> <text>`, and how many are missing before it. */
  readonly shown: string[] = [];
  /** What became of sends: `<to>#<number> <status>`. */
  readonly statuses: string[] = [];
  /** Who came and went, and what happened to the id. */
  readonly events: string[] = [];
  readonly #note: (line: string) => void;
  #readTo = 0;

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  /** Cursor of the newest message shown. */
  get readTo(): number {
    return this.#readTo;
  }

  told(told: Exclude<Told, { kind: "ready" | "received" }>): void {
    switch (told.kind) {
      case "status":
        for (const { to, number, status, reason } of newsIn(told))
          this.#say(this.statuses, `${to}#${number} ${[status, reason].filter(Boolean).join(": ")}`);
        return;
      case "peer":
        return this.#say(this.events, `${told.id} ${told.state}`);
      case "id":
        return this.#say(this.events, `id ${told.id}: ${told.reason}`);
      case "error":
        return this.#say(this.events, `error ${told.code}: ${told.message}`);
      case "group":
      case "receipt":
      case "read":
      case "dialled":
      case "session":
        return;
    }
  }

  /** Reads on in the inbox, up to the cursor. @returns whether there was something new. */
  read(cursor: number, disk: Disk): boolean {
    if (cursor <= this.#readTo) return false;
    // Each record stands under the cursor of its last message.
    for (let at = this.#readTo + 1; at <= cursor; at += 1) {
      const value = disk.get("inbox", key64(BigInt(at)));
      for (const message of value === undefined ? [] : messagesOf(value)) this.#read(message);
    }
    this.#readTo = cursor;
    return true;
  }

  #read({ cursor, from, number, text, missing }: InboxMessage): void {
    if (cursor <= this.#readTo) return;
    this.#say(this.shown, `${from}#${number} ${text}${missing === 0 ? "" : ` (${missing} missing before)`}`);
  }

  #say(list: string[], line: string): void {
    list.push(line);
    this.#note(line);
  }
}
