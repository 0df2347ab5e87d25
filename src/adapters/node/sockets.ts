import { connect, createServer, type Server, type Socket } from "node:net";
import { E3Error } from "../../core/error.ts";
import { parseAddress } from "../../core/address.ts";
import type { ByteStream, Listener, Sockets, StreamLimits } from "../../ports/sockets.ts";
import { bindDatagrams } from "./datagrams.ts";
import { errnoOf } from "./durable-file.ts";
import { hostAndPort, normalAddress } from "./host-port.ts";
import { listenFault } from "./listen-fault.ts";
import { SocketStream } from "./socket-stream.ts";

/** TCP and UDP of this machine. */
export function createSockets(): Sockets {
  return { listen, dial, bindDatagrams };
}

async function listen(
  address: string,
  limits: StreamLimits,
  onStream: (stream: ByteStream) => void,
): Promise<Listener> {
  const { host, port } = hostAndPort(parseAddress(address, { listen: true }));
  // An end of the other side leaves this one open: there may be an answer to give yet.
  // One whose machine has vanished is noticed by the system's own probes: some wires allow any silence.
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 });
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    if (open.size >= limits.streamsMax) return socket.destroy();
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    onStream(new SocketStream(socket, limits));
  });
  await listening(server, host, port);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new E3Error("address-unavailable", `${address} is not bound`);
  return { address: normalAddress(bound.address, bound.port), close: () => closed(server, open) };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(listenFault(`${host}:${port}`, error));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners("error");
      // Accepting may fail for want of descriptors: those who wait are accepted later.
      server.on("error", () => {});
      resolve();
    });
  });
}

function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  for (const socket of open) socket.destroy();
  return new Promise((resolve) => server.close(() => resolve()));
}

function dial(address: string, limits: StreamLimits & { readonly dialMs: number }): Promise<ByteStream> {
  const { host, port } = hostAndPort(parseAddress(address));
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const fail = (why: string, cause?: Error): void => {
      socket.destroy();
      reject(new E3Error("address-unavailable", `nobody answers at ${address} (${why})`, { cause }));
    };
    socket.setTimeout(limits.dialMs, () => fail(`waited ${limits.dialMs} ms`));
    socket.once("error", (error) => fail(errnoOf(error) ?? error.message, error));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.removeAllListeners("timeout");
      resolve(new SocketStream(socket, limits));
    });
  });
}
