import type { ChatNode } from "./chat-node.ts";

/** Nodes: the programs that are signed in, by their address, by their user and by the id of their guest. */
export class Nodes {
  readonly #byKey = new Map<string, ChatNode>();
  readonly #byAddress = new Map<string, ChatNode>();

  /** Takes the place of the one with the same user before. */
  add(node: ChatNode): void {
    const before = this.#byKey.get(node.key);
    if (before !== undefined) this.remove(before);
    this.#byKey.set(node.key, node);
    this.#byAddress.set(node.address, node);
  }

  /** Nothing happens when it is not among them any more. */
  remove(node: ChatNode): void {
    if (this.#byKey.get(node.key) === node) this.#byKey.delete(node.key);
    if (this.#byAddress.get(node.address) === node) this.#byAddress.delete(node.address);
    node.end();
  }

  at(address: string): ChatNode | undefined {
    return this.#byAddress.get(address);
  }

  of(key: string): ChatNode | undefined {
    return this.#byKey.get(key);
  }

  withMeshId(meshId: bigint): ChatNode | undefined {
    return this.all().find(({ peer }) => peer.id === meshId);
  }

  withId(id: string): ChatNode | undefined {
    return this.all().find((node) => node.id === id);
  }

  all(): readonly ChatNode[] {
    return [...this.#byKey.values()];
  }

  get size(): number {
    return this.#byKey.size;
  }
}
