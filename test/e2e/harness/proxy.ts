import { createServer, connect, type Server, type Socket } from "node:net";
import { freePort } from "./port.ts";

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A wire between two peers that can be cut: forwards TCP bytes until told otherwise.
 *
 *     flowing ──cut──► cut: connections severed, new ones refused
 *        ▲  │           │
 *        │  └─stall──► stalled: connections stay open, no byte passes
 *        └──────heal────┘
 */
export class Proxy {
  /** What to dial instead of the target, host:port. */
  readonly address: string;
  readonly #port: number;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #server: Server | undefined;
  #stalled = false;
  #carried = 0;
  readonly #onCarried = new Set<() => void>();

  private constructor(port: number, target: number) {
    this.#port = port;
    this.#target = target;
    this.address = `127.0.0.1:${port}`;
  }

  /** A proxy in front of a peer, flowing. `target` is host:port. */
  static async to(target: string): Promise<Proxy> {
    const proxy = new Proxy(await freePort(), Number(target.slice(target.lastIndexOf(":") + 1)));
    await proxy.heal();
    return proxy;
  }

  /** Bytes that passed, both directions. */
  get carriedBytes(): number {
    return this.#carried;
  }

  /** Resolves once more bytes have passed than so many. */
  async carriedMore(bytes: number): Promise<void> {
    if (this.#carried > bytes) return;
    await new Promise<void>((resolve) => this.#onCarried.add(resolve));
    return this.carriedMore(bytes);
  }

  /** Severs every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
    for (const pair of this.#pairs) sever(pair);
    await closed;
  }

  /** Lets nothing through, without telling anyone. */
  stall(): void {
    this.#stalled = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** Lets everything through again. */
  async heal(): Promise<void> {
    this.#stalled = false;
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
    if (this.#server !== undefined) return;
    const server = createServer((near) => this.#accept(near));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
  }

  #accept(near: Socket): void {
    const far = connect(this.#target, "127.0.0.1");
    const pair = { near, far };
    this.#pairs.add(pair);
    this.#forward(near, far);
    this.#forward(far, near);
    const end = (): void => {
      this.#pairs.delete(pair);
      sever(pair);
    };
    for (const socket of [near, far]) socket.on("error", end).on("close", end);
  }

  #forward(from: Socket, to: Socket): void {
    if (this.#stalled) from.pause();
    from.on("data", (bytes) => {
      this.#carried += bytes.length;
      for (const resolve of this.#onCarried) resolve();
      this.#onCarried.clear();
      if (to.write(bytes)) return;
      from.pause();
      to.once("drain", () => {
        if (!this.#stalled) from.resume();
      });
    });
  }
}

function sever({ near, far }: Pair): void {
  near.destroy();
  far.destroy();
}
