import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { encodeText } from "../../src/core/body.ts";
import { Effects } from "../../src/core/effects.ts";
import { everyone } from "../../src/core/everyone.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Outbox } from "../../src/core/outbox.ts";
import { lamportOf } from "../../src/core/preface.ts";
import { encodeInboxRecord, type InboxFields } from "../../src/core/record-codec.ts";
import { SentLog, type Said } from "../../src/core/sent-log.ts";
import { keyOf } from "../../src/core/store-op.ts";
import { History } from "../../src/peer/history.ts";
import type { HistoryMessage, HistoryQuery } from "../../src/peer/history-types.ts";
import type { Store } from "../../src/ports/store.ts";

/** A message on its way. */
export type Letter = Omit<InboxFields, "cursor" | "receivedAtMs" | "bodies" | "missing" | "unordered"> & {
  readonly body: Uint8Array;
};

/** One end of a talk: an outbox and a store, and the history of what is in it. */
export class End {
  readonly id: bigint;
  readonly epoch: bigint;
  readonly store: Store = createMemoryStore();
  readonly history: History;
  /** Messages shown up to this cursor. */
  shown = 0n;
  readonly #inbox = { cursor: 0n };
  readonly #effects = new Effects();
  readonly #outbox: Outbox;
  readonly #sent: SentLog;
  #commit = 0;

  constructor(id: bigint, epoch = id * 0x1_0001n) {
    this.id = id;
    this.epoch = epoch;
    let names = 0n;
    this.#outbox = new Outbox(defaultLimits, () => epoch * 100n + (names += 1n));
    this.#sent = new SentLog({ identity: { id, epoch }, limits: defaultLimits, effects: this.#effects }, undefined);
    this.history = new History({
      core: { id, reads: { upTo: () => undefined }, identity: { epoch } },
      driver: { wait: (_until, _forMs, done) => done() },
      store: this.store,
      shown: { get: () => this.shown },
      inbox: this.#inbox,
      checkOpen: () => {},
    });
  }

  /** Says something to a peer; it is on the disk then. */
  async say(to: bigint, text: string, nowMs = 1_000): Promise<Letter> {
    this.#outbox.submit({ to, boundTo: 0n, body: encodeText(text), ttlMs: 1_000, isSaid: true }, nowMs);
    const letters: Letter[] = [];
    const from = this.id;
    this.#outbox.flush(
      this.#effects,
      () => {},
      (lane, entries) => {
        this.#sent.page(lane, entries);
        for (const { number, body, sentAtMs } of entries)
          letters.push({ from, epoch: this.epoch, conversation: lane.conversation, number, sentAtMs, body });
      },
    );
    await this.#write();
    const [letter] = letters;
    if (letter === undefined) throw new Error("nothing was said");
    return letter;
  }

  /** Keeps what was said to others than one peer. */
  async keep(said: Said): Promise<void> {
    this.#sent.append(said);
    await this.#write();
  }

  /** A message arrives. */
  async hear(letter: Letter, marks: Partial<Pick<InboxFields, "missing" | "unordered" | "receivedAtMs">> = {}) {
    const { body, ...fields } = letter;
    this.#inbox.cursor += 1n;
    const cursor = Number(this.#inbox.cursor);
    const record = { ...fields, cursor, receivedAtMs: 2_000, missing: 0, unordered: false, ...marks, bodies: [body] };
    await this.store.commit([{ table: "inbox", key: keyOf(cursor), value: encodeInboxRecord(record) }]);
    if (letter.conversation === everyone) return;
    const causes = this.#outbox.causesOf(letter.from);
    causes.seen(letter.epoch, letter.number);
    causes.witness(lamportOf(body, letter.number));
  }

  /** All pages of a query, one behind the other. */
  async all(query: HistoryQuery, between: () => Promise<void> = async () => {}): Promise<readonly HistoryMessage[]> {
    const listed: HistoryMessage[] = [];
    let page = await this.history.history(query);
    for (;;) {
      listed.push(...page.messages);
      if (page.next === undefined) return listed;
      await between();
      page = await this.history.history({ ...query, after: page.next });
    }
  }

  async #write(): Promise<void> {
    this.#sent.flush();
    this.#effects.close(0);
    const ops = this.#effects.take().flatMap((effect) => (effect.kind === "persist" ? effect.ops : []));
    await this.store.commit(ops);
    this.#commit += 1;
    this.#effects.persisted(this.#commit, 0);
    this.#effects.take();
  }
}
