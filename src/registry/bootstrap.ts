import { E3Error } from "../core/error.ts";
import type { StoredNeighbour } from "../ports/session-store.ts";
import { serialOf } from "./credential-claim.ts";

/** Whom to bring into the mesh. */
export interface Guest {
  readonly id: bigint;
  /** host:port */
  readonly addresses: readonly string[];
  /** A SignedCredential, encoded; empty, or left out, when there is none. */
  readonly credential?: Uint8Array;
}

/** What a peer is to a bootstrap. */
export interface BootstrapPeer {
  readonly id: bigint;
  peers(): readonly (Guest & { readonly reachable: boolean })[];
  connect(address: string): void;
  disconnect(address: string): void;
}

interface Led extends Guest {
  /** When it was dialled, or seen in the mesh last. */
  seenMs: number;
  isIn: boolean;
}

/**
 * Bootstrap: brings newcomers into the mesh by linking with them.
 *
 *     taken ── dialled ──► in the mesh ── out of reach for keepMs ──► dropped
 *                 └── not in the mesh within dialMs ───────────────► dropped
 *
 * Whoever came in is dialled again while it is away for a while: so it finds its way back also without a registry.
 *
 * Who came in under another id than its own, since somebody else holds that one still, is known by its address. And who
 * signed in elsewhere is not in because the peer that it was before still is: of the credentials for one id the newer counts.
 *
 * Invariants
 * 1. Nobody is dialled for ever: what was dialled here is dropped in the end, unless the user listed it.
 * 2. No more than guestsMax are led at a time; a registry hands the others to somebody else.
 */
export class Bootstrap {
  readonly #peer: BootstrapPeer;
  readonly #listed: ReadonlySet<string>;
  readonly #guests = new Map<bigint, Led>();
  #done: bigint[] = [];

  /** @param listed addresses that the peer's user listed: they stay dialled. */
  constructor(peer: BootstrapPeer, listed: Iterable<string> = []) {
    this.#peer = peer;
    this.#listed = new Set(listed);
  }

  /** Whether more can be taken. */
  get hasRoom(): boolean {
    return this.#guests.size < guestsMax;
  }

  /** Takes newcomers, or one again that did not get in. */
  take(guests: readonly Guest[], nowMs: number): void {
    const isIn = this.#insiders();
    for (const { id, addresses, credential = nothing } of guests) {
      if (id === this.#peer.id) continue;
      if (isIn({ id, addresses, credential })) this.#done.push(id);
      else if (this.#guests.has(id) || this.hasRoom) this.#lead({ id, addresses, credential }, false, nowMs); // invariant 2
    }
  }

  /** Takes those who were in the mesh with this peer before: they are dialled for as long as others who are away. */
  recall(neighbours: readonly StoredNeighbour[], nowMs: number): void {
    for (const { id, address } of neighbours)
      if (id !== this.#peer.id && this.hasRoom) this.#lead({ id, addresses: [address] }, true, nowMs);
  }

  /** Sees what became of them. @returns those who came into the mesh since the last look. */
  look(nowMs: number): readonly bigint[] {
    const isIn = this.#insiders();
    for (const guest of this.#guests.values()) {
      if (isIn(guest)) {
        if (!guest.isIn) this.#done.push(guest.id);
        Object.assign(guest, { isIn: true, seenMs: nowMs });
      } else if (nowMs - guest.seenMs >= (guest.isIn ? keepMs : dialMs)) this.#drop(guest); // invariant 1
    }
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #lead({ id, addresses, credential = nothing }: Guest, isIn: boolean, nowMs: number): void {
    const dialled = addresses.slice(0, addressesMax).filter((address) => this.#try(() => this.#peer.connect(address)));
    if (dialled.length === 0) return;
    this.#guests.set(id, { id, credential, addresses: dialled, seenMs: nowMs, isIn });
  }

  #drop({ id, addresses }: Guest): void {
    this.#guests.delete(id);
    for (const address of addresses) if (!this.#listed.has(address)) this.#try(() => this.#peer.disconnect(address));
  }

  /** Tells who is in the mesh now. To drop one of them would end its link. */
  #insiders(): (guest: Guest) => boolean {
    let known: Insiders | undefined;
    return ({ id, addresses, credential }) => {
      // Mostly nobody is led, and there may be thousands of peers.
      known ??= insidersOf(this.#present());
      const { ids, places } = known;
      const found = ids.get(id);
      const isNewer = (serialOf(credential ?? nothing) ?? 0n) > (serialOf(found?.credential ?? nothing) ?? 0n);
      return (found !== undefined && !isNewer) || addresses.some((address) => places.has(address));
    };
  }

  #present(): ReturnType<BootstrapPeer["peers"]> {
    return this.#peer.peers().filter(({ reachable }) => reachable);
  }

  /** An address that is this peer's own, say, is no reason to give up on the others. */
  #try(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      if (error instanceof E3Error) return false;
      throw error;
    }
  }
}

interface Insiders {
  readonly ids: ReadonlyMap<bigint, Guest>;
  readonly places: ReadonlySet<string>;
}

function insidersOf(present: readonly Guest[]): Insiders {
  const ids = new Map(present.map((peer) => [peer.id, peer]));
  return { ids, places: new Set(present.flatMap(({ addresses }) => addresses)) };
}

const nothing = new Uint8Array();
/** Time for a newcomer to come in, milliseconds: what two slow dials take. */
const dialMs = 20_000;
/** How long somebody who came in is dialled once out of reach, milliseconds: as long as its id is kept for it. */
const keepMs = 200_000;
const guestsMax = 64;
/** Addresses of one newcomer that are dialled. */
const addressesMax = 4;
