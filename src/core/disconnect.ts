import { GoodbyeReason } from "../gen/e3/v1/link_pb.ts";
import type { Dialer } from "./dialer.ts";
import { E3Error } from "./error.ts";
import type { Links } from "./links.ts";
import type { Partings } from "./partings.ts";
import type { Topology } from "./topology.ts";
import type { Upkeep } from "./upkeep.ts";

interface Parts {
  readonly links: Links;
  readonly dialer: Dialer;
  readonly topology: Topology;
  readonly partings: Partings;
  readonly upkeep: Upkeep;
}

/**
 * Ends what there is with a peer or at an address, because a person says so: the link, and its being dialled.
 * @throws E3Error "unknown-peer" when there is neither a link nor a dialled address of that name.
 */
export function disconnect(parts: Parts, target: bigint | string, nowMs: number): void {
  const { links, dialer, topology, partings, upkeep } = parts;
  const node = typeof target === "bigint" ? topology.holderOf(target)?.node : nodeAt(target, links, topology);
  const known = typeof target === "string" && dialer.remove(target);
  for (const dial of links.all())
    if (dial.address === target && dial.state === "greeting") partings.end(dial, goodbye, nowMs);
  const link = node === undefined ? undefined : links.withNode(node);
  if (node !== undefined) dialer.removeNode(node);
  if (link !== undefined) {
    upkeep.shun(link);
    return partings.end(link, goodbye, nowMs);
  }
  if (!known) throw new E3Error("unknown-peer", `there is no link with ${target}, and it is not being dialled`);
}

/** The neighbour at an address: where it was dialled, where its wire comes from, or where it says that it listens. */
function nodeAt(address: string, links: Links, topology: Topology): bigint | undefined {
  for (const link of links.up()) {
    if (link.address === address || link.remote === address) return link.neighbour?.node;
    const node = link.neighbour?.node;
    if (node !== undefined && topology.get(node)?.addresses.includes(address) === true) return node;
  }
  return undefined;
}

const goodbye = { reason: GoodbyeReason.DISCONNECTED, message: "disconnected by hand" };
