import type { Wire, WireHandler } from "../../ports/transport.ts";
import { tooLarge } from "./reason.ts";

/** What a wire needs of its gRPC call, whichever side opened it. None of these calls back before it returned. */
export interface WireCall {
  /**
   * Sends one frame and calls done once the bytes are with the operating system. May not call it on a broken call.
   * @param hasRoom as Wire.write says.
   */
  write(frame: Uint8Array, hasRoom: boolean, done: () => void): void;
  /** Bytes that arrived on the connection so far, those of others that share it included. May be less once it is gone. */
  bytesRead(): number;
  /** Ends this side after what was written. */
  end(): void;
  /** Lets go of everything the call holds: at once when abrupt, else as soon as both sides have ended it. */
  release(abrupt: boolean): void;
}

/** What a wire is made of. */
export interface WireOptions {
  readonly remote: string;
  readonly call: WireCall;
  readonly frameBytesMax: number;
  /** How long a closing wire waits for its frame to leave and the other end to agree, milliseconds. */
  readonly graceMs: number;
  /** Called once, when the wire is over, before the handler is told. */
  readonly over: (wire: GrpcWire) => void;
}

/**
 * One wire over one gRPC call.
 *
 *     open ── close ──► closing ── both ends done, or the grace is over ──► over
 *       └───────── other end closed, call failed, frame too large ─────────► over
 *
 * Invariants
 * 1. At most one write is outstanding; drained is called once for each, while open only.
 * 2. Frames, and word of their progress, reach the handler while open only.
 * 3. The handler's closed is called once, when the wire is over.
 */
export class GrpcWire implements Wire {
  readonly remote: string;
  readonly #options: WireOptions;
  #handler: WireHandler | undefined;
  #state: "open" | "closing" | "over" = "open";
  #writing = false;
  /** Bytes that had arrived with the last frame, or at the last look. */
  #bytesSeen = 0;
  #grace: NodeJS.Timeout | undefined;

  constructor(options: WireOptions) {
    this.remote = options.remote;
    this.#options = options;
  }

  /** Names the handler. To be called before the call's first event. */
  attach(handler: WireHandler): void {
    this.#handler = handler;
  }

  write(frame: Uint8Array, hasRoom = false): void {
    if (this.#state !== "open") return;
    if (this.#writing) throw new Error("a write is still outstanding"); // invariant 1
    this.#writing = true;
    const { call, frameBytesMax } = this.#options;
    if (frame.byteLength <= frameBytesMax) call.write(frame, hasRoom, this.#written);
    // Later, because a handler is never called from within write.
    else queueMicrotask(() => this.finish(tooLarge(frame.byteLength, frameBytesMax), true));
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#grace = setTimeout(() => this.finish("", true), this.#options.graceMs);
    if (!this.#writing) this.#options.call.end();
  }

  /** A frame arrived. */
  received(frame: Uint8Array): void {
    this.#bytesSeen = this.#options.call.bytesRead();
    if (this.#state === "open") this.#handler?.frame(frame); // invariant 2
  }

  /** Tells the handler when bytes arrived since the last frame and the last look. */
  look(): void {
    const bytes = this.#options.call.bytesRead();
    const isProgress = bytes > this.#bytesSeen;
    this.#bytesSeen = bytes;
    if (isProgress && this.#state === "open") this.#handler?.progress?.(); // invariant 2
  }

  /** The call has ended, or must. The reason is not told when this end had closed: then it is in good order. */
  finish(reason: string, abrupt: boolean, isForeign = false): void {
    if (this.#state === "over") return;
    const told = this.#state === "closing" ? "" : reason;
    this.#state = "over"; // invariant 3
    clearTimeout(this.#grace);
    this.#options.call.release(abrupt);
    this.#options.over(this);
    this.#handler?.closed(told, isForeign);
  }

  readonly #written = (): void => {
    this.#writing = false;
    if (this.#state === "open") this.#handler?.drained();
    else if (this.#state === "closing") this.#options.call.end();
  };
}
