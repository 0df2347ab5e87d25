import { openPeerState, startPeer, type PeerState } from "../../src/compose.ts";
import type { Message, Peer } from "../../src/peer/types.ts";
import type { Pulse } from "./pulse.ts";

/** What a bystander tells. */
export interface Hearing {
  readonly message?: (message: Message) => void;
  readonly status?: (to: bigint, number: bigint, status: string) => void;
}

/** How a bystander differs from others. */
export interface Nature {
  /** Whether it keeps mail for others. Default true. */
  readonly custody?: boolean;
  /** Its key and store. Default new ones, in memory. */
  readonly state?: PeerState;
}

/** A peer in this process that is never harmed: it remembers for the others. */
export class Bystander {
  readonly peer: Peer;
  readonly #pulse: Pulse;

  private constructor(peer: Peer, pulse: Pulse, hearing: Hearing) {
    this.peer = peer;
    this.#pulse = pulse;
    void this.#readMessages(hearing);
    void this.#readEvents(hearing);
  }

  static async open(id: bigint, pulse: Pulse, hearing: Hearing, nature: Nature = {}): Promise<Bystander> {
    const options = { listen: "127.0.0.1:0", store: "memory", desiredId: id, custody: nature.custody ?? true } as const;
    const state = nature.state ?? (await openPeerState(options));
    return new Bystander(await startPeer(options, state), pulse, hearing);
  }

  /** Whether a peer can be reached. */
  sees(id: bigint): boolean {
    return this.peer.peers().some((known) => known.id === id && known.reachable);
  }

  /** Dials the address at once, whatever it waited for before. */
  reconnect(address: string): void {
    this.part(address);
    this.peer.connect(address);
  }

  /** Ends the link with the address, and dials it no more. */
  part(address: string): void {
    try {
      this.peer.disconnect(address);
    } catch {
      // It was not linked.
    }
  }

  async #readMessages({ message }: Hearing): Promise<void> {
    for await (const received of this.peer.messages()) {
      message?.(received);
      this.#pulse.beat();
    }
  }

  async #readEvents({ status }: Hearing): Promise<void> {
    for await (const event of this.peer.events()) {
      if (event.kind === "status" && event.to !== "everyone") status?.(event.to, event.number, event.status);
      this.#pulse.beat();
    }
  }
}
