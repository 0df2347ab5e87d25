import type { Datagrams } from "../../ports/sockets.ts";
import type { BridgeWorld } from "../types.ts";
import { AddressBooks } from "./address-books.ts";
import type { ChatNode } from "./chat-node.ts";
import { CounterMark } from "./counter-mark.ts";
import { Directly } from "./directly.ts";
import { Entry } from "./entry.ts";
import { Fronts } from "./fronts.ts";
import { GroupClock } from "./group-clock.ts";
import { Hearing } from "./hearing.ts";
import { Introductions } from "./introductions.ts";
import { LastAlive } from "./last-alive.ts";
import { bridgeId, LocalIds } from "./local-ids.ts";
import { lossOf } from "./loss.ts";
import { Newcomers } from "./newcomers.ts";
import { Nodes } from "./nodes.ts";
import { Notices } from "./notices.ts";
import type { UdpChatOptions } from "./options.ts";
import { readDatagram } from "./read-datagram.ts";
import { Residents } from "./residents.ts";
import { Resumption } from "./resumption.ts";
import { Showing } from "./showing.ts";
import { ShownNotes } from "./shown-notes.ts";
import { Whereabouts } from "./whereabouts.ts";
import { writeDatagram } from "./write-datagram.ts";

/**
 * Exchange: what happens to a node, from signing in until it has been silent for too long.
 *
 *     signs in ──► told of peers ──► heard and shown ──► silent for silenceMs ──► gone
 *        ▲                                │
 *        └──────── signs in again ────────┘
 *
 * One whose guest has ended, or whose bridge was restarted, is out for as long as it says nothing: what it says next has it go
 * on (Resumption), unless its user is signed in elsewhere by now.
 */
export class Exchange {
  readonly #world: BridgeWorld;
  readonly #options: UdpChatOptions;
  readonly #nodes = new Nodes();
  readonly #newcomers = new Newcomers();
  readonly #books = new AddressBooks(this.#nodes);
  readonly #fronts: Fronts;
  readonly #residents: Residents;
  readonly #entry: Entry;
  readonly #introductions: Introductions;
  readonly #hearing: Hearing;
  readonly #showing: Showing;
  readonly #notices: Notices;
  readonly #whereabouts: Whereabouts;
  readonly #resumption: Resumption;
  readonly #lastAlive: LastAlive;
  readonly #shownNotes: ShownNotes;
  readonly #ending = new AbortController();
  #socket: Datagrams | undefined;

