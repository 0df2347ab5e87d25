import { ascending } from "./ascending.ts";

/** What is needed of a link. */
interface Sided {
  readonly neighbour: { readonly node: bigint } | undefined;
  readonly leaf: boolean;
}

/** Neighbours: the links that are up, one for each node, those with a leaf at one end apart from the others. */
export class Neighbours<Link extends Sided> {
  readonly #byNode = new Map<bigint, Link>();
  readonly #full = new Set<Link>();
  readonly #leaves = new Set<Link>();

  get size(): number {
    return this.#byNode.size;
  }

  get(node: bigint): Link | undefined {
    return this.#byNode.get(node);
  }

  all(): IterableIterator<Link> {
    return this.#byNode.values();
  }

  /** Links between two peers neither of which is a leaf. */
  full(): IterableIterator<Link> {
    return this.#full.values();
  }

  leaves(): IterableIterator<Link> {
    return this.#leaves.values();
  }

  /** Ascending. */
  nodes(): readonly bigint[] {
    return [...this.#byNode.keys()].toSorted(ascending);
  }

  /** The link is the one with the node from now on. */
  put(node: bigint, link: Link): void {
    const rival = this.#byNode.get(node);
    if (rival !== undefined) this.drop(rival);
    this.#byNode.set(node, link);
    (link.leaf ? this.#leaves : this.#full).add(link);
  }

  /** @returns whether it was the one with its node. */
  drop(link: Link): boolean {
    const node = link.neighbour?.node;
    if (node === undefined || this.#byNode.get(node) !== link) return false;
    (link.leaf ? this.#leaves : this.#full).delete(link);
    return this.#byNode.delete(node);
  }
}
