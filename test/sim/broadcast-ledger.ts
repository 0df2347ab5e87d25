import type { SendStatus } from "../../src/core/effect.ts";
import type { SimPeer } from "./sim-peer.ts";

/** One message for everyone, as it is seen from outside. Texts are unique in a run: they name it, whatever its epoch is. */
export interface Broadcast {
  readonly text: string;
  readonly by: SimPeer;
  readonly number: number;
  /** In which life of its sender it was said, and how often the sender's disk had been changed by then. */
  readonly life: number;
  readonly generation: number;
  /** By its sender's own clock. */
  readonly expiresAtMs: number;
  /** It was on its sender's disk once. */
  durable: boolean;
  accepted: boolean;
  final: { readonly status: SendStatus; readonly life: number } | undefined;
  /** A copy of it went by right, or with a disk: who is no neighbour of one that keeps it may not be shown it. */
  thinned: boolean;
  /** Somebody may take it for had: who comes later may not be shown it. */
  takenForHad: boolean;
  /** Peers on whose disk it is kept now. */
  readonly holders: Set<SimPeer>;
  /** Peers in whose log it came once, and as far as their disks remember. */
  readonly shown: Set<SimPeer>;
  readonly logged: Set<SimPeer>;
  /** Peers whose disk was changed since it was said. */
  readonly changedSince: Set<SimPeer>;
  /** Other peers that had it on their disk once. */
  readonly reached: Set<SimPeer>;
}

/** BroadcastLedger: what was said to everyone, by text, and by sender and number. */
export class BroadcastLedger {
  readonly #byText = new Map<string, Broadcast>();
  readonly #bySender = new Map<SimPeer, Map<number, Broadcast>>();
  readonly #generations = new Map<SimPeer, number>();

  all(): Iterable<Broadcast> {
    return this.#byText.values();
  }

  get(text: string): Broadcast | undefined {
    return this.#byText.get(text);
  }

  /** The newest that its sender gave the number. */
  by(sender: SimPeer, number: number): Broadcast | undefined {
    return this.#bySender.get(sender)?.get(number);
  }

  /** How often the peer's disk was changed. */
  generation(peer: SimPeer): number {
    return this.#generations.get(peer) ?? 0;
  }

  changed(peer: SimPeer): void {
    this.#generations.set(peer, this.generation(peer) + 1);
    for (const { changedSince } of this.all()) changedSince.add(peer);
  }

  said(
    by: SimPeer,
    said: {
      readonly text: string;
      readonly number: number;
      readonly livesMs: number;
    },
  ): void {
    const { text, number, livesMs } = said;
    const broadcast: Broadcast = {
      ...{ text, by, number, life: by.lives, generation: this.generation(by) },
      expiresAtMs: Math.floor(by.nowMs) + livesMs,
      ...{ durable: false, accepted: false, final: undefined, thinned: false, takenForHad: false },
      ...{ holders: new Set(), shown: new Set(), logged: new Set() },
      ...{ changedSince: new Set(), reached: new Set() },
    };
    this.#byText.set(text, broadcast);
    const numbers = this.#bySender.get(by) ?? new Map<number, Broadcast>();
    this.#bySender.set(by, numbers.set(number, broadcast));
  }
}