  constructor(world: BridgeWorld, options: UdpChatOptions) {
    this.#world = world;
    this.#options = options;
    const send = (bytes: Uint8Array, to: string): void => this.#send(bytes, to);
    const { host, hidesHost = false, guests, notebook, deadlines, log, limits } = world;
    const [nodes, books] = [this.#nodes, this.#books];
    const mark = new CounterMark(notebook);
    const onDatagram = (bytes: Uint8Array, from: string, meshId: bigint): void => this.#atFront(bytes, from, meshId);
    this.#fronts = new Fronts({ world, onDatagram });
    const isGuest = (id: bigint): boolean => guests.keyOf(id) !== undefined;
    this.#residents = new Residents({ host, hidesHost, nodes, isGuest, shownMax: limits.windowsMax });
    const isInUse = (id: bigint): boolean => this.#residents.isHere(id) || isGuest(id);
    const [clock, directly] = [new GroupClock(mark), new Directly()];
    const onForgotten = (meshId: bigint, id: string): void => {
      void this.#fronts.forget(meshId);
      clock.forget(id);
    };
    const ids = new LocalIds(notebook, { isInUse, onForgotten });
    const common = { nodes, ids, fronts: this.#fronts, residents: this.#residents, books, deadlines, log, send, mark };
    const notices = new Notices({ send, mark, idOf: (id) => ids.known(id) });
    this.#notices = notices;
    this.#whereabouts = new Whereabouts(notebook, (id) => nodes.withId(id) !== undefined);
    const { quietMs } = options;
    this.#hearing = new Hearing({ ...common, clock, directly, notices, quietMs });
    const probe = (node: ChatNode): void => this.#probe(node);
    const isOld: BridgeWorld["guests"]["isOld"] = (key, message) => guests.isOld(key, message);
    const acquaint: Introductions["acquaint"] = (...whom) => this.#introductions.acquaint(...whom);
    this.#showing = new Showing({ ...common, clock, directly, quietMs, probe, acquaint, isOld });
    const isFirst = (node: ChatNode): boolean => this.#residents.all().length === 0 && !this.#hasCompany(node);
    const onEntered = (node: ChatNode, before: ChatNode | undefined): void => this.#entered(node, before);
    this.#entry = new Entry({ ...common, guests, isFirst, onEntered, onDoubted: (node) => this.#doubt(node) });
    const resume = (user: string, from: string): Promise<"over" | "later"> => this.#resume(user, from);
    const onDropped = (address: string, count: number): void => this.#tellDropped(address, count);
    this.#resumption = new Resumption({ whereabouts: this.#whereabouts, deadlines, resume, onDropped });
    this.#shownNotes = new ShownNotes(notebook, () => this.#whereabouts.signedIn());
    this.#lastAlive = new LastAlive({ notebook, deadlines, everyMs: options.silenceMs });
    const onIntroduced = (node: ChatNode): void => void this.#showing.begin(node);
    const isEntering = (): boolean => this.#entry.isBusy;
    const { windowsMax: shownMax } = limits;
    this.#introductions = new Introductions({ ...common, clock, shownMax, isEntering, onIntroduced });
  }

  /** Begins to listen. @returns where. @throws E3Error as Sockets.bindDatagrams. */
  async start(): Promise<string> {
    this.#socket = await this.#world.sockets.bindDatagrams(this.#options.listen, (bytes, from) =>
      this.#atRegistry(bytes, from),
    );
    void this.#watch();
    this.#await();
    return this.#socket.address;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    const { deadlines } = this.#world;
    deadlines.clear(this.#whereabouts);
    this.#resumption.close();
    this.#lastAlive.close();
    const resting = this.#nodes.all().map((node) => this.#rest(node));
    await Promise.all([this.#socket?.close(), this.#fronts.close(), ...resting]);
  }

  #atRegistry(bytes: Uint8Array, from: string): void {
    const { log } = this.#world;
    const read = readDatagram(bytes);
    if ("code" in read) return log.debug("a datagram was not understood", { at: from, reason: read.reason });
    const node = this.#nodes.at(from);
    if (read.kind === "signup" || read.kind === "signin") {
      node?.doubt();
      return void this.#entry.ask(read, from);
    }
    if (node === undefined && this.#resumption.takes(from, bytes.length, () => this.#atRegistry(bytes, from))) return;
    if (node === undefined) this.#remind(from);
    else this.#hears(node);
    if (read.kind !== "fetch") return;
    const newcomer = node === undefined ? undefined : this.#newcomers.takeFor(node.id);
    if (node !== undefined && newcomer !== undefined) this.#books.fetched(node, newcomer.id);
    this.#send(writeDatagram({ kind: "fetch-answer", newcomer }), from);
  }

  /** What comes from an address that nobody signed in from is nobody's. */
  #atFront(bytes: Uint8Array, from: string, meshId: bigint): void {
    const node = this.#nodes.at(from);
    if (node === undefined) {
      const isHeld = this.#resumption.takes(from, bytes.length, () => this.#atFront(bytes, from, meshId));
      return isHeld ? undefined : this.#remind(from);
    }
    this.#hears(node);
    this.#hearing.hear(node, bytes, meshId);
  }

  #hears(node: ChatNode): void {
    const { deadlines } = this.#world;
    node.hear(deadlines.nowMs);
    deadlines.set(node.ending, this.#options.silenceMs, () => this.#leave(node, "it was silent for too long"));
  }

  #entered(node: ChatNode, before: ChatNode | undefined): void {
    const { log, deadlines } = this.#world;
    if (this.#ending.signal.aborted) return;
    const displaced = this.#nodes.at(node.address);
    if (displaced !== undefined && displaced.key !== node.key) this.#leave(displaced, "another user signed in there");
    if (before !== undefined) this.#forget(before);
    // A program that is still there would take itself to be signed in.
    if (before !== undefined && before.address !== node.address)
      this.#notices.remind(before.id, before.address, deadlines.nowMs);
    if (before?.address === node.address) this.#books.inherit(node, before);
    this.#nodes.add(node);
    const shown = this.#shownNotes.take(node.id);
    // A program that signs in may be another one, which has nothing yet.
    if (shown !== undefined && !node.wasAsked) node.show(shown, false);
    this.#hears(node);
    const meshId = node.peer.id;
    log.info("a node has signed in", { user: node.user, node: node.id, at: node.address, id: meshId.toString() });
    const hasMoved = ![undefined, node.address].includes(this.#whereabouts.of(node.id));
    this.#introductions.move(node, ({ introduced }) => hasMoved || introduced.has(meshId));
    this.#whereabouts.note(node.id, node.address, node.user);
    if (this.#othersOf(node).length > 0) this.#newcomers.add({ id: node.id, address: node.address });
    this.#hearing.begin(node);
    this.#introductions.begin(node);
    void this.#watchOver(node);
  }

  /** Programs that were signed in when the bridge ended may go on, at the fronts that they know, while they may be there. */
  #await(): void {
    const { deadlines } = this.#world;
    const { silenceMs } = this.#options;
    // Who was away for longer than programs may be silent: their addresses may be anybody's by now.
    if (this.#lastAlive.awayMs > 2 * silenceMs)
      for (const id of this.#whereabouts.signedIn()) this.#whereabouts.leave(id);
    this.#shownNotes.tidy();
    this.#lastAlive.begin();
    if (this.#whereabouts.signedIn().length === 0) return;
    this.#openFronts();
    deadlines.set(this.#whereabouts, silenceMs, () => {
      for (const id of this.#whereabouts.signedIn())
        if (this.#nodes.withId(id) === undefined) this.#whereabouts.leave(id);
    });
  }

  #openFronts(): void {
    // One that cannot be opened is logged when a node is told of it.
    for (const { id } of this.#residents.all()) this.#fronts.addressOf(id).catch(() => {});
  }

  async #resume(user: string, from: string): Promise<"over" | "later"> {
    const outcome = await this.#entry.resume(user, from);
    const id = this.#nodes.at(from) === undefined ? this.#whereabouts.idAt(from) : undefined;
    // One that was being let in when the bridge closed is, after the next start.
    if (outcome === "over" && id !== undefined && !this.#ending.signal.aborted) this.#whereabouts.leave(id);
    return outcome;
  }

  #tellDropped(address: string, count: number): void {
    this.#world.log.warn("more came than waits for a program to be let in again", { at: address, dropped: count });
    const node = this.#nodes.at(address);
    if (node === undefined) return;
    const why = "you said more than could wait while the bridge, which was away, let you in again";
    this.#notices.tell(node, `${count} datagrams of yours were not taken: ${why}`);
  }

  /** A program that was silent for too long does not know that it is not signed in. */
  #remind(address: string): void {
    const { log, deadlines } = this.#world;
    const id = this.#whereabouts.idAt(address);
    if (id === undefined) log.debug("a datagram of nobody was dropped", { at: address });
    else this.#notices.remind(id, address, deadlines.nowMs);
  }

  #leave(node: ChatNode, reason: string): void {
    const { guests, log } = this.#world;
    this.#forget(node);
    this.#whereabouts.leave(node.id);
    log.info("a node is gone", { user: node.user, at: node.address, reason });
    void guests.close(node.key);
  }

  /** The node ends here, and its user stays signed in where it is. */
  async #rest(node: ChatNode): Promise<void> {
    this.#forget(node);
    await Promise.all([this.#shownNotes.note(node), this.#world.guests.close(node.key, { staysSignedIn: true })]);
  }

  /** As in a restart: it goes on when it is heard of within silenceMs, and else it has left its address to whoever comes. */
  #doubt(node: ChatNode): Promise<void> {
    const resting = this.#rest(node);
    this.#world.deadlines.set(node.ending, this.#options.silenceMs, () => {
      if (this.#nodes.withId(node.id) === undefined) this.#whereabouts.leave(node.id);
    });
    return resting;
  }

  /** Of a node that has lost its guest the program goes on with its next datagram, or is told then that it must sign in. */
  async #watchOver(node: ChatNode): Promise<void> {
    const { deadlines, log } = this.#world;
    const reason = await lossOf(node);
    if (reason === undefined || node.isEnded) return;
    log.warn("a node is not signed in for now", { user: node.user, at: node.address, reason });
    if (deadlines.nowMs - node.sinceMs < fleetingMs) this.#whereabouts.leave(node.id);
    await this.#doubt(node);
  }

  #forget(node: ChatNode): void {
    this.#nodes.remove(node);
    this.#newcomers.remove(node.id);
    this.#introductions.end(node);
    this.#world.deadlines.clear(node.ending);
  }

  /** Another node is there, as far as that is known. */
  #hasCompany(node: ChatNode): boolean {
    const { nowMs } = this.#world.deadlines;
    return this.#othersOf(node).some(({ heardMs }) => nowMs - heardMs <= this.#options.quietMs);
  }

  #othersOf(node: ChatNode): readonly ChatNode[] {
    return this.#nodes.all().filter((other) => other.key !== node.key);
  }

  /** A node that has fetched a newcomer tells it of nodes at once: here the newcomer is the bridge. */
  #probe(node: ChatNode): void {
    const address = this.#socket?.address.replace(/^0\.0\.0\.0:/, "127.0.0.1:");
    if (address === undefined) return;
    this.#send(writeDatagram({ kind: "fetch-answer", newcomer: { id: bridgeId, address } }), node.address);
  }

  /** A datagram that cannot be sent is lost, as any may be. */
  #send(bytes: Uint8Array, to: string): void {
    this.#socket?.send(bytes, to).catch(() => {});
  }

  /** Who comes to the mesh is announced to nodes. */
  async #watch(): Promise<void> {
    for await (const event of this.#world.host.events({ signal: this.#ending.signal }))
      if (event.kind === "peer" && event.state === "up") {
        this.#introductions.announceSoon();
        if (this.#whereabouts.signedIn().length > this.#nodes.size) this.#openFronts();
      }
  }
}

/** A guest that ends within so much time, milliseconds, is not started again for every datagram of its program. */
const fleetingMs = 5_000;
