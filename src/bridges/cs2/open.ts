import type { Bridge, BridgeWorld } from "../types.ts";
import { Client } from "./client.ts";
import type { Cs2Options } from "./options.ts";

/**
 * Opens a bridge for the programs of a chat server for exercises: each connection is a guest, with the id it asks for or
 * one that the mesh assigns.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
 */
export async function openCs2Bridge(world: BridgeWorld, options: Cs2Options): Promise<Bridge> {
  const { sockets, limits } = world;
  const clients = new Map<Client, Promise<void>>();
  const claims = new Map<string, Client>();
  let number = 0;
  // A program that has its id may be silent for as long as it likes.
  const listener = await sockets.listen(options.listen, { ...limits, silenceMs: 0 }, (stream) => {
    number += 1;
    const client = new Client({ world, options, stream, number, claims });
    const served = client.serve().finally(() => clients.delete(client));
    clients.set(client, served);
  });
  const close = async (): Promise<void> => {
    await listener.close();
    for (const client of clients.keys()) client.hurry();
    await Promise.all(clients.values());
  };
  return { wire: "cs2", listen: listener.address, close };
}
