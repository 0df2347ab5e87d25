/** What one neighbour says of a peer. */
export interface Say {
  readonly id: bigint;
  readonly claimedAtMs: number;
  readonly name: string;
  readonly present: boolean;
  /** Links on the road from this peer to it. */
  readonly hops: number;
}

/**
 * Says: what each neighbour of a leaf says of which peer.
 *
 * Each neighbour is listened to about so many peers: none takes from another what that may say.
 */
export class Says {
  readonly #perTellerMax: number;
  readonly #byNode = new Map<bigint, Map<bigint, Say>>();
  readonly #byTeller = new Map<bigint, Set<bigint>>();

  /** @param perTellerMax peers that one neighbour is listened to about. */
  constructor(perTellerMax: number) {
    this.#perTellerMax = perTellerMax;
  }

  /** What is said of a peer, by the neighbour's node; what was said last stands last. */
  of(node: bigint): ReadonlyMap<bigint, Say> {
    return this.#byNode.get(node) ?? nothing;
  }

  /** Peers of which the neighbour says something. */
  by(teller: bigint): ReadonlySet<bigint> {
    return this.#byTeller.get(teller) ?? nobody;
  }

  /** Whether the neighbour says that the peer is there. */
  isPresent(teller: bigint, node: bigint): boolean {
    return this.of(node).get(teller)?.present === true;
  }

  /** Takes the place of what it said of the peer. @returns whether there was room. */
  put(teller: bigint, node: bigint, say: Say): boolean {
    const spokenFor = this.#byTeller.get(teller) ?? new Set();
    if (spokenFor.size >= this.#perTellerMax && !spokenFor.has(node)) return false;
    this.#byTeller.set(teller, spokenFor.add(node));
    const says = this.#byNode.get(node) ?? new Map<bigint, Say>();
    says.delete(teller);
    this.#byNode.set(node, says.set(teller, say));
    return true;
  }

  /** The neighbour says nothing of the peer any more. @returns whether it did. */
  remove(teller: bigint, node: bigint): boolean {
    const says = this.#byNode.get(node);
    if (says?.delete(teller) !== true) return false;
    if (says.size === 0) this.#byNode.delete(node);
    const spokenFor = this.#byTeller.get(teller);
    spokenFor?.delete(node);
    if (spokenFor?.size === 0) this.#byTeller.delete(teller);
    return true;
  }

  /** Nobody says anything of the peer any more. */
  forget(node: bigint): void {
    for (const teller of [...this.of(node).keys()]) this.remove(teller, node);
  }
}

const nothing: ReadonlyMap<bigint, Say> = new Map();
const nobody: ReadonlySet<bigint> = new Set();
