import type { ChatNode } from "./chat-node.ts";
import type { DictClock } from "./datagram.ts";

/**
 * A clock of what a peer says to all, as one node is told it: the peer first, then the node itself, without which it would
 * not count on, and then the others, as many as there is room for.
 *
 * Left out is whoever the node does not know: it takes all ids of a clock into its own, which it sends with all that it
 * says, and other nodes cannot read a datagram that is too long.
 */
export function clockFor(node: ChatNode, from: string, stated: DictClock): DictClock {
  const clock = new Map([
    [from, stated.get(from) ?? 0],
    [node.id, stated.get(node.id) ?? 0],
  ]);
  for (const [id, counter] of stated) if (!clock.has(id) && node.hasNamed(id)) clock.set(id, counter);
  return clock;
}
