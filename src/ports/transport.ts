/**
 * Links between processes: ordered, reliable while they last, framed. Pinned by test/contract/transport.ts.
 *
 * - Frames arrive whole and in order, or the wire closes; handler.closed is called exactly once, and nothing after it.
 * - A handler's methods are never called within a call to wire.write, wire.close, or transport.dial.
 * - At most one write is outstanding: after write, the next is allowed once handler.drained was called. The port never
 *   queues more than that, so the bytes a stalled reader can cost are the caller's own queue.
 * - close lets the written frame leave if it can within a second, then ends the wire; it may be called at any time, twice.
 * - A frame above the transport's limit closes the wire with a reason that says so; nothing else is disturbed.
 */
export interface Wire {
  /** The other end's socket address, for people. */
  readonly remote: string;
  /**
   * Hands one frame over. The bytes must not be changed until handler.drained was called. Ignored on a closed wire.
   * @param hasRoom whether the frameRoomBytes (core/batch.ts) before the frame, in its buffer, are the wire's to write to: it
   * may then need no copy of the frame. Default false.
   */
  write(frame: Uint8Array, hasRoom?: boolean): void;
  close(): void;
}

/** What a wire tells its owner. */
export interface WireHandler {
  /** One whole frame. The bytes are this handler's to keep. */
  frame(bytes: Uint8Array): void;
  /**
   * Bytes arrived, although no whole frame did for a while: the other end lives, and a large frame is on its way. Told at
   * most a few times a second. A transport on which whole frames arrive at once need not tell it.
   */
  progress?(): void;
  /** The last write is out of the way: another is allowed. */
  drained(): void;
  /**
   * The wire is gone. The reason is for people; empty when it ended in good order. Foreign: it was dialled, and what answered
   * there serves no links; default false, which is also said where a transport cannot tell.
   */
  closed(reason: string, isForeign?: boolean): void;
}

/** What links are made of: listening and dialling. */
export interface Transport extends AsyncDisposable {
  /**
   * Starts accepting wires.
   * @param address host:port; port 0 picks a free one.
   * @returns the address bound, host:port.
   * @throws E3Error "port-in-use" or "address-unavailable".
   */
  listen(address: string, accept: (wire: Wire) => WireHandler): Promise<string>;
  /**
   * Dials an address. The wire can be written to at once; when the address does not answer, handler.closed says so.
   * @param address host:port.
   */
  dial(address: string, handler: WireHandler): Wire;
}
