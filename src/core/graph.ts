import { ascending } from "./ascending.ts";
import { Ties } from "./ties.ts";

/** A node as routes see it: its links are those that both ends state. */
export interface Vertex {
  readonly node: bigint;
  readonly id: bigint;
  /** A small number that no other present vertex has, for indexing arrays. Given anew once the vertex is removed. */
  readonly slot: number;
  /** Roads end here, and lead nowhere else. */
  readonly leaf: boolean;
  /** Ascending by id, then node: the order in which roads prefer them. */
  readonly links: readonly Vertex[];
}

/** What a node says of itself. */
export interface Statement {
  readonly node: bigint;
  readonly id: bigint;
  /** Ascending, the node itself not among them. */
  readonly neighbours: readonly bigint[];
  readonly leaf: boolean;
}

/** What roads may lead over, for whoever looks at all of it. */
export interface Ways {
  /** By slot; undefined where nobody has it. This very array for as long as nobody comes or goes, and never changed. */
  readonly vertices: readonly (Vertex | undefined)[];
  /** By slot: the slots of its links in their order, without leaves. Good until the next change. */
  readonly ties: Pick<Ties, "blocks" | "starts" | "counts">;
}

/**
 * Graph: nodes and the links between them, kept as they are stated.
 *
 * Invariants
 * 1. Two vertices are linked when and only when each states the other, so nobody can claim a link the other end denies.
 * 2. A change costs as much as the links that the node states, and a search among those of the other ends, however large the
 *    graph.
 */
export class Graph {
  readonly #vertices = new Map<bigint, Member>();
  readonly #freeSlots: number[] = [];
  #moved = new Set<bigint>();
  #bySlot: (Member | undefined)[] = [];
  /** Somebody else holds that array: it is not to be changed any more. */
  #isShared = false;
  readonly #ties = new Ties();
  /** Those whose ties are to be written anew before they are read: a burst of changes writes each once. */
  readonly #touched = new Set<Member>();

  /** Upper bound of all slots in use. */
  get slotsMax(): number {
    return this.#bySlot.length;
  }

