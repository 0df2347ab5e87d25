import { E3Error } from "../../src/core/error.ts";
import type { Groups } from "../../src/peer/group-types.ts";
import type { ConversationInfo, HistoryMessage, HistoryPage, HistoryQuery } from "../../src/peer/history-types.ts";
import type { Sessions } from "../../src/peer/session-types.ts";
import type {
  Content,
  Explanation,
  Message,
  Peer,
  PeerEvent,
  PeerInfo,
  PeerStatus,
  SearchAnswer,
  Sent,
  Settled,
  Topology,
} from "../../src/peer/types.ts";
import type { MarkReadOptions, ReadBy } from "../../src/peer/read-types.ts";
import type { Target } from "../../src/peer/target.ts";
import { lookUp, parseWhom } from "../../src/core/whom.ts";
import { searchAnswer } from "../../src/peer/peer-info.ts";
import { Channel } from "./channel.ts";

/** One send as the fake saw it, to be accepted by hand or at once. */
export interface FakeSend {
  readonly to: Target;
  readonly text: string;
  readonly number: bigint;
  accept(): void;
  reject(error: Error): void;
}

/** A peer made of memory: tests say what happens to it. */
export class FakePeer implements Peer {
  id = 77252666718255104n;
  listen = "127.0.0.1:8081";
  name = "";
  desired: "granted" | "refused" | null = null;
  known: readonly PeerInfo[] = [];
  explanations: readonly Explanation[] = [];
  /** Sends are accepted as they come. */
  acceptsAtOnce = true;
  /** Sends beyond this many are refused with resource-exhausted. */
  room = Number.POSITIVE_INFINITY;
  /** How sends end, one after the other; those beyond end only with the peer. */
  readonly ends: Promise<Settled>[] = [];
  /** What send throws, when set. */
  sendFails: Error | undefined;
  readonly sends: FakeSend[] = [];
  /** What conversations tells. */
  listed: readonly ConversationInfo[] = [];
  /** Cursor of the newest message. */
  cursor = 0n;
  readonly connected: string[] = [];
  /** What was marked: as read, or as yet to be read. */
  readonly marked: { readonly cursor: bigint; readonly before: boolean }[] = [];
  /** What readBy tells, by the id of whom it was for. */
  readonly readers = new Map<bigint, readonly ReadBy[]>();
  readonly disconnected: (bigint | string)[] = [];
  readonly inbox = new Channel<Message>();
  readonly happenings = new Channel<PeerEvent>();
  closed = 0;
  /** The cursor acknowledged last. */
  acknowledged = 0n;
  readonly #numbers = new Map<Target, bigint>();

  async markRead(cursor: bigint, { before = false }: MarkReadOptions = {}): Promise<void> {
    this.marked.push({ cursor, before });
  }

  readBy(to: bigint): readonly ReadBy[] {
    return this.readers.get(to) ?? [];
  }

  rename(name: string): void {
    if (/[\p{Cc}]/u.test(name)) throw new E3Error("bad-option", "the name has a control character");
    this.name = name;
  }

