import type { Parsed, Parser, WireFault } from "../parser.ts";
import { type GossipItem, headerBytes } from "./message.ts";
import { readMessage } from "./read-message.ts";

/**
 * Reads a connection of modules or of original peers: frames that begin with their size, 65,535 bytes at most.
 *
 * A frame that is no message is an item, and the next one is read. A size that is none is a fault: nobody can tell where
 * the next frame begins.
 */
export class MessageParser implements Parser<GossipItem> {
  /** Grows with what has come, not with what was promised: a header alone costs next to nothing. */
  #held = new Uint8Array(roomBytes);
  #heldBytes = 0;
  #fault: WireFault | undefined;

  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Uint8Array): Parsed<GossipItem> {
    const items: GossipItem[] = [];
    let rest = chunk;
    while (this.#fault === undefined && rest.length > 0) {
      rest = this.#take(rest, this.#wanted() - this.#heldBytes);
      if (this.#heldBytes >= headerBytes) this.#checkSize();
      if (this.#fault !== undefined || this.#heldBytes < this.#wanted()) continue;
      items.push(readMessage(this.#held.subarray(0, this.#heldBytes)));
      // The item keeps what it was read from.
      this.#held = new Uint8Array(roomBytes);
      this.#heldBytes = 0;
    }
    return { items, fault: this.#fault };
  }

  end(): Parsed<GossipItem> {
    if (this.#heldBytes > 0)
      this.#fail(`the connection ends ${this.#wanted() - this.#heldBytes} bytes before its message does`);
    return { items: [], fault: this.#fault };
  }

  /** How long what is being read will be, as far as is known: the header first. */
  #wanted(): number {
    return this.#heldBytes < headerBytes ? headerBytes : this.#size();
  }

  #size(): number {
    const [high = 0, low = 0] = this.#held;
    return high * 256 + low;
  }

  #take(chunk: Uint8Array, bytesMax: number): Uint8Array {
    const taken = chunk.subarray(0, bytesMax);
    const bytes = this.#heldBytes + taken.length;
    if (bytes > this.#held.length) {
      const grown = new Uint8Array(Math.max(bytes, 2 * this.#held.length));
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(taken, this.#heldBytes);
    this.#heldBytes = bytes;
    return chunk.subarray(taken.length);
  }

  #checkSize(): void {
    const size = this.#size();
    if (size < headerBytes) this.#fail(`the size ${size} does not count its own header of ${headerBytes} bytes`);
  }

  #fail(reason: string): void {
    this.#fault ??= { code: "malformed", reason };
    this.#held = new Uint8Array(0);
    this.#heldBytes = 0;
  }
}

/** Enough for every message but an announcement's. */
const roomBytes = 64;
