import type { Bridge } from "../bridges/types.ts";
import type { StartedBridges } from "../compose-bridge.ts";
import type { BridgeCommand } from "./bridge-options.ts";
import { Departure } from "./departure.ts";
import type { Host } from "./host.ts";

/**
 * Runs bridges until they are told to leave. When they are ready each says so on standard output, in one line.
 *
 * @returns the exit code.
 * @throws E3Error when they cannot start.
 */
export async function serveBridges({ requests, options, json, logLevel }: BridgeCommand, host: Host): Promise<number> {
  const departure = new Departure(host);
  const log = await host.createLog(logLevel, { write: (line) => host.writeError(line) });
  const running = await host.createBridges(requests, { ...options, log });
  try {
    if (!departure.isDecided)
      for (const bridge of running.bridges)
        host.stdout.write(`${json ? readyJson(bridge, running) : readySentence(bridge, running)}\n`);
    return await departure.decided;
  } finally {
    await running.close();
  }
}

function readySentence({ wire, listen }: Bridge, { host }: StartedBridges): string {
  return `bridge ${wire} listens at ${listen}, peer ${host.id} at ${host.listen}`;
}

/** The JSON line of a bridge. Ids are decimal strings, as a JSON number is a double. */
function readyJson({ wire, listen }: Bridge, { host }: StartedBridges): string {
  return JSON.stringify({ event: "bridge", wire, listen, id: `${host.id}`, peer: host.listen });
}
