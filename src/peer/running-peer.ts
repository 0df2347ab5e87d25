import { parseAddress, sameAddress } from "../core/address.ts";
import type { Core } from "../core/core.ts";
import { E3Error } from "../core/error.ts";
import { checkId } from "../core/ids.ts";
import { checkKind, checkKinds, kinds } from "../core/kinds.ts";
import { shellLimits, type Limits } from "../core/limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { ShownCursor } from "../ports/shown-cursor.ts";
import type { Store } from "../ports/store.ts";
import { callKinds } from "./call-kinds.ts";
import type { Connecting, ConnectOptions } from "./connecting.ts";
import { Connections } from "./connections.ts";
import { encodeContent } from "./content.ts";
import type { Driver, Told } from "./driver.ts";
import { explain } from "./explain.ts";
import { Fanout } from "./fanout.ts";
import { History } from "./history.ts";
import type { Histories } from "./history-types.ts";
import { InboxReader, InboxSignal } from "./inbox-reader.ts";
import type { CheckedOptions } from "./options.ts";
import type { Groups } from "./group-types.ts";
import { PeerGroups } from "./peer-groups.ts";
import { PeerAdvert } from "./peer-advert.ts";
import { PeerReads } from "./peer-reads.ts";
import { PeerSessions } from "./peer-sessions.ts";
import { peerInfo, searchAnswer } from "./peer-info.ts";
import type { Readings } from "./read-types.ts";
import { startOf } from "./reading-start.ts";
import { Tickets } from "./tickets.ts";
import { Turns } from "./turns.ts";
import type {
  Content,
  Explanation,
  Message,
  MessagesOptions,
  Peer,
  PeerEvent,
  PeerInfo,
  PeersOptions,
  PeerStatus,
  SearchAnswer,
  SendOptions,
  Sent,
  Topology,
} from "./types.ts";
import { checkSendOptions } from "./send-options.ts";
import { idOf, targetOf, type Target } from "./target.ts";

interface Parts {
  readonly core: Core;
  readonly driver: Driver;
  readonly clock: Clock;
  readonly store: Store;
  readonly shown: ShownCursor;
  readonly limits: Limits;
  readonly options: CheckedOptions;
  /** Closes what the peer was made of: transport, store, directory. */
  readonly dispose: () => Promise<void>;
}

