import { E3Error } from "../../core/error.ts";
import type { Datagrams } from "../../ports/sockets.ts";
import { noteLimits } from "../limits.ts";
import type { BridgeWorld } from "../types.ts";
import { Windows, type Window } from "../windows.ts";

interface Parts {
  readonly world: Pick<BridgeWorld, "sockets" | "notebook" | "limits">;
  /** A datagram came to the front of a peer. */
  readonly onDatagram: (bytes: Uint8Array, from: string, meshId: bigint) => void;
}

/** Fronts for each peer that nodes are told of at once: those that wrote later have one, too, and nodes forget nobody. */
const frontsPerShown = 8;

/** Fronts: a socket for each peer of the mesh, at which nodes find it, and from which they hear it. */
export class Fronts {
  readonly #windows: Windows;
  readonly #sockets = new Map<bigint, Datagrams>();

  constructor({ world, onDatagram }: Parts) {
    const { sockets, notebook, limits } = world;
    const open = async (address: string, meshId: bigint): Promise<Window> => {
      const socket = await sockets.bindDatagrams(address, (bytes, from) => onDatagram(bytes, from, meshId));
      this.#sockets.set(meshId, socket);
      const close = async (): Promise<void> => {
        if (this.#sockets.get(meshId) === socket) this.#sockets.delete(meshId);
        await socket.close();
      };
      return { address: socket.address, close };
    };
    const windowsMax = frontsPerShown * limits.windowsMax;
    const notedMax = noteLimits.perWindow * limits.windowsMax;
    this.#windows = new Windows({ notebook, limits: { windowsMax, notedMax }, open });
  }

  /** Where nodes find a peer. @throws E3Error "closed", or "address-unavailable" when it can have no socket. */
  addressOf(meshId: bigint): Promise<string> {
    return this.#windows.of(meshId);
  }

  /** Sends a datagram as a peer. @throws E3Error as addressOf. */
  async send(meshId: bigint, bytes: Uint8Array, to: string): Promise<void> {
    await this.#windows.of(meshId);
    const socket = this.#sockets.get(meshId);
    if (socket === undefined) throw new E3Error("address-unavailable", "the socket of the peer was closed meanwhile");
    await socket.send(bytes, to);
  }

  /** A peer needs its address no longer. Never rejects. */
  async forget(meshId: bigint): Promise<void> {
    await this.#windows.forget(meshId).catch(() => {});
  }

  async close(): Promise<void> {
    await this.#windows.close();
  }
}
