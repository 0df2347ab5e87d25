import type { Transport, Wire, WireHandler } from "../../src/ports/transport.ts";
import type { TransportUnderTest } from "./transport.ts";

/** One end of a wire: what happened to it, and what it is to do then. Notes every breach of the port's rules. */
export class End {
  readonly frames: Uint8Array[] = [];
  /** Resolves with the reason. */
  readonly closed: Promise<string>;
  drains = 0;
  progresses = 0;
  writes = 0;
  onFrame: () => unknown = () => {};
  onDrained: () => unknown = () => {};
  readonly #ends: Ends;
  readonly #waiting = new Set<() => void>();
  #wire: Wire | undefined;
  #reason: string | undefined;
  #told: (reason: string) => void = () => {};

  constructor(ends: Ends) {
    this.#ends = ends;
    this.closed = new Promise((resolve) => (this.#told = resolve));
  }

  get wire(): Wire {
    if (this.#wire === undefined) throw new Error("there is no wire yet");
    return this.#wire;
  }

  attach(wire: Wire): void {
    this.#wire = wire;
  }

  write(frame: Uint8Array, hasRoom = false): void {
    this.#ends.within(() => this.wire.write(frame, hasRoom));
    this.writes += 1;
  }

  close(): void {
    this.#ends.within(() => this.wire.close());
  }

  frame(bytes: Uint8Array): void {
    this.#check("frame");
    this.frames.push(bytes);
    this.onFrame();
    this.#wake();
  }

  progress(): void {
    this.#check("progress");
    this.progresses += 1;
    this.#wake();
  }

  drained(): void {
    this.#check("drained");
    this.drains += 1;
    if (this.drains > this.writes) this.#ends.faults.push("drained without a write");
    this.onDrained();
    this.#wake();
  }

  // Not named closed, which is the promise: the handler made of this end calls it.
  end(reason: string): void {
    this.#check("closed");
    this.#reason = reason;
    this.#told(reason);
    this.#wake();
  }

  /** Resolves when the condition holds; rejects when the wire closes before it does. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const holds = condition();
        if (!holds && this.#reason === undefined) return;
        this.#waiting.delete(look);
        if (holds) resolve();
        else reject(new Error(`the wire closed: ${this.#reason}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Writes the frames one after the other, each when the one before has drained. */
  async sendAll(frames: readonly Uint8Array[]): Promise<void> {
    for (const frame of frames) {
      const before = this.drains;
      this.write(frame);
      await this.until(() => this.drains > before);
    }
  }

  #check(event: string): void {
    if (this.#reason !== undefined) this.#ends.faults.push(`${event} after closed`);
    if (this.#ends.inside) this.#ends.faults.push(`${event} within a call`);
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }
}

/** Two ends of one wire, and the transports they belong to. */
export interface Linked {
  readonly dialled: End;
  readonly accepted: End;
  readonly dialler: Transport;
  readonly acceptor: Transport;
  readonly address: string;
}

/** How to link. */
export interface LinkOptions {
  /** Written right after dialling. */
  readonly first?: Uint8Array;
  /** Called within accept. */
  readonly onAccept?: (end: End) => void;
  /** Link the transports of this one once more. */
  readonly reuse?: Linked;
}

/** The transports and wires of one test. */
export class Ends {
  readonly faults: string[] = [];
  /** Whether a call into the transport is going on. */
  inside = false;
  readonly frameBytesMax: number;
  readonly #under: TransportUnderTest;
  readonly #transports: Transport[] = [];
  readonly #accepted = new Map<string, (wire: Wire) => End>();

  constructor(under: TransportUnderTest) {
    this.#under = under;
    this.frameBytesMax = under.frameBytesMax;
  }

  transport(): Transport {
    const transport = this.#under.make();
    this.#transports.push(transport);
    return transport;
  }

  within<T>(call: () => T): T {
    const before = this.inside;
    this.inside = true;
    try {
      return call();
    } finally {
      this.inside = before;
    }
  }

  /** Listens, by default on a free port. */
  async listen(transport: Transport, address = "127.0.0.1:0"): Promise<string> {
    let bound = address;
    bound = await transport.listen(address, (wire) => handlerOf(this.#accept(bound, wire)));
    return bound;
  }

  dial(transport: Transport, address: string): End {
    const end = new End(this);
    end.attach(this.within(() => transport.dial(address, handlerOf(end))));
    return end;
  }

  /** Listens for one wire, whoever dials it. */
  async acceptNext(
    options: LinkOptions = {},
  ): Promise<{ acceptor: Transport; address: string; accepted: Promise<End> }> {
    const acceptor = options.reuse?.acceptor ?? this.transport();
    const address = options.reuse?.address ?? (await this.listen(acceptor));
    const accepted = new Promise<End>((resolve) => {
      this.#accepted.set(address, (wire) => {
        const end = new End(this);
        end.attach(wire);
        options.onAccept?.(end);
        resolve(end);
        return end;
      });
    });
    return { acceptor, address, accepted };
  }

  /** Two transports with one wire between them, accepted already. */
  async linked(options: LinkOptions = {}): Promise<Linked> {
    const { acceptor, address, accepted } = await this.acceptNext(options);
    const dialler = options.reuse?.dialler ?? this.transport();
    const dialled = this.dial(dialler, address);
    if (options.first !== undefined) dialled.write(options.first);
    return { dialled, accepted: await accepted, dialler, acceptor, address };
  }

  /** An address that was listened on a moment ago, and is not any more. */
  async deadAddress(): Promise<string> {
    const transport = this.transport();
    const address = await this.listen(transport);
    await transport[Symbol.asyncDispose]();
    return address;
  }

  /** Disposes everything. @returns the breaches of the port's rules that were seen. */
  async finish(): Promise<readonly string[]> {
    await Promise.all(this.#transports.map((transport) => transport[Symbol.asyncDispose]()));
    return this.faults;
  }

  #accept(address: string, wire: Wire): End {
    const make = this.#accepted.get(address);
    this.#accepted.delete(address);
    if (make !== undefined) return make(wire);
    const end = new End(this);
    end.attach(wire);
    return end;
  }
}

function handlerOf(end: End): WireHandler {
  return {
    frame: (bytes) => end.frame(bytes),
    progress: () => end.progress(),
    drained: () => end.drained(),
    closed: (reason) => end.end(reason),
  };
}
