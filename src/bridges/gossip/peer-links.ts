import type { ByteStream } from "../../ports/sockets.ts";

/** A connection with an original peer, whoever dialled. */
export interface PeerLink {
  readonly number: number;
  readonly stream: ByteStream;
  /** Where the peer listens; undefined until it says so. */
  address: string | undefined;
  /** It has said something. */
  hasSpoken: boolean;
}

/**
 * Peer links: connections with original peers, and to which of them announcements are sent: one for each peer, and no more
 * than the degree allows. Those that dial beyond it wait in line.
 */
export class PeerLinks {
  readonly #max: number;
  readonly #links = new Map<number, PeerLink>();
  #chosen: readonly PeerLink[] = [];
  #lastNumber = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(stream: ByteStream, address: string | undefined): PeerLink {
    const link = { number: (this.#lastNumber += 1), stream, address, hasSpoken: false };
    this.#links.set(link.number, link);
    this.#choose();
    return link;
  }

  /** The peer says where it listens. The first time counts. */
  name(link: PeerLink, address: string): void {
    link.address ??= address;
    this.#choose();
  }

  delete(link: PeerLink): void {
    this.#links.delete(link.number);
    this.#choose();
  }

  /** Those that announcements are sent to, the oldest first. */
  get chosen(): readonly PeerLink[] {
    return this.#chosen;
  }

  get all(): readonly PeerLink[] {
    return [...this.#links.values()];
  }

  /** Whether there is a link with the peer that listens there. */
  has(address: string): boolean {
    return this.all.some((link) => link.address === address);
  }

  /** The older connection of two with one peer stays: who claims the address of another takes nothing from it. */
  #choose(): void {
    const taken = new Set<string>();
    const chosen: PeerLink[] = [];
    for (const link of this.#links.values()) {
      if (chosen.length >= this.#max) break;
      if (link.address !== undefined && taken.has(link.address)) continue;
      if (link.address !== undefined) taken.add(link.address);
      chosen.push(link);
    }
    this.#chosen = chosen;
  }
}
