import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import { ReceiptStatus, type Envelope, type Receipt } from "../../src/gen/e3/v1/envelope_pb.ts";
import { envelopesIn, messagesIn } from "./frame-reader.ts";
import type { Observer } from "./observer.ts";
import { messagesOf, type InboxMessage } from "./records.ts";
import type { SimPeer } from "./sim-peer.ts";

export const deliveryPoints = [
  "a batch of twenty envelopes",
  "messages of one instant left in one envelope",
  "a message of over a kilobyte",
  "a floor skipped a gap",
  "a message was shown late, after its gap",
  "a message waited for an earlier one, and was logged with it",
  "a hole was given up",
  "a message came again after it was logged",
  "a message that was logged came again from a custodian",
  "a message was sent five times",
  "a repeated receipt",
  "a receipt for ten messages at once",
  "a receipt with a hole in it",
  "a message to oneself",
  "a receiver died between a message and its receipt",
  "an inbox full of what was shown was trimmed",
] as const;

type DeliveryPoint = (typeof deliveryPoints)[number];

/** SometimesDelivery: how messages come to those they are for. */
export class SometimesDelivery implements Observer {
  readonly #reach: (point: DeliveryPoint) => void;
  readonly #peers = new Map<string, SimPeer>();
  /** By peer: what is in its log. */
  readonly #logs = new Map<string, Set<string>>();
  /** By conversation: the newest number logged anywhere. */
  readonly #newest = new Map<string, number>();
  readonly #times = new Map<string, number>();
  /** By sender and receiver of a receipt and conversation: what it said. */
  readonly #said = new Map<string, string>();
  /** Peers that have logged and not answered yet. */
  readonly #owing = new Set<string>();

  constructor(reach: (point: DeliveryPoint) => void) {
    this.#reach = reach;
  }

  started(peer: SimPeer): void {
    this.#peers.set(peer.name, peer);
    this.#owing.delete(peer.name);
  }

  ended({ name }: SimPeer, end: string): void {
    if (end !== "left" && this.#owing.has(name)) this.#reach("a receiver died between a message and its receipt");
  }

  submitted(by: SimPeer, { to }: { readonly to: bigint }): void {
    if (to === by.core.id) this.#reach("a message to oneself");
  }

  stepped(peer: SimPeer, event: CoreEvent, effects: readonly Effect[]): void {
    const logged: InboxMessage[] = [];
    for (const effect of effects) {
      if (effect.kind !== "persist") continue;
      for (const { table, value } of effect.ops) {
        if (table !== "inbox") continue;
        if (value === undefined) this.#reach("an inbox full of what was shown was trimmed");
        else logged.push(...messagesOf(value));
      }
    }
    if (event.kind === "frame") this.#came(peer, event.bytes, logged.length);
    else if (event.kind === "alarm" && logged.some(({ from }) => from !== peer.core.id))
      this.#reach("a hole was given up");
    for (const message of logged) this.#log(peer, message);
  }

  frame(from: string, _to: string, bytes: Uint8Array): void {
    const envelopes = envelopesIn(bytes);
    if (envelopes.length >= 20) this.#reach("a batch of twenty envelopes");
    for (const envelope of envelopes) {
      const { body, destinations, epoch, number, conversation, attempt } = envelope;
      const isLong = (one: Envelope): boolean => one.body.case === "text" && one.body.value.length > 1_024;
      if (messagesIn(envelope).some(isLong)) this.#reach("a message of over a kilobyte");
      if (body.case === "bundle") this.#reach("messages of one instant left in one envelope");
      if (body.case === "receipts") {
        this.#owing.delete(from);
        for (const receipt of body.value.receipts) this.#receipt(`${epoch} ${String(destinations[0])}`, receipt);
      }
      if (conversation === 0n) continue;
      const copies = `${from} ${epoch}/${conversation}/${number}/${attempt}`;
      const message = `${from} ${epoch}/${conversation}/${number}`;
      if (this.#times.has(copies)) continue;
      this.#times.set(copies, 1);
      const times = (this.#times.get(message) ?? 0) + 1;
      this.#times.set(message, times);
      if (times >= 5) this.#reach("a message was sent five times");
    }
  }

  /** What came was logged before; or brought more into the log than came. */
  #came(peer: SimPeer, bytes: Uint8Array, loggedCount: number): void {
    const log = this.#logs.get(peer.name);
    let cameCount = 0;
    for (const envelope of envelopesIn(bytes))
      for (const { epoch, conversation, number } of messagesIn(envelope)) {
        cameCount += 1;
        if (log?.has(`${epoch}/${conversation}/${number}`) !== true) continue;
        const isParcel = envelope.conversation === 0n;
        this.#reach(
          isParcel
            ? "a message that was logged came again from a custodian"
            : "a message came again after it was logged",
        );
      }
    if (cameCount > 0 && loggedCount > cameCount)
      this.#reach("a message waited for an earlier one, and was logged with it");
  }

  #log(peer: SimPeer, { epoch, conversation, number, missing }: InboxMessage): void {
    const log = this.#logs.get(peer.name) ?? new Set();
    this.#logs.set(peer.name, log.add(`${epoch}/${conversation}/${number}`));
    this.#owing.add(peer.name);
    if (missing > 0) this.#reach("a floor skipped a gap");
    const way = `${peer.name} ${epoch}/${conversation}`;
    const newest = this.#newest.get(way) ?? 0;
    if (number < newest) this.#reach("a message was shown late, after its gap");
    this.#newest.set(way, Math.max(newest, number));
  }

  #receipt(way: string, { epoch, conversation, status, ranges }: Receipt): void {
    if (status !== ReceiptStatus.DELIVERED) return;
    if (ranges.length > 1) this.#reach("a receipt with a hole in it");
    if (ranges.some(({ first, last }) => last - first >= 9n)) this.#reach("a receipt for ten messages at once");
    const key = `${way} ${epoch}/${conversation}`;
    const said = ranges.map(({ first, last }) => `${first}-${last}`).join();
    if (this.#said.get(key) === said) this.#reach("a repeated receipt");
    this.#said.set(key, said);
  }
}
