import type { Bridge, BridgeWorld } from "../types.ts";
import { Exchange } from "./exchange.ts";
import type { UdpChatOptions } from "./options.ts";

/**
 * Opens the bridge for the programs of udp-chat: their registry, and for each peer of the mesh a socket at which they find
 * it as a node.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
 */
export async function openUdpChatBridge(world: BridgeWorld, options: UdpChatOptions): Promise<Bridge> {
  const exchange = new Exchange(world, options);
  const listen = await exchange.start();
  world.log.info("nodes find their registry here", { wire: "udp-chat", at: listen });
  let closing: Promise<void> | undefined;
  return { wire: "udp-chat", listen, close: () => (closing ??= exchange.close()) };
}