  /** Costs what changed since the last call. */
  get ways(): Ways {
    for (const vertex of this.#touched) {
      if (this.#bySlot[vertex.slot] !== vertex) continue;
      const others: number[] = [];
      for (const { leaf, slot } of vertex.links) if (!leaf) others.push(slot);
      this.#ties.set(vertex.slot, others);
    }
    this.#touched.clear();
    this.#isShared = true;
    return { vertices: this.#bySlot, ties: this.#ties };
  }

  get(node: bigint): Vertex | undefined {
    return this.#vertices.get(node);
  }

  /**
   * What a node says of itself, in place of what it said before.
   * @returns whether roads may be others now: a link came or went, or the id of a node with links is another. Links with
   * leaves do not count, since no road but their own leads over them: see takeMoved.
   */
  state({ node, id, neighbours, leaf }: Statement): boolean {
    const vertex = this.#vertices.get(node) ?? this.#add(node, leaf);
    const { stated } = vertex;
    const isAnother = vertex.leaf !== leaf || (vertex.id !== id && !leaf);
    if (isAnother) this.#touchAll(vertex.links);
    if (vertex.id !== id) rename(vertex, id);
    vertex.leaf = leaf;
    vertex.stated = neighbours;
    let changes = isAnother ? vertex.links.length : 0;
    for (const other of missing(stated, neighbours)) if (this.#unlink(vertex, other)) changes += 1;
    for (const other of missing(neighbours, stated)) if (this.#link(vertex, other)) changes += 1;
    return changes > 0;
  }

  /** Leaves whose links came or went since the last call. */
  takeMoved(): Iterable<bigint> {
    if (this.#moved.size === 0) return none;
    const moved = this.#moved;
    this.#moved = new Set();
    return moved;
  }

  /** Forgets what a node said. @returns whether roads may be others now. */
  remove(node: bigint): boolean {
    const vertex = this.#vertices.get(node);
    if (vertex === undefined) return false;
    for (const other of vertex.links) withdraw(other.links, vertex);
    if (!vertex.leaf) this.#touchAll(vertex.links);
    this.#vertices.delete(node);
    this.#seat(vertex.slot, undefined);
    this.#freeSlots.push(vertex.slot);
    return vertex.links.length > 0 && !vertex.leaf;
  }

  /** Each link once, the lower node first. */
  *edges(): Generator<readonly [bigint, bigint]> {
    for (const vertex of this.#vertices.values()) {
      for (const other of vertex.links) {
        if (vertex.node < other.node) yield [vertex.node, other.node];
      }
    }
  }

  #add(node: bigint, leaf: boolean): Member {
    // Slots are dense: with none free, those in use are exactly 0 to size-1.
    const slot = this.#freeSlots.pop() ?? this.#vertices.size;
    const vertex: Member = { node, slot, id: 0n, leaf, stated: [], links: [] };
    this.#vertices.set(node, vertex);
    this.#seat(slot, vertex);
    // Its slot may have been another's.
    this.#touched.add(vertex);
    return vertex;
  }

  #seat(slot: number, vertex: Member | undefined): void {
    if (this.#isShared) this.#bySlot = this.#bySlot.slice();
    this.#isShared = false;
    this.#bySlot[slot] = vertex;
  }

  /** @returns whether there is a link now that roads may lead over. */
  #link(vertex: Member, neighbour: bigint): boolean {
    const other = this.#vertices.get(neighbour);
    if (other === undefined || !includes(other.stated, vertex.node)) return false; // invariant 1
    insert(vertex.links, other);
    insert(other.links, vertex);
    this.#touchEnds(vertex, other);
    return !this.#isLeafLink(vertex, other);
  }

  /** @returns whether there was a link that roads may have led over. */
  #unlink(vertex: Member, neighbour: bigint): boolean {
    const other = this.#vertices.get(neighbour);
    if (other === undefined) return false;
    withdraw(other.links, vertex);
    if (!withdraw(vertex.links, other)) return false;
    this.#touchEnds(vertex, other);
    return !this.#isLeafLink(vertex, other);
  }

  /** A leaf is in nobody's ties. */
  #touchEnds(a: Member, b: Member): void {
    if (!b.leaf) this.#touched.add(a);
    if (!a.leaf) this.#touched.add(b);
  }

  #touchAll(members: readonly Member[]): void {
    for (const member of members) this.#touched.add(member);
  }

  #isLeafLink(a: Member, b: Member): boolean {
    for (const end of [a, b]) if (end.leaf) this.#moved.add(end.node);
    return a.leaf || b.leaf;
  }
}

interface Member extends Vertex {
  id: bigint;
  leaf: boolean;
  /** What it states, ascending. */
  stated: readonly bigint[];
  readonly links: Member[];
}

const none: readonly bigint[] = [];

/** Where in the links the vertex is, or would be. */
function placeOf(links: readonly Vertex[], { id, node }: Vertex): number {
  let [low, high] = [0, links.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = links[middle];
    const isBelow = other !== undefined && (ascending(other.id, id) || ascending(other.node, node)) < 0;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(links: Member[], vertex: Member): void {
  const at = placeOf(links, vertex);
  if (links[at] !== vertex) links.splice(at, 0, vertex);
}

/** @returns whether it was there. */
function withdraw(links: Member[], vertex: Member): boolean {
  const at = placeOf(links, vertex);
  if (links[at] !== vertex) return false;
  links.splice(at, 1);
  return true;
}

/** Its place among the links of others is another then. */
function rename(vertex: Member, id: bigint): void {
  for (const other of vertex.links) withdraw(other.links, vertex);
  vertex.id = id;
  for (const other of vertex.links) insert(other.links, vertex);
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
