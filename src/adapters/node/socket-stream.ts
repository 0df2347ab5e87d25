import type { Socket } from "node:net";
import { isLoopback } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import type { ByteStream, StreamLimits } from "../../ports/sockets.ts";
import { normalAddress } from "./host-port.ts";
import { socketChunks } from "./socket-chunks.ts";

/** A TCP connection that is open. */
export class SocketStream implements ByteStream {
  readonly remote: string;
  readonly isLoopback: boolean;
  readonly #socket: Socket;
  readonly #unsentBytesMax: number;
  readonly #lingerMs: number;

  /** @param lingerMs how long an ended stream that may be silent for ever waits for the other side to take what is left. */
  constructor(socket: Socket, { silenceMs, unsentBytesMax }: StreamLimits, lingerMs = 30_000) {
    this.#lingerMs = lingerMs;
    this.#socket = socket;
    this.#unsentBytesMax = unsentBytesMax;
    // Undefined when the other side has gone already.
    this.remote = normalAddress(socket.remoteAddress ?? "0.0.0.0", socket.remotePort ?? 0);
    this.isLoopback = isLoopback(this.remote);
    socket.setTimeout(silenceMs, () => socket.destroy());
    // What broke shows as the end of the chunks, and in the writes.
    socket.on("error", () => {});
  }

  chunks(): AsyncIterable<Uint8Array> {
    return socketChunks(this.#socket);
  }

  write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      if (socket.destroyed || !socket.writable) return reject(closed(this.remote));
      if (socket.writableLength + bytes.length > this.#unsentBytesMax) {
        socket.destroy();
        return reject(closed(this.remote));
      }
      socket.write(bytes, (error) => {
        // Of a socket destroyed in the middle of a write Node says that all is well with it; it was not taken.
        if ((error === undefined || error === null) && !socket.destroyed) resolve();
        else reject(closed(this.remote, error ?? undefined));
      });
    });
  }

  end(): void {
    const socket = this.#socket;
    if (socket.destroyed) return;
    // Node's own timeout goes on: one that never reads what is left is closed by silence.
    if (socket.timeout === undefined || socket.timeout === 0) socket.setTimeout(this.#lingerMs, () => socket.destroy());
    socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function closed(remote: string, cause?: Error): E3Error {
  return new E3Error("closed", `the connection with ${remote} is closed`, { cause });
}
