import type { Effect } from "../../src/core/effect.ts";
import type { CoreEvent } from "../../src/core/event.ts";
import type { Observer } from "./observer.ts";
import type { SimPeer } from "./sim-peer.ts";
import { newsIn } from "../world/statuses.ts";

/** How much happened in a run. */
export interface Figures {
  /** Messages that a core took. */
  readonly sends: number;
  readonly accepted: number;
  readonly delivered: number;
  readonly expired: number;
  /** Events that cores were fed. */
  readonly events: number;
  readonly frames: number;
  readonly starts: number;
  /** What was done to the world, and taken back. */
  readonly faults: number;
  readonly simulatedMs: number;
}

/** Tally: counts what happens in a world. */
export class Tally implements Observer {
  #sends = 0;
  #events = 0;
  #frames = 0;
  #starts = 0;
  #faults = 0;
  /** What was told of each send: a peer may tell it again after a restart. */
  readonly #told = { accepted: new Set<string>(), delivered: new Set<string>(), expired: new Set<string>() };

  figures(simulatedMs: number): Figures {
    const { accepted, delivered, expired } = this.#told;
    return {
      sends: this.#sends,
      accepted: accepted.size,
      delivered: delivered.size,
      expired: expired.size,
      events: this.#events,
      frames: this.#frames,
      starts: this.#starts,
      faults: this.#faults,
      simulatedMs,
    };
  }

  started(): void {
    this.#starts += 1;
  }

  submitted(): void {
    this.#sends += 1;
  }

  idled(): void {
    this.#events += 1;
  }

  stepped(peer: SimPeer, _event: CoreEvent, effects: readonly Effect[]): void {
    this.#events += 1;
    for (const effect of effects) {
      if (effect.kind !== "status") continue;
      for (const { status, conversation, number } of newsIn(effect))
        if (status === "accepted" || status === "delivered" || status === "expired")
          this.#told[status].add(`${peer.name}/${conversation}/${number}`);
    }
  }

  pinged(): void {
    this.#frames += 1;
  }

  frame(): void {
    this.#frames += 1;
  }

  fault(): void {
    this.#faults += 1;
  }
}
