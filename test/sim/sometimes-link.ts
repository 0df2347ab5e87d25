import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { frameOf, kindOf } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";

export const linkPoints = [
  "both sides dialled and one link stayed",
  "a link that had gone silent was given up",
  "a handshake took too long",
  "a link was ended by hand",
  "a peer said that it leaves",
  "a link ended before it was up",
  "a dial was refused",
  "a link that had ended was up again within a second",
  "a link ended while a message was on it",
  "a neighbour's clock was ahead",
] as const;

type LinkPoint = (typeof linkPoints)[number];

/** How long a message is on a link, about, milliseconds. */
const crossingMs = 20;

/** SometimesLink: how links come up and end. */
export class SometimesLink implements Observer {
  readonly #reach: (point: LinkPoint) => void;
  /** When each peer's link with another ended, and when a peer sent messages to another last. */
  readonly #endedMs = new Map<string, number>();
  readonly #sentMs = new Map<string, number>();
  #nowMs = 0;

  constructor(reach: (point: LinkPoint) => void) {
    this.#reach = reach;
  }

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    this.#nowMs = peer.worldMs;
    for (const effect of effects)
      if (effect.kind === "notice") this.#noted(peer, effect.message, effect.fields["remote"]);
  }

  frame(from: string, to: string, bytes: Uint8Array): void {
    const kind = kindOf(bytes);
    if (kind === "envelopes") this.#sentMs.set(`${from} ${to}`, this.#nowMs);
    if (kind !== "goodbye") return;
    const frame = frameOf(bytes);
    if (frame.case !== "goodbye") return;
    const { reason, message } = frame.value;
    if (reason === GoodbyeReason.DUPLICATE) this.#reach("both sides dialled and one link stayed");
    else if (reason === GoodbyeReason.DISCONNECTED) this.#reach("a link was ended by hand");
    else if (reason === GoodbyeReason.LEAVING) this.#reach("a peer said that it leaves");
    else if (reason === GoodbyeReason.LIMIT && message.startsWith("silent"))
      this.#reach("a link that had gone silent was given up");
    else if (reason === GoodbyeReason.LIMIT && message.includes("handshake")) this.#reach("a handshake took too long");
  }

  #noted({ name, worldMs }: SimPeer, message: string, remote: unknown): void {
    const pair = `${name} ${String(remote)}`;
    if (message === "a link ended before it was up") this.#reach("a link ended before it was up");
    else if (message === "dialling failed") this.#reach("a dial was refused");
    else if (message === "a neighbour's clock is ahead of this one") this.#reach("a neighbour's clock was ahead");
    else if (message === "link down") {
      this.#endedMs.set(pair, worldMs);
      if (worldMs - (this.#sentMs.get(pair) ?? -Infinity) < crossingMs)
        this.#reach("a link ended while a message was on it");
    } else if (message === "link up" && worldMs - (this.#endedMs.get(pair) ?? -Infinity) < 1_000)
      this.#reach("a link that had ended was up again within a second");
  }
}
