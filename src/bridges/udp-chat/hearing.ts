import { E3Error } from "../../core/error.ts";
import type { Deadlines } from "../deadlines.ts";
import type { AddressBooks } from "./address-books.ts";
import type { ChatNode } from "./chat-node.ts";
import type { Broadcast, PrivateMessage } from "./datagram.ts";
import type { Directly } from "./directly.ts";
import { nameOf, type GroupClock } from "./group-clock.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Nodes } from "./nodes.ts";
import type { Notices, Said } from "./notices.ts";
import { readDatagram } from "./read-datagram.ts";
import type { Residents } from "./residents.ts";
import { announcementOf } from "./text.ts";

interface Parts {
  readonly nodes: Nodes;
  readonly residents: Residents;
  readonly ids: LocalIds;
  readonly clock: GroupClock;
  readonly directly: Directly;
  readonly books: AddressBooks;
  readonly notices: Notices;
  readonly deadlines: Deadlines;
  /** A node that was heard so lately is there, and got what another node sent it, milliseconds. */
  readonly quietMs: number;
}

/** A broadcast comes to each front, one after the other; and a datagram may come twice. */
const broadcastAgainMs = 60_000;
const messageAgainMs = 10_000;

/** Hearing: what nodes say at the fronts of peers goes to the mesh, once. */
export class Hearing {
  readonly #parts: Parts;
  readonly #said = new WeakMap<ChatNode, Said>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** From now on it is told what comes of its messages. */
  begin(node: ChatNode): void {
    this.#said.set(node, this.#parts.notices.follow(node));
  }

  /** A node said something at the front of a peer. */
  hear(node: ChatNode, bytes: Uint8Array, meshId: bigint): void {
    const { notices } = this.#parts;
    const read = readDatagram(bytes);
    if ("code" in read) return notices.tell(node, `what you sent was not taken: ${read.reason}`);
    if (read.kind !== "broadcast" && read.kind !== "message") return;
    if (read.from !== node.id)
      return notices.tell(node, `what you sent was not taken: it says ${read.from}, and your id is ${node.id}`);
    if (read.kind === "broadcast") this.#broadcast(node, read);
    else this.#message(node, read, meshId);
  }

  #broadcast(node: ChatNode, { textId, text, clock }: Broadcast): void {
    const { deadlines, clock: group, directly, books, quietMs, nodes } = this.#parts;
    const { nowMs } = deadlines;
    node.name(clock.keys());
    const name = `all ${textId} ${clock.get(node.id)} ${text}`;
    if (node.repetitions.repeats(name, nowMs, broadcastAgainMs)) return;
    group.hear(node.id, clock);
    // The mesh announces who comes by itself, and nodes are told by this one.
    if (text === announcementOf(node.id)) return;
    const number = this.#send(node, "everyone", text);
    if (number === undefined) return;
    group.keep(nameOf(node.peer.id, number), clock);
    const isReached = (other: ChatNode): boolean =>
      clock.has(other.id) && books.reaches(node, other) && nowMs - other.heardMs <= quietMs;
    const reached = nodes.all().filter((other) => isReached(other));
    books.spoke(node);
    directly.note(node.peer.id, number, { ids: new Set(reached.map(({ id }) => id)), atMs: nowMs });
  }

  #message(node: ChatNode, { text, clock }: PrivateMessage, meshId: bigint): void {
    const { deadlines, ids, residents } = this.#parts;
    residents.touch(meshId);
    const counter = clock.get(node.id);
    const name = `${meshId} ${counter} ${text}`;
    // Without a counter of its own nothing tells a repetition from the same said again.
    if (counter !== undefined && node.repetitions.repeats(name, deadlines.nowMs, messageAgainMs)) return;
    const id = ids.known(meshId);
    if (id !== undefined) node.pairs.hear(id, clock);
    const number = this.#send(node, meshId, text);
    if (number !== undefined) this.#said.get(node)?.(meshId, number, { text, isAway: !residents.isHere(meshId) });
  }

  /** @returns its number; undefined when it was not taken, which the node was told. */
  #send(node: ChatNode, to: bigint | "everyone", text: string): bigint | undefined {
    const { notices } = this.#parts;
    const failed = (error: unknown): void => {
      const reason = error instanceof E3Error ? error.message : "the bridge failed";
      if (!node.isEnded) notices.tell(node, `what you said was not taken: ${reason}`);
    };
    try {
      const { number, accepted, settled } = node.peer.send(to, text);
      accepted.catch(failed);
      settled.catch(() => {});
      return number;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
