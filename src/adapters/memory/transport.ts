import { E3Error } from "../../core/error.ts";
import type { Transport, Wire, WireHandler } from "../../ports/transport.ts";

/** A network within one process: its transports reach each other, and nothing else, by address. */
export interface MemoryNetwork {
  /** One more process, so to speak. */
  transport(): Transport;
}

/** What a memory network is made of. */
export interface MemoryNetworkOptions {
  /** Largest frame, bytes. Default 4 MiB, as over gRPC. */
  readonly frameBytesMax?: number;
}

/**
 * Makes a network. Events are delivered as microtasks in the order they were caused, so that the same calls give the
 * same trace; frames are copied, so that nothing is shared.
 */
export function createMemoryNetwork(options: MemoryNetworkOptions = {}): MemoryNetwork {
  const network: Network = { accepts: new Map(), frameBytesMax: options.frameBytesMax ?? 4 * 1_024 * 1_024 };
  return { transport: () => new MemoryTransport(network) };
}

type Accept = (remote: string) => MemoryWire;

interface Network {
  readonly accepts: Map<string, Accept>;
  readonly frameBytesMax: number;
}

class MemoryTransport implements Transport {
  readonly #network: Network;
  readonly #wires = new Set<MemoryWire>();
  #address: string | undefined;
  #closed = false;

  constructor(network: Network) {
    this.#network = network;
  }

  async listen(address: string, accept: (wire: Wire) => WireHandler): Promise<string> {
    if (this.#closed) throw new E3Error("closed", "this transport is closed");
    if (this.#address !== undefined) throw new E3Error("bad-option", "this transport listens already");
    const bound = this.#bindable(address);
    this.#address = bound;
    this.#network.accepts.set(bound, (remote) => {
      const wire = this.#wire(remote);
      wire.attach(accept(wire));
      return wire;
    });
    return bound;
  }

  dial(address: string, handler: WireHandler): Wire {
    const wire = this.#wire(address);
    wire.attach(handler);
    queueMicrotask(() => {
      const accept = this.#closed ? undefined : this.#network.accepts.get(address);
      if (accept === undefined) wire.finish(this.#closed ? "the transport is closed" : "connection refused");
      else wire.join(accept(this.#address ?? "memory:0"));
    });
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#address !== undefined) this.#network.accepts.delete(this.#address);
    for (const wire of this.#wires) wire.close();
    // Everything caused by now is delivered before a promise resolved later goes on.
    while (this.#wires.size > 0) await Promise.resolve();
  }

  #wire(remote: string): MemoryWire {
    const over = (wire: MemoryWire): void => void this.#wires.delete(wire);
    const wire = new MemoryWire({ remote, over, frameBytesMax: this.#network.frameBytesMax });
    this.#wires.add(wire);
    return wire;
  }

  /** The address to bind: with port 0, the first free port of the dynamic range. */
  #bindable(address: string): string {
    const { accepts } = this.#network;
    if (!address.endsWith(":0")) {
      if (!accepts.has(address)) return address;
      throw new E3Error("port-in-use", `${address} is in use: listen on another port`);
    }
    for (let port = 49_152; port <= 65_535; port += 1) {
      const free = `${address.slice(0, -1)}${port}`;
      if (!accepts.has(free)) return free;
    }
    throw new E3Error("address-unavailable", `no port is free for ${address}`);
  }
}

interface MemoryWireOptions {
  readonly remote: string;
  readonly frameBytesMax: number;
  readonly over: (wire: MemoryWire) => void;
}

/** One end of a wire. */
class MemoryWire implements Wire {
  readonly remote: string;
  readonly #options: MemoryWireOptions;
  #handler: WireHandler | undefined;
  #other: MemoryWire | undefined;
  #state: "open" | "closing" | "over" = "open";
  /** The outstanding write. It waits here until the other end is there. */
  #written: Uint8Array | undefined;

  constructor(options: MemoryWireOptions) {
    this.remote = options.remote;
    this.#options = options;
  }

  attach(handler: WireHandler): void {
    this.#handler = handler;
  }

  /** Makes the two ends one wire. */
  join(other: MemoryWire): void {
    if (this.#state === "over") return other.finish("connection lost");
    this.#other = other;
    other.#other = this;
    this.#proceed();
    other.#proceed();
  }

  write(frame: Uint8Array): void {
    if (this.#state !== "open") return;
    if (this.#written !== undefined) throw new Error("a write is still outstanding");
    this.#written = frame.slice();
    if (this.#other !== undefined) this.#proceed();
  }

  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    queueMicrotask(() => this.#proceed());
  }

  /** Ends this end of the wire. */
  finish(reason: string): void {
    if (this.#state === "over") return;
    const told = this.#state === "closing" ? "" : reason;
    this.#state = "over";
    this.#options.over(this);
    this.#handler?.closed(told);
  }

  /** Delivers the outstanding write, then the end if there is one. */
  #proceed(): void {
    queueMicrotask(() => {
      const frame = this.#written;
      this.#written = undefined;
      if (frame !== undefined) this.#deliver(frame);
      if (this.#state !== "closing") return;
      this.finish("");
      this.#other?.finish("");
    });
  }

  #deliver(frame: Uint8Array): void {
    const { frameBytesMax } = this.#options;
    if (frame.byteLength > frameBytesMax) {
      const reason = `a frame of ${frame.byteLength} bytes is above the limit of ${frameBytesMax} bytes`;
      this.finish(reason);
      this.#other?.finish(reason);
      return;
    }
    const other = this.#other;
    if (other !== undefined && other.#state === "open") other.#handler?.frame(frame);
    if (this.#state === "open") this.#handler?.drained();
  }
}
