import { E3Error } from "../../core/error.ts";
import type { ByteStream, Sockets } from "../../ports/sockets.ts";
import type { BridgeLimits } from "../limits.ts";

/**
 * PrivateLine: the connection on which a program is given what is said to its user in private chats.
 *
 * It is made with the first message, which is written at once, and stays for all later chats: programs wait for a first
 * frame when they are called, and take no call any more once somebody has hung up.
 */
export class PrivateLine {
  readonly #sockets: Sockets;
  readonly #limits: BridgeLimits;
  #open: { readonly port: number; readonly stream: ByteStream } | undefined;
  #isClosed = false;

  constructor(sockets: Sockets, limits: BridgeLimits) {
    this.#sockets = sockets;
    this.#limits = limits;
  }

  /** Writes to the program at a port of this machine. Rejects with E3Error "address-unavailable" or "closed". */
  async write(port: number, bytes: Uint8Array): Promise<void> {
    const stream = this.#open?.port === port ? this.#open.stream : await this.#dial(port);
    await stream.write(bytes);
  }

  close(): void {
    this.#isClosed = true;
    this.#open?.stream.end();
    this.#open = undefined;
  }

  async #dial(port: number): Promise<ByteStream> {
    const { unsentBytesMax, dialMs } = this.#limits;
    const limits = { streamsMax: 1, silenceMs: 0, unsentBytesMax, dialMs };
    const stream = await this.#sockets.dial(`127.0.0.1:${port}`, limits);
    if (this.#isClosed) {
      stream.destroy();
      throw new E3Error("closed", "the user has left");
    }
    this.#open?.stream.end();
    this.#open = { port, stream };
    void this.#drain(stream);
    return stream;
  }

  /** Programs say nothing here: what comes is dropped, and the end noticed. */
  async #drain(stream: ByteStream): Promise<void> {
    const chunks = stream.chunks()[Symbol.asyncIterator]();
    let hasEnded = false;
    while (!hasEnded) hasEnded = (await chunks.next()).done === true;
    stream.destroy();
    if (this.#open?.stream === stream) this.#open = undefined;
  }
}