/** RunningPeer: the public face of one core and its driver. */
export class RunningPeer implements Peer {
  readonly #parts: Parts;
  readonly #events = new Fanout<PeerEvent>();
  readonly #inbox = new InboxSignal();
  readonly #tickets = new Tickets();
  readonly #turns: Turns;
  readonly #connections: Connections;
  readonly groups: Groups;
  readonly sessions: PeerSessions;
  readonly markRead: Readings["markRead"];
  readonly readBy: Readings["readBy"];
  readonly setCredential: Peer["setCredential"];
  readonly rename: Peer["rename"];
  readonly history: Histories["history"];
  readonly conversations: Histories["conversations"];
  #listen = "";
  #failure: E3Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#turns = new Turns({ driver: parts.driver, outboxSize: () => parts.core.view.figures().outbox });
    this.#connections = new Connections(parts);
    this.#inbox.cursor = BigInt(parts.core.cursor);
    this.groups = new PeerGroups(parts, () => this.#checkOpen());
    this.sessions = new PeerSessions(parts, () => this.#checkOpen());
    const checkOpen = (): void => this.#checkOpen();
    const reads = new PeerReads({ ...parts, checkOpen });
    this.markRead = (cursor, options) => reads.markRead(cursor, options);
    this.readBy = (to) => reads.readBy(to);
    const advert = new PeerAdvert({ ...parts, checkOpen });
    this.setCredential = (credential, claimedAtMs) => advert.setCredential(credential, claimedAtMs);
    this.rename = (name) => advert.rename(name);
    const history = new History({ ...parts, inbox: this.#inbox, checkOpen });
    this.history = (query) => history.history(query);
    this.conversations = () => history.conversations();
  }

  /** The address bound. */
  started(listen: string): void {
    this.#listen = listen;
  }

  /** Takes what the driver has to tell. */
  told(told: Exclude<Told, { kind: "ready" }>): void {
    switch (told.kind) {
      case "received":
        return this.#inbox.grow(BigInt(told.cursor));
      case "status": {
        const { to, first, last, status, reason } = told;
        this.#tickets.report(told, status, reason);
        // One or two for every send, and mostly nobody listens.
        if (!this.#events.isRead) return;
        for (let number = first; number <= last; number += 1)
          this.#events.tell({ kind: "status", to: targetOf(to), number: BigInt(number), status, reason });
        return;
      }
      case "receipt":
        return this.#events.tell({ ...told, number: BigInt(told.number) });
      case "dialled":
        return this.#connections.told(told.address, told.outcome);
      case "read":
        return this.#events.tell({ ...told, number: BigInt(told.number) });
      case "peer":
      case "id":
      case "group":
        return this.#events.tell(told);
      case "session":
        return this.#events.tell({ ...told, cursor: BigInt(this.#parts.core.cursor) });
      case "error":
        return this.#events.tell({ kind: "error", error: new E3Error(told.code, told.message) });
    }
  }

  /** The store works again: whoever could not read it tries again. */
  storeWorks(): void {
    this.#inbox.nudge();
  }

  /** A mistake of this program ended the driver: whoever listens is told, and the peer closes without a goodbye. */
  failed(cause: Error): void {
    this.#failure = new E3Error("closed", `a mistake in e3 ended the peer: ${cause.message}`, { cause });
    this.#events.tell({ kind: "error", error: this.#failure });
    // Who closes it too is told how that went.
    this.close().catch(() => {});
  }

  get id(): bigint {
    return this.#parts.core.id;
  }

  get listen(): string {
    return this.#listen;
  }

  get desired(): "granted" | "refused" | null {
    return this.#parts.core.identity.verdict;
  }

  send(to: Target, content: Content, options: SendOptions = {}): Sent {
    const { core, driver, clock, limits } = this.#parts;
    this.#checkOpen();
    if (to !== "everyone") checkId(to);
    const body = encodeContent(content, limits.bodyBytesMax);
    const checked = checkSendOptions(to, options, limits);
    const { conversation, number } = core.submit({ to: idOf(to), body, ...checked }, clock.nowMs());
    driver.kick();
    return this.#tickets.issue(conversation, number);
  }

  async sendWhenRoom(
    to: Target,
    content: Content,
    options: SendOptions & { signal?: AbortSignal } = {},
  ): Promise<Sent> {
    checkKinds(options, callKinds.sendWhenRoom, "sendWhenRoom");
    const { signal, ...rest } = options;
    return this.#turns.take(() => this.send(to, content, rest), signal);
  }

  messages(options: MessagesOptions = {}): AsyncIterableIterator<Message> {
    const { store, shown } = this.#parts;
    checkKinds(options, callKinds.messages, "messages");
    const { after = "unshown", acknowledge = "auto", signal } = options;
    const start = startOf(after, shown, this.#inbox.cursor);
    const dealtWith = (cursor: bigint): void => {
      try {
        // Of several readers the one that is furthest counts.
        if (shown.get() < cursor) this.acknowledge(cursor);
      } catch (error) {
        // Too late to be noted: the message will be given again, which is no reason for the last loop to fail.
        if (!(error instanceof E3Error && error.code === "closed")) throw error;
      }
    };
    const isAuto = after === "unshown" && acknowledge === "auto";
    return new InboxReader({
      store,
      inbox: this.#inbox,
      after: start,
      signal,
      failed: (error) => this.#events.tell({ kind: "error", error }),
      dealtWith: isAuto ? dealtWith : undefined,
    });
  }

  acknowledge(cursor: bigint): void {
    checkKind(cursor, kinds.bigint, "the cursor");
    const { shown, driver } = this.#parts;
    // What is yet to come was not dealt with, whatever the program says.
    const reached = cursor < this.#inbox.cursor ? cursor : this.#inbox.cursor;
    shown.set(reached);
    driver.shown(Number(reached));
  }

  events(options: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<PeerEvent> {
    checkKinds(options, callKinds.events, "events");
    return this.#events.read(options.signal);
  }

  peers(options: PeersOptions = {}): readonly PeerInfo[] {
    checkKinds(options, callKinds.peers, "peers");
    return this.#parts.core.view.peers(options.lately === true).map(peerInfo);
  }

  search(word: string): SearchAnswer {
    return searchAnswer(this.#parts.core.view.search(word), this.id);
  }

  topology(): Topology {
    const { view } = this.#parts.core;
    return { id: this.id, peers: this.peers(), edges: view.edges() };
  }

  explain(number: bigint, to?: Target): readonly Explanation[] {
    return explain(this.#parts.core, number, to);
  }

  status(): PeerStatus {
    const { core } = this.#parts;
    const { id, listen, desired } = this;
    const figures = { ...core.view.figures(), cursor: this.#inbox.cursor, envelopes: { ...core.counts } };
    return { id, listen, desired, name: core.identity.name, ...figures };
  }

  connect(address: string, options: ConnectOptions = {}): Connecting {
    const { core, driver, clock } = this.#parts;
    this.#checkOpen();
    const parsed = parseAddress(address);
    if (sameAddress(parsed, this.#listen))
      throw new E3Error("bad-address", `${parsed} is this peer's own address; give another peer's`);
    const connecting = this.#connections.wait(parsed, options);
    try {
      core.connect(parsed, clock.nowMs());
    } catch (error) {
      if (error instanceof E3Error) this.#connections.drop(parsed, error);
      throw error;
    }
    driver.kick();
    return connecting;
  }

  disconnect(target: bigint | string): void {
    const { core, driver, clock } = this.#parts;
    this.#checkOpen();
    if (typeof target !== "string") checkId(target);
    core.disconnect(typeof target === "string" ? parseAddress(target) : target, clock.nowMs());
    driver.kick();
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #leave(): Promise<void> {
    const { core, driver, dispose } = this.#parts;
    const wait = (until: () => boolean, forMs: number): Promise<void> =>
      new Promise((done) => driver.wait(until, forMs, done));
    this.sessions.leave();
    await wait(() => driver.persisted && core.view.inTransit === 0, shellLimits.flushMs);
    driver.feed({ kind: "leave" });
    await wait(() => driver.links === 0 && driver.persisted, shellLimits.partingMs);
    driver.stop();
    this.#tickets.abandon();
    this.#connections.abandon();
    this.#inbox.end();
    this.#events.end();
    await dispose();
  }

  #checkOpen(): void {
    if (this.#closing === undefined) return;
    throw this.#failure ?? new E3Error("closed", "the peer is closed; create another one");
  }
}
