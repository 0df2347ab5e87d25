import type { Socket } from "node:net";
import { isLoopback } from "../../core/address.ts";
import { E3Error } from "../../core/error.ts";
import type { ByteStream, StreamLimits } from "../../ports/sockets.ts";
import { normalAddress } from "./host-port.ts";

/** A TCP connection that is open. */
export class SocketStream implements ByteStream {
  readonly remote: string;
  readonly isLoopback: boolean;
  readonly #socket: Socket;
  readonly #unsentBytesMax: number;

  constructor(socket: Socket, { silenceMs, unsentBytesMax }: StreamLimits) {
    this.#socket = socket;
    this.#unsentBytesMax = unsentBytesMax;
    // Undefined when the other side has gone already.
    this.remote = normalAddress(socket.remoteAddress ?? "0.0.0.0", socket.remotePort ?? 0);
    this.isLoopback = isLoopback(this.remote);
    socket.setTimeout(silenceMs, () => socket.destroy());
    // What broke shows as the end of the chunks, and in the writes.
    socket.on("error", () => {});
  }

  async *chunks(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
        // As plain bytes: the slice of a Buffer is no copy.
        if (chunk instanceof Uint8Array) yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      }
    } catch {
      // Broken is ended.
    }
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
        if (error === undefined || error === null) resolve();
        else reject(closed(this.remote, error));
      });
    });
  }

  end(): void {
    // Node's own timeout goes on: one that never reads what is left is closed by silence.
    if (!this.#socket.destroyed) this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function closed(remote: string, cause?: Error): E3Error {
  return new E3Error("closed", `the connection with ${remote} is closed`, { cause });
}
