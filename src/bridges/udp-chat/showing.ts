import type { Message } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Deadlines } from "../deadlines.ts";
import { legible } from "../legible.ts";
import type { AddressBooks } from "./address-books.ts";
import type { ChatNode } from "./chat-node.ts";
import { clockFor } from "./clock-for.ts";
import type { Broadcast, PrivateMessage } from "./datagram.ts";
import type { Directly } from "./directly.ts";
import type { Fronts } from "./fronts.ts";
import { nameOf, type GroupClock } from "./group-clock.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Residents } from "./residents.ts";
import { substituteFor, textFault } from "./text.ts";
import { writeDatagram } from "./write-datagram.ts";

interface Parts {
  readonly residents: Pick<Residents, "touch">;
  readonly ids: LocalIds;
  readonly fronts: Fronts;
  readonly clock: GroupClock;
  readonly directly: Directly;
  readonly books: AddressBooks;
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly quietMs: number;
  /** Whether a message was said to everyone before the guest of a key was here first. */
  readonly isOld: (key: string, message: Message) => Promise<boolean>;
  /** Has a peer that the node was not told of announce itself to it, so that the node can answer. */
  readonly acquaint: (node: ChatNode, meshId: bigint, by: "message" | "broadcast") => Promise<void>;
  /** Asks the node for a sign of life, which may be lost; it gives one every 5 s in any case. */
  readonly probe: (node: ChatNode) => void;
}

/**
 * Datagrams that a node is sent without being heard: as many as its machine surely keeps for it while it does not read.
 * Then it is asked for a sign of life.
 */
const unheardMax = 64;

/**
 * Showing: what comes for a node in the mesh is sent to it from the front of its sender.
 *
 * Nothing on this wire is acknowledged. So a message is sent only while the node was heard lately, and counts as shown when
 * the node is heard again after it. What was not shown, is sent when the node has signed in again.
 */
export class Showing {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Goes on until the node ends. */
  async begin(node: ChatNode): Promise<void> {
    const { log } = this.#parts;
    const { signal } = node.ending;
    const onUnreadable = (error: unknown): void =>
      log.error("a record that came for a node cannot be read, and is passed over", { at: node.address, error });
    try {
      for await (const message of legible(node.peer.messages({ acknowledge: "manual", signal }), onUnreadable)) {
        const isSent = await this.#surelyShow(node, message);
        if (node.isEnded) return;
        node.show(message.cursor, isSent);
      }
    } catch (error) {
      if (!node.isEnded) log.error("a node is shown nothing any more", { at: node.address, error });
    }
  }

  /** A message that cannot be sent, for want of a socket perhaps, is tried again, and those behind it wait. */
  async #surelyShow(node: ChatNode, message: Message): Promise<boolean> {
    for (;;) {
      try {
        return await this.#show(node, message);
      } catch (error) {
        if (node.isEnded) return false;
        this.#parts.log.warn("a message could not be shown yet", { at: node.address, error });
        await node.heard();
      }
    }
  }

  /** @returns whether anything was sent. */
  async #show(node: ChatNode, message: Message): Promise<boolean> {
    const { fronts, directly, books, residents, acquaint } = this.#parts;
    if ((await this.#isOthers(node, message)) || directly.went(message.from, message.number, node)) return false;
    await this.#whileQuiet(node);
    if (node.isEnded) return false;
    residents.touch(message.from);
    const said = await this.#said(node, message);
    await acquaint(node, message.from, said.kind);
    if (!node.isEnded) await fronts.send(message.from, writeDatagram(said), node.address);
    if (said.kind === "broadcast") books.shown(node, said.from);
    return true;
  }

  /** What is not for it: of a group, data for everyone, and what was said to everyone before it was here first. */
  async #isOthers({ key }: ChatNode, message: Message): Promise<boolean> {
    if (message.conversation !== "everyone") return message.conversation === "group";
    return message.data !== undefined || this.#parts.isOld(key, message);
  }

  async #said(node: ChatNode, message: Message): Promise<Broadcast | PrivateMessage> {
    const { ids, clock } = this.#parts;
    const { number, conversation } = message;
    const from = await ids.of(message.from);
    const text = shownOf(message);
    if (conversation !== "everyone") return { kind: "message", text, from, clock: node.pairs.speak(from) };
    const stated = clock.speak(from, nameOf(message.from, number));
    // A number of its own for each text, the same whenever it is sent; nodes draw theirs below 10,001.
    const textId = `${from}${number}`;
    return { kind: "broadcast", textId, text, from, clock: clockFor(node, from, stated) };
  }

  /** Waits while the node is silent, or has been sent as much as it may be. */
  async #whileQuiet(node: ChatNode): Promise<void> {
    const { deadlines, quietMs, probe } = this.#parts;
    while (!node.isEnded && (deadlines.nowMs - node.heardMs > quietMs || node.unheard >= unheardMax)) {
      const heard = node.heard();
      if (node.unheard === unheardMax) probe(node);
      await heard;
    }
  }
}

function shownOf({ text, data }: Message): string {
  if (data !== undefined) return substituteFor(undefined);
  return textFault(text) === undefined ? text : substituteFor(text);
}
