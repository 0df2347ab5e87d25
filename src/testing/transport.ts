import { E3Error } from "../core/error.ts";
import type { Transport, Wire, WireHandler } from "../ports/transport.ts";
import type { Gate } from "./gate.ts";
import type { Network } from "./network.ts";
import type { Accept } from "./station.ts";

/** What the process does outside goes out through it. */
type Outlet = Pick<Gate, "out">;

/**
 * The transport of one process on a simulated network, for peers that know nothing of either. What it promises comes true
 * as the network's agenda goes on. Frames are copied, so that processes share nothing.
 *
 * @param name what the network calls the process: the address at which it will listen, if at any.
 */
export function gatedTransport(network: Network, name: string, gate: Outlet): Transport {
  return new GatedTransport(network, name, gate);
}

class GatedTransport implements Transport {
  readonly #network: Network;
  readonly #gate: Outlet;
  readonly #wires = new Set<GatedWire>();
  #name: string;
  #listens = false;
  #closed = false;
  /** Told when the last wire is gone. */
  #emptied: () => void = () => {};

  constructor(network: Network, name: string, gate: Outlet) {
    this.#network = network;
    this.#name = name;
    this.#gate = gate;
  }

  async listen(address: string, accept: Accept): Promise<string> {
    if (this.#closed) throw new E3Error("closed", "this transport is closed");
    if (this.#listens) throw new E3Error("bad-option", "this transport listens already");
    this.#name = bindable(this.#network, address);
    this.#listens = true;
    this.#gate.out(() => this.#network.listen(this.#name, (wire) => this.#accept(wire, accept)));
    return this.#name;
  }

  dial(address: string, handler: WireHandler): Wire {
    const isClosed = this.#closed;
    const wire = this.#wire(address, isClosed ? "the transport is closed" : undefined);
    wire.handler = handler;
    // Nobody listens at no name: so a wire of a closed transport ends, in its own time.
    this.#gate.out(() => (wire.inner = this.#network.dial(this.#name, isClosed ? "" : address, wire)));
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    if (this.#listens) this.#gate.out(() => this.#network.unlisten(this.#name));
    this.#listens = false;
    for (const wire of this.#wires) wire.close();
    let isAlive = false;
    this.#gate.out(() => (isAlive = true));
    // A process that is no more is told nothing of its wires.
    if (isAlive && this.#wires.size > 0) await new Promise<void>((resolve) => (this.#emptied = resolve));
  }

  #accept(inner: Wire, accept: Accept): WireHandler {
    const wire = this.#wire(inner.remote, undefined);
    wire.inner = inner;
    wire.handler = accept(wire);
    return wire;
  }

  #wire(remote: string, failure: string | undefined): GatedWire {
    const wire = new GatedWire(remote, this.#gate, (reason) => {
      this.#wires.delete(wire);
      if (this.#wires.size === 0) this.#emptied();
      return reason === "" ? "" : (failure ?? reason);
    });
    this.#wires.add(wire);
    return wire;
  }
}

/** One end of a wire, between the network's and its owner's. */
class GatedWire implements Wire, WireHandler {
  readonly remote: string;
  /** The network's end, once there is one. */
  inner: Wire | undefined;
  handler: WireHandler | undefined;
  readonly #gate: Outlet;
  readonly #over: (reason: string) => string;

  /** @param over told why it ended. @returns what its owner is told. */
  constructor(remote: string, gate: Outlet, over: (reason: string) => string) {
    this.remote = remote;
    this.#gate = gate;
    this.#over = over;
  }

  write(frame: Uint8Array): void {
    this.#gate.out(() => this.inner?.write(frame.slice()));
  }

  close(): void {
    this.#gate.out(() => this.inner?.close());
  }

  frame(bytes: Uint8Array): void {
    this.handler?.frame(bytes);
  }

  drained(): void {
    this.handler?.drained();
  }

  closed(reason: string): void {
    this.handler?.closed(this.#over(reason));
  }
}

/** The address to bind: with port 0, the first free port of the dynamic range. */
function bindable(network: Network, address: string): string {
  if (!address.endsWith(":0")) {
    if (!network.listens(address)) return address;
    throw new E3Error("port-in-use", `${address} is in use: listen on another port`);
  }
  for (let port = 49_152; port <= 65_535; port += 1) {
    const free = `${address.slice(0, -1)}${port}`;
    if (!network.listens(free)) return free;
  }
  throw new E3Error("address-unavailable", `no port is free for ${address}`);
}
