import { decodeUtf8 } from "../../core/utf8.ts";
import type { Parsed, Parser, WireFault } from "../parser.ts";
import { readLine, type Line } from "./read-line.ts";

/** Bytes of the longest line taken. */
export const lineBytesMax = 65_536;

/**
 * LineParser: what a program said on one connection.
 *
 * The wire has no delimiter: what comes at one time is one line, and so is what comes before the end. Only where a chunk ends
 * within a character it was certainly cut, and the next one belongs to it.
 */
export class LineParser implements Parser<Line> {
  #held = new Uint8Array(0);
  #fault: WireFault | undefined;

  get heldBytes(): number {
    return this.#held.length;
  }

  push(chunk: Uint8Array): Parsed<Line> {
    if (this.#fault !== undefined || chunk.length === 0) return { items: [], fault: this.#fault };
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    this.#held = new Uint8Array(0);
    if (bytes.length > lineBytesMax) {
      this.#fault = { code: "too-large", reason: `a line of more than ${lineBytesMax} bytes` };
      return { items: [], fault: this.#fault };
    }
    if (endsWithinCharacter(bytes)) {
      this.#held = bytes;
      return { items: [], fault: undefined };
    }
    return this.#take(bytes);
  }

  end(): Parsed<Line> {
    const rest = this.#held;
    this.#held = new Uint8Array(0);
    return rest.length === 0 ? { items: [], fault: this.#fault } : this.#take(rest);
  }

  #take(bytes: Uint8Array): Parsed<Line> {
    const said = decodeUtf8(bytes);
    if (said === undefined) this.#fault = { code: "malformed", reason: "a line is not UTF-8" };
    return { items: said === undefined ? [] : [readLine(said)], fault: this.#fault };
  }
}

/** Whether the last character begins, and more bytes of it are due. Source: RFC 3629, section 3. */
function endsWithinCharacter(bytes: Uint8Array): boolean {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2);
    if (byte < 0x80) return false;
  }
  return false;
}
