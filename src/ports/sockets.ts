/**
 * Plain sockets, for programs that do not speak gRPC. Every adapter passes test/contract/sockets.ts, which pins:
 *
 * - chunks come in order, and end when the other side ends, or when the stream is closed or silent for too long;
 * - write resolves once the machine has taken the bytes, in order, each call as a write of its own; it rejects once the
 *   stream is closed;
 * - addresses are host:port in normal form, and port 0 asks for a free one;
 * - limits hold: a stream beyond streamsMax is closed at once, and one whose other side does not read is closed.
 */
export interface Sockets {
  /** @throws (as a rejection) E3Error "port-in-use" or "address-unavailable". */
  listen(address: string, limits: StreamLimits, onStream: (stream: ByteStream) => void): Promise<Listener>;
  /** Rejects with E3Error "address-unavailable" when nobody answers within the time. */
  dial(address: string, limits: StreamLimits & { readonly dialMs: number }): Promise<ByteStream>;
  /** @throws (as a rejection) E3Error "port-in-use" or "address-unavailable". */
  bindDatagrams(address: string, onDatagram: (bytes: Uint8Array, from: string) => void): Promise<Datagrams>;
}

/** What keeps a stream's other side from costing more than it may. */
export interface StreamLimits {
  /** Streams of one listener at a time. */
  readonly streamsMax: number;
  /** A stream on which nothing passed either way for so long ends, milliseconds; 0 for never. */
  readonly silenceMs: number;
  /** Bytes written and not yet taken by the other side; with more the stream is closed. */
  readonly unsentBytesMax: number;
}

/** A listening socket. */
export interface Listener {
  /** Where it listens, host:port. */
  readonly address: string;
  /** Stops listening and closes its streams. Idempotent. */
  close(): Promise<void>;
}

/** One connection; whoever has it owns it. */
export interface ByteStream {
  /** Its other end, host:port. */
  readonly remote: string;
  /** Whether the other end is on this machine. */
  readonly isLoopback: boolean;
  /** What arrives, to be iterated once. Nothing is read before it is asked for. Never throws: a broken stream ends. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Rejects with E3Error "closed" when the stream is. */
  write(bytes: Uint8Array): Promise<void>;
  /** Sends what was written, then closes. Idempotent. */
  end(): void;
  /** Closes at once. Idempotent. */
  destroy(): void;
}

/** A socket for datagrams. */
export interface Datagrams {
  /** Where it is bound, host:port. */
  readonly address: string;
  /** Sends one datagram, which may be lost. Rejects with E3Error "too-large" or "closed". */
  send(bytes: Uint8Array, to: string): Promise<void>;
  close(): Promise<void>;
}
