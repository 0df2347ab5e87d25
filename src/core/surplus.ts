import type { Census } from "./census.ts";
import type { Link, Links } from "./links.ts";
import { pickOne } from "./pick.ts";
import type { Topology } from "./topology.ts";
import type { Entropy } from "./world.ts";

interface Parts {
  readonly links: Links;
  readonly topology: Topology;
  readonly census: Census;
  readonly entropy: Entropy;
  /** Whether no person asked for the link, at neither end. */
  readonly isSpare: (link: Link) => boolean;
}

/** How many links a peer keeps by itself. */
export interface Degree {
  readonly min: number;
  readonly max: number;
}

/**
 * Surplus: which link to do without.
 *
 * Invariants
 * 1. No link that a person asked for, at either end.
 * 2. None without which, as far as this peer knows, there would be no road to the neighbour.
 */
export class Surplus {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** The link with the neighbour that has the most; undefined when none may be given up. */
  choose(): Link | undefined {
    const { census, entropy } = this.#parts;
    const links = this.#givable();
    const most = Math.max(...links.map((link) => census.linksOf(nodeOf(link))));
    return pickOne(
      links.filter((link) => census.linksOf(nodeOf(link)) === most),
      entropy,
    );
  }

  /**
   * Whether the mesh is better off when this peer links with that one and gives up a link for it: the neighbour it gives up
   * has enough others, or at least more than the newcomer, or finds another that wants for one. Otherwise the want would
   * only change places, for ever.
   */
  isWorth(newcomer: bigint, { min }: Degree): boolean {
    const { census, topology } = this.#parts;
    const inWant = census.peers.filter(({ record, links }) => links < min && record.node !== newcomer);
    return this.#givable().some((link) => {
      const node = nodeOf(link);
      const links = census.linksOf(node);
      if (links > min || links > census.linksOf(newcomer) + 1) return true;
      const linked = topology.get(node)?.neighbours ?? [];
      return inWant.some(({ record }) => record.node !== node && !linked.includes(record.node));
    });
  }

  #givable(): readonly Link[] {
    const { links, census, isSpare } = this.#parts;
    return [...links.full()].filter((link) => isSpare(link) && census.detours.has(nodeOf(link)));
  }
}

function nodeOf({ neighbour }: Link): bigint {
  return neighbour?.node ?? 0n;
}
