import type { Peer } from "../../peer/types.ts";
import type { ByteStream, Listener } from "../../ports/sockets.ts";
import type { Bridge, BridgeWorld } from "../types.ts";
import { isAnnouncement, MeshSide } from "./mesh-side.ts";
import { Modules } from "./modules.ts";
import type { GossipOptions } from "./options.ts";
import { Overlay } from "./overlay.ts";
import { Switchboard } from "./switchboard.ts";

/**
 * Opens a bridge for modules of VoidPhone, which find a gossip program at its API address, and for original gossip
 * programs, which find a peer of theirs at its P2P address.
 *
 * Bridges of one mesh gossip over it: the mesh as a whole is one hop.
 *
 * @throws (as a rejection) E3Error "port-in-use" or "address-unavailable" when it cannot listen, and what opening its guest
 * throws.
 */
export async function openGossipBridge(world: BridgeWorld, options: GossipOptions): Promise<Bridge> {
  tellIgnored(world, options);
  const opened: Opened[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.splice(0).toReversed()) await each.close();
  };
  try {
    return { wire: "gossip", listen: await openSides(world, options, opened), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is to be closed again, the last one first. */
interface Opened {
  close(): void | Promise<void>;
}

async function openSides(world: BridgeWorld, options: GossipOptions, opened: Opened[]): Promise<string> {
  const { deadlines, log, limits } = world;
  const board = new Switchboard({ options, log, nowMs: () => deadlines.nowMs });
  const onSaid: Switchboard["said"] = (module, message) => board.said(module, message);
  const modules = new Modules({ deadlines, log, limits, pauseMs: options.pauseMs, onSaid });
  const api = await door(world, options.listen, opened);
  const p2p = options.p2pAddress === undefined ? undefined : await door(world, options.p2pAddress, opened);

  // By what was asked for: of a bridge that listens anywhere the port is another one each time.
  const key = `gossip ${options.listen}`;
  const openGuest = (): Promise<Peer> =>
    world.guests.open({ key, name: "gossip", at: api.address, accepts: isAnnouncement });
  const guest = await openGuest();
  opened.push({ close: () => world.guests.close(key) });
  const peers = p2p === undefined ? undefined : openOverlay({ world, options, board, own: p2p.address });
  if (peers !== undefined) opened.push(peers);
  // It reads at once, and nothing comes before the next turn.
  const mesh = new MeshSide({
    ...{ guest, reopen: openGuest, deadlines, log, keepMs: options.keepMs },
    onAnnouncement: ({ announcement, by }) => board.heard(announcement, { kind: "mesh", by }),
  });
  opened.push(mesh);
  board.join({ modules, mesh, peers });
  api.open((stream) => void modules.accept(stream));
  if (peers !== undefined) p2p?.open((stream) => peers.accept(stream));
  log.info("gossip modules find this bridge", { api: api.address, p2p: p2p?.address, id: guest.id.toString() });
  return api.address;
}

interface Door {
  readonly address: string;
  /** Lets in whoever comes, and those who came already. */
  open(onStream: (stream: ByteStream) => void): void;
}

async function door({ sockets, limits }: BridgeWorld, address: string, opened: Opened[]): Promise<Door> {
  const { streamsMax, unsentBytesMax } = limits;
  const early: ByteStream[] = [];
  let letIn = (stream: ByteStream): void => void early.push(stream);
  const limitsOfStreams = { streamsMax, unsentBytesMax, silenceMs: 0 };
  const listener: Listener = await sockets.listen(address, limitsOfStreams, (stream) => letIn(stream));
  opened.push(listener);
  return {
    address: listener.address,
    open(onStream) {
      letIn = onStream;
      for (const stream of early.splice(0)) onStream(stream);
    },
  };
}

interface OverlayParts {
  readonly world: BridgeWorld;
  readonly options: GossipOptions;
  readonly board: Switchboard;
  readonly own: string;
}

function openOverlay({ world, options, board, own }: OverlayParts): Overlay {
  return new Overlay({
    ...{ own, options, sockets: world.sockets, deadlines: world.deadlines, limits: world.limits, log: world.log },
    onAnnouncement: (announcement, link) => board.heard(announcement, { kind: "peer", link }),
  });
}

function tellIgnored({ log }: BridgeWorld, { unknown }: GossipOptions): void {
  for (const setting of unknown) log.warn("a setting means nothing to the gossip bridge", { setting });
}
