import type { ChatNode } from "./chat-node.ts";
import type { DictClock } from "./datagram.ts";
import type { Nodes } from "./nodes.ts";

/**
 * A clock of what a peer says to all, as one node is told it: the peer first, then the node itself, without which it would
 * not count on, and then the others, as many as there is room for.
 *
 * Left out are nodes of this bridge that the node has not named itself: what it names is what it reaches by itself, and what
 * it says is then not shown to those through the mesh.
 */
export function clockFor(node: ChatNode, from: string, stated: DictClock, nodes: Nodes): DictClock {
  const clock = new Map([
    [from, stated.get(from) ?? 0],
    [node.id, stated.get(node.id) ?? 0],
  ]);
  for (const [id, counter] of stated) {
    const isStranger = nodes.withId(id) !== undefined && !node.hasNamed(id);
    if (!clock.has(id) && !isStranger) clock.set(id, counter);
  }
  return clock;
}
