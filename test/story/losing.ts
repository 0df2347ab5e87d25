import type { Wire, WireHandler } from "../../src/ports/transport.ts";
import type { Network } from "../../src/testing/network.ts";
import { carries, type Cargo } from "./frame-words.ts";

/** A frame that is to be lost when it comes. */
export interface Loss {
  readonly cargo: Cargo;
  /** On which links; undefined for any. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * Losing: makes a network lose chosen frames of links that stand otherwise.
 *
 * An empty frame goes in place of a lost one: peers ignore it, and the wire keeps its pace.
 */
export class Losing {
  readonly #pending: Loss[] = [];
  readonly #lost: (from: string, to: string, frame: Uint8Array) => void;

  /** @param lost told of each frame that is lost. */
  constructor(network: Network, lost: (from: string, to: string, frame: Uint8Array) => void) {
    this.#lost = lost;
    const dial = network.dial.bind(network);
    const listen = network.listen.bind(network);
    network.dial = (from: string, to: string, handler: WireHandler) => this.#lossy(from, dial(from, to, handler));
    network.listen = (name, accept) => listen(name, (wire) => accept(this.#lossy(name, wire)));
  }

  /** The next such frame is lost. */
  next(loss: Loss): void {
    this.#pending.push(loss);
  }

  /** How many frames are still to be lost. */
  get pending(): number {
    return this.#pending.length;
  }

  #lossy(from: string, wire: Wire): Wire {
    return {
      remote: wire.remote,
      write: (frame) => wire.write(this.#isLost(from, wire.remote, frame) ? new Uint8Array() : frame),
      close: () => wire.close(),
    };
  }

  #isLost(from: string, to: string, frame: Uint8Array): boolean {
    const at = this.#pending.findIndex(
      (loss) => (loss.from ?? from) === from && (loss.to ?? to) === to && carries(frame, loss.cargo),
    );
    if (at < 0) return false;
    this.#pending.splice(at, 1);
    this.#lost(from, to, frame);
    return true;
  }
}
