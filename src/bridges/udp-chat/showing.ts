import type { Message } from "../../peer/types.ts";
import type { Log } from "../../ports/log.ts";
import type { Deadlines } from "../deadlines.ts";
import type { ChatNode } from "./chat-node.ts";
import { clockFor } from "./clock-for.ts";
import type { Broadcast, PrivateMessage } from "./datagram.ts";
import type { Directly } from "./directly.ts";
import type { Fronts } from "./fronts.ts";
import { nameOf, type GroupClock } from "./group-clock.ts";
import type { LocalIds } from "./local-ids.ts";
import type { Nodes } from "./nodes.ts";
import { substituteFor, textFault } from "./text.ts";
import { writeDatagram } from "./write-datagram.ts";

interface Parts {
  readonly nodes: Nodes;
  readonly ids: LocalIds;
  readonly fronts: Fronts;
  readonly clock: GroupClock;
  readonly directly: Directly;
  readonly deadlines: Deadlines;
  readonly log: Log;
  readonly quietMs: number;
  /** When the guest of a key was here first, milliseconds since 1970. */
  readonly sinceMs: (key: string) => number;
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
    try {
      for await (const message of node.peer.messages({ acknowledge: "manual", signal })) {
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
    const { fronts, directly } = this.#parts;
    if (this.#isOthers(node, message) || directly.went(message.from, message.number, node)) return false;
    await this.#whileQuiet(node);
    if (node.isEnded) return false;
    const said = await this.#said(node, message);
    if (!node.isEnded) await fronts.send(message.from, writeDatagram(said), node.address);
    return true;
  }

  /** What is not for it: of a group, data for everyone, and what was said to everyone before it was here first. */
  #isOthers({ key }: ChatNode, { conversation, data, sentAt }: Message): boolean {
    if (conversation !== "everyone") return conversation === "group";
    return data !== undefined || sentAt.getTime() < this.#parts.sinceMs(key);
  }

  async #said(node: ChatNode, message: Message): Promise<Broadcast | PrivateMessage> {
    const { ids, clock, nodes } = this.#parts;
    const { number, conversation } = message;
    const from = await ids.of(message.from);
    const text = shownOf(message);
    if (conversation !== "everyone") return { kind: "message", text, from, clock: node.pairs.speak(from) };
    const stated = clock.speak(from, nameOf(message.from, number));
    // A number of its own for each text, the same whenever it is sent; nodes draw theirs below 10,001.
    const textId = `${from}${number}`;
    return { kind: "broadcast", textId, text, from, clock: clockFor(node, from, stated, nodes) };
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
