import { E3Error } from "../../core/error.ts";
import type { Bridge, BridgeWorld } from "../types.ts";
import { Windows } from "../windows.ts";
import { Desk } from "./desk.ts";
import { writeLine } from "./mail-round.ts";
import type { LineOptions } from "./options.ts";
import { Table } from "./table.ts";
import { encodeLine } from "./write-line.ts";

/** How long a connection may be silent, milliseconds: some programs keep theirs open between messages. */
const silenceMs = 600_000;

/**
 * Opens a bridge for the programs that write `ADDRESS TEAM TEXT`: each is a guest by the address it states. What is said at the
 * bridge's own address is for everyone; each peer of the mesh that has said something has a window of its own.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable".
 */
export async function openLineBridge(world: BridgeWorld, options: LineOptions): Promise<Bridge> {
  const { sockets, notebook, limits, log } = world;
  const { team } = options;
  const table = new Table(notebook);
  const bounds = { ...limits, silenceMs };
  const windows: Windows = new Windows({
    ...{ notebook, limits },
    open: (address, id) => sockets.listen(address, bounds, (stream) => desk.serve(stream, id)),
  });
  const desk = new Desk({ world, table, windows, team, address: () => listener.address, listed: options.peers });
  const listener = await sockets.listen(options.listen, bounds, (stream) => desk.serve(stream, undefined));
  const close = async (): Promise<void> => {
    await listener.close();
    await windows.close();
    await desk.close();
  };
  try {
    for (const [id, address] of options.windows) await windows.pin(id, address);
  } catch (error) {
    await close();
    throw error;
  }
  const unwelcome = (address: string) => (error: unknown) => {
    const why = error instanceof E3Error ? error.message : String(error);
    log.warn("a program cannot be a guest", { wire: "line", at: address, why });
  };
  // Of more programs than have room, the others come back when they say something.
  for (const author of table.all().slice(0, limits.guestsMax)) desk.admit(author).catch(unwelcome(author.address));
  for (const address of options.peers) {
    const known = table.get(address) ?? { address, team: "unknown", bracketed: false };
    desk.admit(known).catch(unwelcome(address));
    const greeting = encodeLine({ address: listener.address, team, bracketed: known.bracketed }, options.greeting);
    writeLine(world, address, greeting).catch((error: unknown) => {
      const why = error instanceof E3Error ? error.message : String(error);
      log.warn("a program could not be greeted", { wire: "line", at: address, why });
    });
  }
  return { wire: "line", listen: listener.address, close };
}
