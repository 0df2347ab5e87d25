import { decodeUtf8 } from "../../core/utf8.ts";
import type { Parsed, Parser, WireFault } from "../parser.ts";
import { headerBytes, readHeader } from "./frame.ts";

/** What is being filled: a header, or the payload that it announced. */
interface Part {
  readonly kind: "header" | "payload";
  readonly bytes: Uint8Array;
  filled: number;
}

/**
 * FrameParser: the payloads of one direction of a connection.
 *
 *     header ── five bytes, a length ──► payload ── so many bytes, UTF-8 ──► header
 *
 * It holds one payload at most, and each byte is copied once however they are cut.
 */
export class FrameParser implements Parser<string> {
  #part: Part = header();
  #fault: WireFault | undefined;

  get heldBytes(): number {
    const { kind, filled } = this.#part;
    return kind === "header" ? filled : headerBytes + filled;
  }

  push(chunk: Uint8Array): Parsed<string> {
    const items: string[] = [];
    let at = 0;
    while (this.#fault === undefined && at < chunk.length) {
      const part = this.#part;
      const taken = chunk.subarray(at, at + part.bytes.length - part.filled);
      part.bytes.set(taken, part.filled);
      part.filled += taken.length;
      at += taken.length;
      if (part.filled === part.bytes.length) this.#finish(part, items);
    }
    return { items, fault: this.#fault };
  }

  end(): Parsed<string> {
    if (this.heldBytes > 0) this.#fail({ code: "malformed", reason: "the connection ended within a frame" });
    return { items: [], fault: this.#fault };
  }

  #finish({ kind, bytes }: Part, items: string[]): void {
    if (kind === "payload") return this.#take(bytes, items);
    const length = readHeader(bytes);
    if (typeof length !== "number") this.#fail(length);
    else if (length === 0) this.#take(new Uint8Array(0), items);
    else this.#part = { kind: "payload", bytes: new Uint8Array(length), filled: 0 };
  }

  #take(bytes: Uint8Array, items: string[]): void {
    const payload = decodeUtf8(bytes);
    if (payload === undefined) return this.#fail({ code: "malformed", reason: "a payload is not UTF-8" });
    items.push(payload);
    this.#part = header();
  }

  #fail(fault: WireFault): void {
    this.#fault ??= fault;
    this.#part = header();
  }
}

function header(): Part {
  return { kind: "header", bytes: new Uint8Array(headerBytes), filled: 0 };
}
