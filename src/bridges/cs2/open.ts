import type { Bridge, BridgeWorld } from "../types.ts";
import { Client } from "./client.ts";
import type { Cs2Options } from "./options.ts";

/**
 * Opens a bridge for the programs of a chat server for exercises: each connection is a guest, with the id it asks for or
 * one that the mesh assigns.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
 */
export async function openCs2Bridge(world: BridgeWorld, { listen }: Cs2Options): Promise<Bridge> {
  const { sockets, limits } = world;
  const clients = new Set<Promise<void>>();
  const claims = new Set<string>();
  let number = 0;
  // A program that has its id may be silent for as long as it likes.
  const listener = await sockets.listen(listen, { ...limits, silenceMs: 0 }, (stream) => {
    number += 1;
    const served = new Client({ world, stream, number, claims }).serve().finally(() => clients.delete(served));
    clients.add(served);
  });
  const close = async (): Promise<void> => {
    await listener.close();
    await Promise.all(clients);
  };
  return { wire: "cs2", listen: listener.address, close };
}
