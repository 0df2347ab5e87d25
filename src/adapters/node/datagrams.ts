import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { parseAddress } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import type { Datagrams } from "../../ports/sockets.ts";
import { errnoOf } from "./durable-file.ts";
import { hostAndPort, normalAddress } from "./host-port.ts";
import { listenFault } from "./listen-fault.ts";

/** Binds a UDP socket. Rejects with E3Error "port-in-use" or "address-unavailable". */
export function bindDatagrams(
  address: string,
  onDatagram: (bytes: Uint8Array, from: string) => void,
): Promise<Datagrams> {
  const { host, port } = hostAndPort(parseAddress(address, { listen: true }));
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4" });
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(listenFault(address, error));
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners("error");
      // A datagram that did not arrive somewhere may come back as an error: it is lost, as datagrams may be.
      socket.on("error", () => {});
      socket.on("message", (bytes, from) => onDatagram(new Uint8Array(bytes), normalAddress(from.address, from.port)));
      resolve(new BoundDatagrams(socket));
    });
  });
}

class BoundDatagrams implements Datagrams {
  readonly address: string;
  readonly #socket: Socket;
  #closing: Promise<void> | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.address = normalAddress(address, port);
  }

  send(bytes: Uint8Array, to: string): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(new E3Error("closed", `${this.address} is closed`));
    return new Promise((resolve, reject) => {
      // Within: what is no address to send to, such as port 0 of a forged sender, rejects.
      const { host, port } = hostAndPort(parseAddress(to));
      this.#socket.send(bytes, port, host, (error) => {
        if (error === null) return resolve();
        const fits = errnoOf(error) !== "EMSGSIZE";
        // Any other fault is the network's, and loses the datagram.
        if (fits) resolve();
        else reject(new E3Error("too-large", `${bytes.length} bytes do not fit into a datagram`, { cause: error }));
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => this.#socket.close(() => resolve()));
    return this.#closing;
  }
}
