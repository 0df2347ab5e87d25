import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WhereaboutsSchema } from "../gen/e3/v1/link_pb.ts";
import { DigestSum } from "./advert-digest.ts";
import type { Effects } from "./effects.ts";
import { toldLine } from "./leaf-line.ts";
import { Watches } from "./leaf-watches.ts";
import type { Limits } from "./limits.ts";
import type { Link, Links } from "./links.ts";
import type { Topology } from "./topology.ts";

/** What a leaf desk, or hearsay, is made of. */
export interface LeafDeskParts {
  readonly self: bigint;
  readonly topology: Topology;
  readonly links: Links;
  readonly limits: Limits;
  readonly effects: Effects;
}

/** Somebody about whom something may have changed. */
interface Subject {
  readonly node: bigint;
  readonly id: bigint;
}

/**
 * Leaf desk: tells the leaves of this peer where other peers are, since they have no topology of their own.
 *
 *     link up ─────────────────► who this peer is
 *     a question ──────────────► where those are, and again whenever that changes
 *     mail from a stranger ────► who that is, before the mail: its receipt goes there
 *     a claim on a leaf's id ──► whose it is
 *     a sum that differs ──────► all of that again: something was lost on the way
 *
 * Invariants
 * 1. A leaf is told of nobody else, so that what it costs does not grow with the mesh.
 * 2. All that claim an id are told of together, so that a leaf comes to the same holder as everybody else (claim.ts).
 * 3. Whoever it told of it tells of again when that changes, or tells that it will not any more: a leaf never takes an
 *    old answer for a standing one.
 */
export class LeafDesk {
  readonly #parts: LeafDeskParts;
  readonly #ids: Watches;
  readonly #nodes: Watches;

  constructor(parts: LeafDeskParts) {
    this.#parts = parts;
    this.#ids = new Watches(parts.limits.watchesMax);
    this.#nodes = new Watches(parts.limits.watchesMax);
  }

  /** A link with a leaf came up. */
  greet(link: Link): void {
    // Nothing to tell before this peer has stated itself; restated follows.
    if (this.#parts.topology.get(this.#parts.self) !== undefined) this.#tell(link, [this.#parts.self]);
  }

  /** This peer has stated itself under another id than before. */
  restated(): void {
    for (const link of this.#parts.links.leaves()) this.#tell(link, [this.#parts.self]);
  }

  /** A leaf asks. */
  asked(link: Link, ids: readonly bigint[], nodes: readonly bigint[]): void {
    const { watchesMax } = this.#parts.limits;
    const told = new Set(nodes.slice(0, watchesMax));
    const unheld: bigint[] = [];
    for (const id of ids.slice(0, watchesMax)) {
      this.#ids.add(link, id);
      const claimants = this.#parts.topology.claimantsOf(id);
      for (const { node } of claimants) told.add(node);
      if (claimants.length === 0) unheld.push(id);
    }
    this.#tell(link, told, unheld);
  }

  /** Mail from this id is about to be passed on to a leaf. */
  introduce(link: Link, id: bigint): void {
    if (this.#ids.has(link, id)) return;
    this.#ids.add(link, id);
    this.#tell(
      link,
      this.#parts.topology.claimantsOf(id).map(({ node }) => node),
    );
  }

  /** Something changed about these peers: who is there, under which id. */
  noticed(subjects: Iterable<Subject>): void {
    const { topology, links } = this.#parts;
    const news = new Map<Link, Set<bigint>>();
    for (const { id, node } of subjects) {
      const claimants = topology.claimantsOf(id);
      const told = [node, ...claimants.map((claimant) => claimant.node)];
      const concerned = new Set([...this.#ids.of(id), ...this.#nodes.of(node)]);
      // Of several claimants those that are leaves here know of each other (invariant 2).
      for (const claimant of claimants.length > 1 ? claimants : []) {
        const link = links.withNode(claimant.node);
        if (link?.leaf === true) concerned.add(link);
      }
      for (const link of concerned) {
        const nodes = news.get(link) ?? new Set();
        news.set(link, nodes);
        for (const each of told) nodes.add(each);
      }
    }
    for (const [link, nodes] of news) this.#tell(link, nodes);
  }

  /** A leaf says what it knows comes to: what it was told, and its own advert. */
  compared(link: Link, summary: bigint): void {
    const { topology } = this.#parts;
    const sum = new DigestSum();
    const own = topology.get(link.neighbour?.node ?? 0n);
    if (own !== undefined) sum.add(own);
    const told = [this.#parts.self, ...this.#nodes.watchedBy(link)];
    for (const node of told) {
      const record = topology.get(node);
      if (record === undefined || record.left) continue;
      sum.add(toldLine({ ...record, present: topology.isReachable(node) }));
    }
    if (sum.value === summary) return;
    const peers = told.map((node) => this.#whereabouts(node));
    this.#parts.effects.frame(link.number, { case: "answer", value: { peers, whole: true } });
  }

  /** A link with a leaf is down. */
  closed(link: Link): void {
    this.#ids.drop(link);
    this.#nodes.drop(link);
  }

  #tell(link: Link, nodes: Iterable<bigint>, unheld: readonly bigint[] = []): void {
    const peers: Whereabouts[] = unheld.map((id) => ({ id }));
    for (const node of nodes) {
      // A leaf knows best of itself.
      if (node === link.neighbour?.node) continue;
      peers.push(this.#whereabouts(node));
      if (node === this.#parts.self) continue;
      const dropped = this.#nodes.add(link, node);
      if (dropped !== undefined) peers.unshift({ node: dropped }); // invariant 3
    }
    if (peers.length > 0) this.#parts.effects.frame(link.number, { case: "answer", value: { peers } });
  }

  #whereabouts(node: bigint): Whereabouts {
    const { topology } = this.#parts;
    const record = topology.get(node);
    if (record === undefined || record.left) return { node };
    const hops = topology.routes.hops(node);
    const { id, claimedAtMs, name } = record;
    return { id, node, present: hops !== undefined, claimedAtMs: BigInt(claimedAtMs), name, hops: hops ?? 0 };
  }
}

type Whereabouts = MessageInitShape<typeof WhereaboutsSchema>;
