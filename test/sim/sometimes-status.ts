import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { StoreOp } from "../../src/core/store-op.ts";
import type { Observer, Submission } from "./observer.ts";
import { messagesOf, sendsIn, type OutboxName } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";
import { newsIn, type SendNews } from "../world/statuses.ts";

export const statusPoints = [
  "a message was stored for a peer that was away",
  "a message that was stored was delivered",
  "a message that was stored expired",
  "a message expired with its target in sight",
  "a message was accepted in one life and delivered in another",
  "a message was accepted in one life and expired in another",
  "a message took over a minute",
  "a status was told again in a later life",
  "a message came after its sender had told that it expired",
  "a send that was never durable was gone after a crash",
  "a number was given again, since a crash had taken the first",
  "ten messages to one peer waited at once",
] as const;

type StatusPoint = (typeof statusPoints)[number];

interface Send {
  readonly life: number;
  readonly atMs: number;
  readonly to: bigint;
  readonly text: string;
  durable: boolean;
  stored: boolean;
  final: string | undefined;
}

/** SometimesStatus: what senders are told of what they sent. */
export class SometimesStatus implements Observer {
  readonly #reach: (point: StatusPoint) => void;
  /** By peer, conversation and number. */
  readonly #sends = new Map<SimPeer, Map<string, Send>>();
  /** Texts of messages that expired. */
  readonly #expired = new Set<string>();

  constructor(reach: (point: StatusPoint) => void) {
    this.#reach = reach;
  }

  submitted(by: SimPeer, { to, conversation, number, text }: Submission): void {
    const sends = this.#of(by);
    const name = `${conversation}/${number}`;
    if (sends.has(name)) this.#reach("a number was given again, since a crash had taken the first");
    sends.set(name, { life: by.lives, atMs: by.worldMs, to, text, durable: false, stored: false, final: undefined });
    let waiting = 0;
    for (const send of sends.values()) if (send.final === undefined && send.to === to) waiting += 1;
    if (waiting >= 10) this.#reach("ten messages to one peer waited at once");
  }

  ended(peer: SimPeer): void {
    for (const send of this.#of(peer).values())
      if (!send.durable) this.#reach("a send that was never durable was gone after a crash");
  }

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === "status") for (const news of newsIn(effect)) this.#news(peer, news);
    }
  }

  applied(peer: SimPeer, ops: readonly StoreOp[]): void {
    for (const { table, key, value } of ops) {
      if (value === undefined) continue;
      if (table === "outbox") for (const name of sendsIn({ key, value })) this.#durable(peer, name);
      if (table === "inbox" && messagesOf(value).some(({ text }) => this.#expired.has(text)))
        this.#reach("a message came after its sender had told that it expired");
    }
  }

  #news(peer: SimPeer, { conversation, number, status }: SendNews): void {
    const send = this.#of(peer).get(`${conversation}/${number}`);
    if (send === undefined) return;
    if (status === "stored") {
      send.stored = true;
      this.#reach("a message was stored for a peer that was away");
    } else if (status === "delivered" || status === "expired") this.#final(peer, send, status);
  }

  #final(peer: SimPeer, send: Send, status: "delivered" | "expired"): void {
    if (send.final === status) this.#reach("a status was told again in a later life");
    send.final = status;
    const isLater = send.life !== peer.lives;
    if (peer.worldMs - send.atMs > 60_000) this.#reach("a message took over a minute");
    if (status === "delivered") {
      if (send.stored) this.#reach("a message that was stored was delivered");
      if (isLater) this.#reach("a message was accepted in one life and delivered in another");
      return;
    }
    this.#expired.add(send.text);
    if (send.stored) this.#reach("a message that was stored expired");
    if (isLater) this.#reach("a message was accepted in one life and expired in another");
    if (peer.sees.includes(send.to)) this.#reach("a message expired with its target in sight");
  }

  #durable(peer: SimPeer, { conversation, number }: OutboxName): void {
    const send = this.#of(peer).get(`${conversation}/${number}`);
    if (send !== undefined) send.durable = true;
  }

  #of(peer: SimPeer): Map<string, Send> {
    const sends = this.#sends.get(peer) ?? new Map<string, Send>();
    this.#sends.set(peer, sends);
    return sends;
  }
}
