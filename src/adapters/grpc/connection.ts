import type { Socket } from "node:net";
import { credentials, type ChannelCredentials } from "@grpc/grpc-js";

/**
 * Plaintext credentials of one channel that know the sockets it opened, so that none outlives it.
 *
 * Closing a grpc-js 1.14 channel is not enough: a failed one connects once more when its backoff ends, and a connection
 * whose other end never speaks HTTP/2 stays open for ever. Credentials are asked before and after every connect, which
 * is where both are stopped.
 */
export class OwnConnection {
  readonly credentials: ChannelCredentials = credentials.createInsecure();
  readonly #sockets = new Set<Socket>();
  #released = false;

  constructor() {
    const plain = this.credentials._createSecureConnector.bind(this.credentials);
    this.credentials._createSecureConnector = (...args) => {
      const connector = plain(...args);
      return {
        waitForReady: () => (this.#released ? Promise.reject(new Error("closed")) : connector.waitForReady()),
        connect: (socket) => (this.#keep(socket) ? connector.connect(socket) : Promise.reject(new Error("closed"))),
        getCallCredentials: () => connector.getCallCredentials(),
        destroy: () => connector.destroy(),
      };
    };
  }

  /** Bytes that arrived on the sockets that are open. */
  get bytesRead(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bytesRead;
    return bytes;
  }

  /** Allows no more connections, and cuts off those that are still open after the grace, milliseconds. */
  release(graceMs: number): void {
    this.#released = true;
    if (graceMs === 0) return this.#cut();
    if (this.#sockets.size > 0) setTimeout(() => this.#cut(), graceMs).unref();
  }

  #keep(socket: Socket): boolean {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.#released) socket.destroy();
    return !this.#released;
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
