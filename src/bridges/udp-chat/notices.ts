import { quoteText } from "../../core/escape.ts";
import type { ChatNode } from "./chat-node.ts";
import type { CounterMark } from "./counter-mark.ts";
import { bridgeId } from "./local-ids.ts";
import { Repetitions } from "./repetitions.ts";
import { plainly } from "./text.ts";
import { writeDatagram } from "./write-datagram.ts";

interface Parts {
  /** Sends from the registry's socket. */
  readonly send: (bytes: Uint8Array, to: string) => void;
  /** What a peer is called on this wire, if it is. */
  readonly idOf: (meshId: bigint) => string | undefined;
  readonly mark: Pick<CounterMark, "next">;
}

/** A program that does not sign in is reminded again after this time, milliseconds. */
const remindMs = 30_000;

/** Texts of a node that are on their way and may have to be named. */
const textsMax = 256;

/**
 * Notices: what a node is told by the bridge itself, as private messages of a node with the id 0: what it said and was not
 * taken, and what came of what was.
 */
export class Notices {
  readonly #parts: Parts;
  readonly #reminded = new Repetitions();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  tell(node: ChatNode, text: string): void {
    const clock = node.pairs.speak(bridgeId);
    this.#parts.send(writeDatagram({ kind: "message", text: plainly(text), from: bridgeId, clock }), node.address);
  }

  /** Tells a program at an address, where the user with this id signed in before, that it is not signed in any more. */
  remind(id: string, address: string, nowMs: number): void {
    if (this.#reminded.repeats(address, nowMs, remindMs)) return;
    const text = "you are not signed in any more, and what you say goes nowhere: start your program again";
    const clock = new Map([
      [id, 0],
      [bridgeId, this.#parts.mark.next()],
    ]);
    this.#parts.send(writeDatagram({ kind: "message", text, from: bridgeId, clock }), address);
  }

  /** Tells a node what comes of its private messages, until it ends. @returns where its private messages are noted. */
  follow(node: ChatNode): Said {
    const texts = new Map<string, { readonly text: string; readonly isAwayTold: boolean }>();
    void this.#follow(node, texts);
    return (meshId, number, { text, isAway }) => {
      texts.set(`${meshId} ${number}`, { text: quoteText(text), isAwayTold: isAway });
      if (isAway) this.#tellAway(node, meshId, quoteText(text));
      const [oldest] = texts.keys();
      if (texts.size > textsMax && oldest !== undefined) texts.delete(oldest);
    };
  }

  async #follow(node: ChatNode, texts: Texts): Promise<void> {
    for await (const event of node.peer.events({ signal: node.ending.signal })) {
      if (event.kind !== "status" || event.to === "everyone") continue;
      const { to, number, status, reason } = event;
      const name = `${to} ${number}`;
      const { text, isAwayTold } = texts.get(name) ?? { text: "a message", isAwayTold: false };
      if (status === "stored" && !isAwayTold) this.#tellAway(node, to, text);
      if (status === "refused") this.tell(node, `${text} was not delivered to ${this.#nameOf(to)}: ${reason}`);
      if (status === "expired")
        this.tell(node, `${text} was not delivered to ${this.#nameOf(to)}: it was away for too long`);
      if (status === "stored") texts.set(name, { text, isAwayTold: true });
      else if (status !== "accepted") texts.delete(name);
    }
  }

  #tellAway(node: ChatNode, meshId: bigint, text: string): void {
    this.tell(node, `${this.#nameOf(meshId)} is away: ${text} waits for it in the mesh`);
  }

  #nameOf(meshId: bigint): string {
    return this.#parts.idOf(meshId) ?? meshId.toString();
  }
}

/** A private message of a node was accepted under this number; isAway when its receiver is not there. */
export type Said = (meshId: bigint, number: bigint, said: { readonly text: string; readonly isAway: boolean }) => void;

type Texts = Map<string, { readonly text: string; readonly isAwayTold: boolean }>;
