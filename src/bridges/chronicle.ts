import type { Message, Peer } from "../peer/types.ts";
import { legible } from "./legible.ts";

interface Parts {
  readonly host: Pick<Peer, "id" | "messages" | "events" | "history" | "status" | "acknowledge">;
  /** Nobody else reads what comes to the host: it is dealt with once it is read here, lest the host take no more one day. */
  readonly hidesHost?: boolean;
  /** The clock that stamps what the host says, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** What of a message tells it from all others for everyone. Of its time only whether it is the same is asked. */
type Said = Pick<Message, "from" | "number" | "sentAt">;

/**
 * Chronicle: what the host had for everyone at which moment, so that a program is not told what was said before its guest came,
 * as it is not told to who enters a room.
 *
 * A guest is linked with the host alone. So what the host had when the guest came was said before, and all else after, whatever
 * the clocks of those who said it show. In doubt a message was said after: it is rather shown than lost.
 */
export class Chronicle {
  readonly #parts: Parts;
  readonly #over = new AbortController();
  /** Cursor at which the host has each message; the newest last. */
  readonly #cursors = new Map<string, bigint>();
  /** Of the host's own the newest: those are not in its inbox. */
  #own = { number: 0n, sentAtMs: 0 };
  readonly #hasOwn: Promise<void>;
  #read: bigint;
  #isOver = false;
  readonly #wake: (() => void)[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
    const { cursor } = parts.host.status();
    this.#read = cursor > lookBack ? cursor - lookBack : 0n;
    void this.#readInbox();
    void this.#readOwn();
    this.#hasOwn = this.#findOwn();
  }

  /** This moment, in a form to be noted. Waits until the host's own words have been looked through. Never rejects. */
  async moment(): Promise<string> {
    await this.#hasOwn;
    const { number, sentAtMs } = this.#own;
    return [this.#parts.host.status().cursor, number, Math.floor(sentAtMs)].join(" ");
  }

  /** Whether the host had a message for everyone at that moment. Never rejects; what is no moment is before all. */
  async had({ from, number, sentAt }: Said, moment: string): Promise<boolean> {
    const [, cursor, ownNumber, ownSentAtMs] = form.exec(moment) ?? [];
    if (cursor === undefined || ownNumber === undefined) return false;
    // In another life of its store it may have said something else under the same number.
    if (from === this.#parts.host.id)
      return number <= BigInt(ownNumber) && Math.floor(sentAt.getTime()) <= Number(ownSentAtMs);
    await this.#reach(BigInt(cursor));
    const found = this.#cursors.get(nameOf({ from, number, sentAt }));
    // A moment that the host has not got to is of another life of its store, whose cursors mean nothing here.
    return found !== undefined && found <= BigInt(cursor) && BigInt(cursor) <= this.#parts.host.status().cursor;
  }

  /** Reads no more. Idempotent. */
  close(): void {
    this.#over.abort();
    this.#end();
  }

  async #readInbox(): Promise<void> {
    const { host, hidesHost = false } = this.#parts;
    // Nobody waits for one that is not to be read; what it said counts as said after.
    const onUnreadable = (): void => {
      this.#read = host.status().cursor;
      this.#awake();
    };
    try {
      const messages = host.messages({ after: this.#read, signal: this.#over.signal });
      for await (const message of legible(messages, onUnreadable)) {
        if (message.conversation === "everyone") this.#note(nameOf(message), message.cursor);
        this.#read = message.cursor;
        if (hidesHost && message.cursor % acknowledgedEvery === 0n) host.acknowledge(message.cursor);
        if (this.#wake.length > 0) this.#awake();
      }
    } catch {
      // What was read until the host closed is known.
    }
    this.#end();
  }

  async #readOwn(): Promise<void> {
    const { host, nowMs } = this.#parts;
    for await (const event of host.events({ signal: this.#over.signal }))
      if (event.kind === "status" && event.to === "everyone" && event.status === "accepted")
        this.#own = { number: event.number, sentAtMs: nowMs() };
  }

  async #findOwn(): Promise<void> {
    const { host } = this.#parts;
    try {
      const { messages } = await host.history({ with: "everyone", by: host.id, newestFirst: true, limit: 1 });
      const [last] = messages;
      if (last !== undefined && this.#own.number === 0n)
        this.#own = { number: last.number, sentAtMs: last.sentAt.getTime() };
    } catch {
      // Then it said nothing before, as far as is known.
    }
  }

  #note(name: string, cursor: bigint): void {
    this.#cursors.set(name, cursor);
    if (this.#cursors.size <= notedMax) return;
    const [oldest] = this.#cursors.keys();
    if (oldest !== undefined) this.#cursors.delete(oldest);
  }

  /** Waits until all up to a cursor is read. One that the host has not got to is of another life of its store. */
  async #reach(cursor: bigint): Promise<void> {
    while (this.#read < cursor && cursor <= this.#parts.host.status().cursor && !this.#isOver)
      await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  #end(): void {
    this.#isOver = true;
    this.#awake();
  }

  #awake(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** Messages for everyone that are known: twice as many as a peer keeps for those who come (SpreadLimits.spreadCountMax). */
const notedMax = 32_768;

/** Messages of the host's inbox that are looked through at the start, the newest: some tenths of a second's work. */
const lookBack = 65_536n;

/** To acknowledge is a write to a file; the host's inbox takes a million messages that are not dealt with. */
const acknowledgedEvery = 256n;

const form = /^([0-9]{1,20}) ([0-9]{1,20}) ([0-9]{1,16})$/;

function nameOf({ from, number, sentAt }: Said): string {
  return `${from} ${number} ${sentAt.getTime()}`;
}
