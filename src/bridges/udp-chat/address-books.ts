import type { ChatNode } from "./chat-node.ts";
import type { Nodes } from "./nodes.ts";

/** Where a node has another one: at its own address, or at the front that the bridge has for it. */
type Place = "own" | "front";

/**
 * AddressBooks: where each node has the others, which nobody says on this wire. A node may know another one by the clock of a
 * third alone, and then what it says to all does not go there.
 *
 * It follows from what the bridge does and sees: who is told to fetch whom, for then all is told that the one knows; that who
 * was told of others says to them that it is there; and that who hears from one it has not yet, keeps where that came from.
 */
export class AddressBooks {
  readonly #nodes: Pick<Nodes, "all">;
  readonly #books = new WeakMap<ChatNode, Map<string, Place>>();

  constructor(nodes: Pick<Nodes, "all">) {
    this.#nodes = nodes;
  }

  /** Whether a node sends what it says to all to another one itself. */
  reaches(node: ChatNode, other: ChatNode): boolean {
    const place = this.#of(node).get(other.id);
    if (place !== undefined) return place === "own";
    // Of programs that were here before the bridge was, nobody saw how they met.
    return !node.wasAsked && !other.wasAsked && node.hasNamed(other.id);
  }

  /** A program signs in again, where it was before. */
  inherit(node: ChatNode, before: ChatNode): void {
    this.#books.set(node, this.#of(before));
  }

  /** A node has fetched a newcomer: it tells it of all that it knows, and of itself. */
  fetched(by: ChatNode, newcomerId: string): void {
    const others = this.#nodes.all();
    const newcomer = others.find(({ id }) => id === newcomerId);
    if (newcomer === undefined) return;
    const known = new Map(this.#of(by));
    for (const other of others) if (this.reaches(by, other)) known.set(other.id, "own");
    this.#learn(newcomer, known.set(by.id, "own"));
  }

  /** The bridge tells a node where others are. */
  told(node: ChatNode, ids: Iterable<string>): void {
    this.#learn(node, new Map([...ids].map((id) => [id, "own"])));
  }

  /** A node is shown by the bridge what another one said to all. */
  shown(node: ChatNode, from: string): void {
    this.#meet(node, from, "front");
  }

  /** A node says something to all. */
  spoke(node: ChatNode): void {
    for (const other of this.#nodes.all())
      if (other !== node && this.reaches(node, other)) this.#meet(other, node.id, "own");
  }

  #learn(node: ChatNode, places: ReadonlyMap<string, Place>): void {
    for (const [id, place] of places) if (id !== node.id) this.#put(node, id, place);
    this.spoke(node);
  }

  /** Whom it has already it has where it had it. */
  #meet(node: ChatNode, id: string, place: Place): void {
    if (!this.#of(node).has(id)) this.#put(node, id, place);
  }

  #put(node: ChatNode, id: string, place: Place): void {
    const book = this.#of(node);
    if (book.size < entriesMax || book.has(id)) book.set(id, place);
  }

  #of(node: ChatNode): Map<string, Place> {
    const known = this.#books.get(node);
    if (known !== undefined) return known;
    const book = new Map<string, Place>();
    this.#books.set(node, book);
    return book;
  }
}

const entriesMax = 4_096;
