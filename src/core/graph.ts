import { ascending } from "./ascending.ts";

/** A node as routes see it: its links are those that both ends state. */
export interface Vertex {
  readonly node: bigint;
  readonly id: bigint;
  /** A small number that no other present vertex has, for indexing arrays. Given anew once the vertex is removed. */
  readonly slot: number;
  readonly links: ReadonlySet<Vertex>;
}

/**
 * Graph: nodes and the links between them, kept as they are stated.
 *
 * Invariants
 * 1. Two vertices are linked when and only when each states the other, so nobody can claim a link the other end denies.
 * 2. A change costs as much as the links that the node states, however large the graph.
 */
export class Graph {
  readonly #vertices = new Map<bigint, Member>();
  readonly #freeSlots: number[] = [];

  /** Upper bound of all slots in use. */
  get slotsMax(): number {
    return this.#vertices.size + this.#freeSlots.length;
  }

  get(node: bigint): Vertex | undefined {
    return this.#vertices.get(node);
  }

  /**
   * What a node says of itself, in place of what it said before. The neighbours are ascending, the node not among them.
   * @returns whether a link came or went, or the id of a node with links is another: roads may be others now.
   */
  state(node: bigint, id: bigint, neighbours: readonly bigint[]): boolean {
    const vertex = this.#vertices.get(node) ?? this.#add(node);
    const stated = vertex.stated;
    const isRenamed = vertex.id !== id;
    vertex.id = id;
    vertex.stated = neighbours;
    let changes = 0;
    for (const other of missing(stated, neighbours)) if (this.#unlink(vertex, other)) changes += 1;
    for (const other of missing(neighbours, stated)) if (this.#link(vertex, other)) changes += 1;
    return changes > 0 || (isRenamed && vertex.links.size > 0);
  }

  /** Forgets what a node said. @returns whether links went with it. */
  remove(node: bigint): boolean {
    const vertex = this.#vertices.get(node);
    if (vertex === undefined) return false;
    for (const other of vertex.links) other.links.delete(vertex);
    this.#vertices.delete(node);
    this.#freeSlots.push(vertex.slot);
    return vertex.links.size > 0;
  }

  /** Each link once, the lower node first. */
  *edges(): Generator<readonly [bigint, bigint]> {
    for (const vertex of this.#vertices.values()) {
      for (const other of vertex.links) {
        if (vertex.node < other.node) yield [vertex.node, other.node];
      }
    }
  }

  #add(node: bigint): Member {
    // Slots are dense: with none free, those in use are exactly 0 to size-1.
    const slot = this.#freeSlots.pop() ?? this.#vertices.size;
    const vertex: Member = { node, slot, id: 0n, stated: [], links: new Set() };
    this.#vertices.set(node, vertex);
    return vertex;
  }

  #link(vertex: Member, neighbour: bigint): boolean {
    const other = this.#vertices.get(neighbour);
    if (other === undefined || !includes(other.stated, vertex.node)) return false; // invariant 1
    vertex.links.add(other);
    other.links.add(vertex);
    return true;
  }

  #unlink(vertex: Member, neighbour: bigint): boolean {
    const other = this.#vertices.get(neighbour);
    if (other === undefined) return false;
    other.links.delete(vertex);
    return vertex.links.delete(other);
  }
}

interface Member extends Vertex {
  id: bigint;
  /** What it states, ascending. */
  stated: readonly bigint[];
  readonly links: Set<Member>;
}

/** What the first list has and the second has not; both ascending. */
function missing(list: readonly bigint[], from: readonly bigint[]): readonly bigint[] {
  const lacking: bigint[] = [];
  let index = 0;
  for (const number of list) {
    let other = from[index];
    while (other !== undefined && other < number) other = from[++index];
    if (other !== number) lacking.push(number);
  }
  return lacking;
}

/** Whether an ascending list has the number. */
function includes(list: readonly bigint[], number: bigint): boolean {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const order = ascending(list[middle] ?? 0n, number);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
