import { isLoopback } from "../../core/address.ts";
import type { Bridge, BridgeWorld } from "../types.ts";
import { Windows } from "../windows.ts";
import { Connection } from "./connection.ts";
import { readHello } from "./datagram.ts";
import type { Office } from "./office.ts";
import type { RegistryChatOptions } from "./options.ts";
import { openPrivateWindow } from "./private-window.ts";
import { Rooms } from "./rooms.ts";
import { Roster } from "./roster.ts";

/** A registry that runs. */
export interface RegistryChatBridge extends Bridge {
  /** Where programs say that they are still there, host:port, UDP. */
  readonly udp: string;
}

/**
 * Opens a registry for programs of this wire. Their users have no passwords, so that only programs on this machine are let in.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable"; nothing is left open then.
 */
export async function openRegistryChatBridge(
  world: BridgeWorld,
  options: RegistryChatOptions,
): Promise<RegistryChatBridge> {
  const roster = new Roster(world.host);
  const rooms = new Rooms(world.notebook);
  const windows = new Windows({
    notebook: world.notebook,
    limits: world.limits,
    open: (address, id) => openPrivateWindow(address, id, { world, roster, rooms }),
  });
  const office: Office = { world, roster, rooms, windows };
  const connections = new Set<Connection>();
  const running = new Set<Promise<void>>();
  const { streamsMax, unsentBytesMax } = world.limits;
  const listener = await world.sockets.listen(
    options.listen,
    { streamsMax, silenceMs: 0, unsentBytesMax },
    (stream) => {
      if (!stream.isLoopback) return stream.destroy();
      const connection = new Connection(stream, office, options.presenceMs);
      connections.add(connection);
      const run = connection.run().finally(() => {
        connections.delete(connection);
        running.delete(run);
      });
      running.add(run);
    },
  );
  const hear = (datagram: Uint8Array, from: string): void => {
    const hello = readHello(datagram);
    if (!isLoopback(from) || "code" in hello) return;
    for (const connection of connections) if (connection.client?.name === hello.name) connection.stir();
  };
  const datagrams = await world.sockets.bindDatagrams(options.udp, hear).catch(async (error: unknown) => {
    await listener.close();
    throw error;
  });
  world.log.info("programs say here that they are still there", { udp: datagrams.address });
  return {
    wire: "registry-chat",
    listen: listener.address,
    udp: datagrams.address,
    async close() {
      for (const connection of connections) connection.drop();
      await Promise.all([listener.close(), datagrams.close(), windows.close()]);
      await Promise.all(running);
    },
  };
}
