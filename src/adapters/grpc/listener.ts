import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { E3Error } from "../../core/error.ts";
import type { Log } from "../../ports/log.ts";
import { formatAddress, hostPort, type HostPort } from "./address.ts";

/** What a listener is made of. */
export interface ListenerOptions {
  /** host:port; port 0 picks a free one. */
  readonly address: string;
  readonly connectionsMax: number;
  readonly accept: (socket: Socket) => void;
  readonly log: Log;
}

/**
 * The listening socket in front of grpc-js, which by itself cannot count connections, cut one off, or say with a code
 * why it could not listen.
 */
export class Listener {
  /** The address bound, host:port. */
  readonly address: string;
  readonly #server: Server;
  readonly #sockets: Map<string, Socket>;

  private constructor(server: Server, sockets: Map<string, Socket>, bound: AddressInfo) {
    this.#server = server;
    this.#sockets = sockets;
    this.address = formatAddress({ host: bound.address, port: bound.port });
  }

  /** @throws E3Error "bad-address", "port-in-use" or "address-unavailable". */
  static async open(options: ListenerOptions): Promise<Listener> {
    const at = hostPort(options.address);
    const sockets = new Map<string, Socket>();
    const server = createServer({ noDelay: true }, (socket) => {
      const remote = `${socket.remoteAddress}:${socket.remotePort}`;
      sockets.set(remote, socket);
      socket.once("close", () => sockets.delete(remote));
      // A reset may come before node:http2 listens for it, and nobody would have to know.
      socket.on("error", () => {});
      options.accept(socket);
    });
    server.maxConnections = options.connectionsMax;
    // Once, since whoever opens too many connections must not fill the log as well.
    server.once("drop", () => options.log.warn("connections are refused", { connectionsMax: options.connectionsMax }));
    return new Listener(server, sockets, await bind(server, at, options.log));
  }

  /** Cuts a connection off, named as grpc-js names it. */
  cut(peer: string): void {
    this.#sockets.get(peer)?.destroy();
  }

  /** Bytes that arrived on a connection, named likewise; 0 once it is gone. */
  bytesRead(peer: string): number {
    return this.#sockets.get(peer)?.bytesRead ?? 0;
  }

  /** Stops listening; connections live on. Resolves when the last one is gone. */
  stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Cuts all connections off. */
  cutAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function bind(server: Server, at: HostPort, log: Log): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(bindError(error, at));
    server.once("error", fail);
    // Exclusive: in a cluster, node would otherwise let several workers share the port.
    server.listen({ ...at, exclusive: true }, () => {
      server.off("error", fail);
      // Out of file descriptors, for one. Listening goes on.
      server.on("error", (error) => log.error("a connection could not be accepted", { error }));
      resolve(server.address() as AddressInfo);
    });
  });
}

function bindError(error: NodeJS.ErrnoException, at: HostPort): E3Error {
  const address = formatAddress(at);
  const { host, port } = at;
  switch (error.code) {
    case "EADDRINUSE": {
      const message = `${address} is in use by another process: stop it, or listen on a free port, for example ${formatAddress({ host, port: port + 1 > 65_535 ? 8_081 : port + 1 })}`;
      return new E3Error("port-in-use", message, { cause: error });
    }
    case "EACCES":
      return unavailable(`this user may not listen on port ${port}: take one above 1023`, error);
    case "EADDRNOTAVAIL":
      return unavailable(`${host} is not an address of this machine: 127.0.0.1 always is`, error);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return unavailable(`the name ${host} is not known: use an address of this machine, for example 127.0.0.1`, error);
    default:
      return unavailable(`cannot listen on ${address}: ${error.message}`, error);
  }
}

function unavailable(message: string, cause: Error): E3Error {
  return new E3Error("address-unavailable", message, { cause });
}
