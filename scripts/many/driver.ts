/** A process of many peers, each linked with the hub and with nobody else. Started by scripts/many/drivers.ts. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Peer, PeerOptions } from "../../src/index.ts";
import { root } from "../lib/tree.ts";
import type { DriverNews, DriverOrder } from "./order.ts";

interface Library {
  createPeer(options: PeerOptions): Promise<Peer>;
}

// What is measured is what is shipped.
const library = (await import(pathToFileURL(join(root, "dist/index.js")).href)) as Library;

/** Starts one peer and waits until it sees the hub. */
async function startOne({ hub, leaf }: DriverOrder): Promise<void> {
  const peer = await library.createPeer({ listen: "127.0.0.1:0", store: "memory", peers: [hub], leaf });
  const events = peer.events();
  while (!peer.peers().some(({ neighbour, reachable }) => neighbour && reachable)) await events.next();
  await events.return?.();
}

async function drive(order: DriverOrder): Promise<void> {
  const tell = (news: DriverNews): void => void process.send?.(news);
  for (let linked = 0; linked < order.peers;) {
    const batch = Math.min(order.batch, order.peers - linked);
    await Promise.all(Array.from({ length: batch }, () => startOne(order)));
    linked += batch;
    tell({ linked });
  }
}

process.once("disconnect", () => process.exit());
process.once("message", (order: DriverOrder) => {
  drive(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