  send(to: Target, content: Content): Sent {
    if (this.sendFails) throw this.sendFails;
    if (this.sends.length >= this.room) throw new E3Error("resource-exhausted", "the outbox is full");
    const number = (this.#numbers.get(to) ?? 0n) + 1n;
    this.#numbers.set(to, number);
    let accept = (): void => {};
    let reject = (_: Error): void => {};
    const accepted = new Promise<void>((resolve, refuse) => {
      accept = resolve;
      reject = refuse;
    });
    this.sends.push({
      to,
      text: typeof content === "string" ? content : "",
      number,
      accept: () => {
        this.happenings.push({ kind: "status", to, number, status: "accepted", reason: "" });
        accept();
      },
      reject,
    });
    if (this.acceptsAtOnce) this.sends.at(-1)?.accept();
    const settled = this.ends.shift() ?? Promise.reject(new E3Error("closed", "the peer closed first"));
    return { number, accepted, settled };
  }

  sendWhenRoom(to: Target, content: Content): Promise<Sent> {
    return Promise.resolve().then(() => this.send(to, content));
  }

  acknowledge(cursor: bigint): void {
    this.acknowledged = cursor;
  }

  messages(): AsyncIterableIterator<Message> {
    return this.inbox;
  }

  events(): AsyncIterableIterator<PeerEvent> {
    return this.happenings;
  }

  peers(): readonly PeerInfo[] {
    return this.known;
  }

  /** Those known are about, and this peer is, under its name. */
  search(word: string): SearchAnswer {
    const own = peerInfo({ id: this.id, name: this.name, addresses: [this.listen], neighbour: false, hops: 0 });
    const everybody = [own, ...this.known].map((each) => ({ ...each, left: false, goneSinceMs: undefined }));
    const whom = parseWhom(word);
    if (whom.kind === "name") return searchAnswer(lookUp(whom, everybody), this.id);
    const peer = everybody.find(({ id }) => id === whom.id);
    return searchAnswer(peer === undefined ? { kind: "none", near: [] } : { kind: "one", peer }, this.id);
  }

  readonly groups: Groups = {
    list: () => [],
    create: () => Promise.resolve(9n),
    invite: () => {},
    accept: () => {},
    reject: () => {},
    leave: () => {},
  };

  /** What was asked of the sessions, in order. */
  readonly asked: string[] = [];
  readonly sessions: { -readonly [K in keyof Sessions]: Sessions[K] } = {
    current: undefined,
    requests: [],
    request: (to) => void this.asked.push(`request ${to}`),
    accept: (from) => void this.asked.push(`accept ${from}`),
    reject: (from) => void this.asked.push(`reject ${from}`),
    end: (reason) => void this.asked.push(`end ${reason}`),
  };

  /** What was asked of the history, and what it answers. */
  readonly queries: HistoryQuery[] = [];
  said: readonly HistoryMessage[] = [];

  history(query: HistoryQuery): Promise<HistoryPage> {
    this.queries.push(query);
    return Promise.resolve({ messages: this.said, next: undefined });
  }

  conversations(): Promise<readonly ConversationInfo[]> {
    return Promise.resolve(this.listed);
  }

  topology(): Topology {
    return { id: this.id, peers: this.known, edges: [] };
  }

  explain(number: bigint, to?: Target): readonly Explanation[] {
    const found = this.explanations.filter((each) => each.number === number && (to === undefined || each.to === to));
    if (found.length === 0) throw new E3Error("unknown-number", `no message has the number ${number}`);
    return found;
  }

  status(): PeerStatus {
    const { id, listen, desired, cursor } = this;
    const envelopes = { forwarded: 0, spread: 0, repaired: 0, suppressed: 0, stranded: 0, outOfHops: 0, tooLarge: 0 };
    return { id, listen, desired, name: "", links: 0, peers: 0, outbox: 0, mailbox: 0, cursor, envelopes };
  }

  /** What comes of connecting; by default nothing does. */
  linked: (address: string) => Promise<bigint> = () => new Promise(() => {});

  connect(address: string): { readonly linked: Promise<bigint> } {
    this.connected.push(address);
    const linked = this.linked(address);
    linked.catch(() => {});
    return { linked };
  }

  disconnect(target: bigint | string): void {
    this.disconnected.push(target);
  }

  setCredential(): void {}

  close(): Promise<void> {
    this.closed += 1;
    this.inbox.end();
    this.happenings.end();
    return Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A received message with what a test does not care about filled in. */
export function message(parts: Partial<Message> = {}): Message {
  const at = new Date("2026-03-04T05:06:07.089Z");
  return {
    cursor: 1n,
    from: 77252666718255106n,
    conversation: "direct",
    group: undefined,
    number: 1n,
    text: "Hi there!",
    data: undefined,
    sentAt: at,
    receivedAt: at,
    missing: 0n,
    unordered: false,
    ...parts,
  };
}

/** A message of a history, with what a test does not care about filled in. */
export function spoken(parts: Partial<HistoryMessage> = {}): HistoryMessage {
  const { from, conversation, number, text, data, sentAt, receivedAt, missing, unordered } = message();
  const received = { from, conversation, number, text, data, sentAt, receivedAt, missing, unordered };
  return { ...received, to: 77252666718255104n, lamport: 1n, clock: [], position: "h1-1", ...parts };
}

/** A peer known to another, a neighbour unless said otherwise. */
export function peerInfo(parts: Partial<PeerInfo> = {}): PeerInfo {
  const addresses = ["127.0.0.1:8082"];
  const present = { reachable: true, neighbour: true, hops: 1, absentSince: undefined };
  const proof = { key: new Uint8Array(), credential: new Uint8Array(), via: "" };
  return { id: 77252666718255105n, name: "", addresses, ...present, ...proof, ...parts };
}

/** Where a send is, with what a test does not care about filled in. */
export function explanation(parts: Partial<Explanation> = {}): Explanation {
  return {
    to: 77252666718255106n,
    number: 3n,
    status: "stored",
    reason: "",
    road: [],
    custodians: [77252666718255105n],
    attempts: 2,
    readBy: [],
    sentAt: new Date("2026-03-04T05:06:07Z"),
    expiresAt: new Date("2026-03-11T05:06:07Z"),
    next: "",
    ...parts,
  };
}
