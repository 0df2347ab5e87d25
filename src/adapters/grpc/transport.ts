import type { Socket } from "node:net";
import { Server, status as Status, type ConnectionInjector } from "@grpc/grpc-js";
import { E3Error } from "../../core/error.ts";
import { LinkService } from "../../gen/e3/v1/link_pb.ts";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import type { Log } from "../../ports/log.ts";
import type { HostedService } from "../../ports/services.ts";
import type { Transport, Wire, WireHandler } from "../../ports/transport.ts";
import { Acceptor, type LinkCall } from "./accept.ts";
import { dialWire } from "./dial.ts";
import { createInjector } from "./injector.ts";
import { HealthService } from "./health.ts";
import { ServiceHost } from "./host.ts";
import { defaultGrpcLimits, serverOptions, type GrpcLimits } from "./limits.ts";
import { linkMethod } from "./link-method.ts";
import { Listener } from "./listener.ts";
import { reflectionServices } from "./reflection.ts";
import type { GrpcWire } from "./wire.ts";

/** What a gRPC transport is made of. */
export interface GrpcTransportOptions {
  /** Services hosted on the port of the links. Health and reflection, which tell of them, are added. */
  readonly services: readonly HostedService[];
  readonly log: Log;
  /** Largest frame and message, bytes. Default 4 MiB, which other gRPC implementations expect as well. */
  readonly messageBytesMax?: number;
  /** Other bounds than the usual ones: for tests. */
  readonly limits?: Partial<GrpcLimits>;
}

/** Links over gRPC streams, and a host for services, on one server and port. */
export function createGrpcTransport(options: GrpcTransportOptions): Transport {
  return new GrpcTransport(options);
}

class GrpcTransport implements Transport {
  readonly #limits: GrpcLimits;
  readonly #log: Log;
  readonly #acceptor = new Acceptor();
  readonly #host: ServiceHost;
  readonly #health: HealthService;
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #wires = new Set<GrpcWire>();
  #listener: Listener | undefined;
  #accept: ((wire: Wire) => WireHandler) | undefined;
  #state: "idle" | "listening" | "closed" = "idle";
  #lastOver: (() => void) | undefined;
  #looks: NodeJS.Timeout | undefined;

  constructor({ services, log, messageBytesMax, limits }: GrpcTransportOptions) {
    this.#limits = { ...defaultGrpcLimits, ...(messageBytesMax === undefined ? {} : { messageBytesMax }), ...limits };
    this.#log = log;
    this.#host = new ServiceHost({ log });
    this.#health = new HealthService([LinkService.typeName, ...services.map((each) => each.descriptor.typeName)]);
    const told = [LinkService, Health, ...services.map((each) => each.descriptor)];
    this.#server = new Server({ ...serverOptions(this.#limits), interceptors: [this.#acceptor.interceptor] });
    this.#server.addService({ link: linkMethod }, { link: (call: LinkCall) => this.#take(call) });
    for (const hosted of [...services, this.#health.hosted, ...reflectionServices(told)]) {
      this.#host.add(this.#server, hosted);
    }
    this.#injector = createInjector(this.#server, this.#limits.windowBytes);
  }

  async listen(address: string, accept: (wire: Wire) => WireHandler): Promise<string> {
    if (this.#state === "listening") throw new E3Error("bad-option", "this transport listens already");
    if (this.#state === "closed") throw new E3Error("closed", "this transport is closed");
    this.#state = "listening";
    this.#accept = accept;
    const { connectionsMax } = this.#limits;
    const inject = (socket: Socket): void => this.#injector.injectConnection(socket);
    try {
      this.#listener = await Listener.open({ address, connectionsMax, accept: inject, log: this.#log });
    } catch (error) {
      if (this.#state === "listening") this.#state = "idle";
      throw error;
    }
    return this.#listener.address;
  }

  dial(address: string, handler: WireHandler): Wire {
    if (this.#state === "closed") return closedWire(address, handler, "the transport is closed");
    if (this.#wires.size >= this.#limits.wiresMax) return closedWire(address, handler, "too many links");
    const wire = dialWire({ address, handler, limits: this.#limits, over: this.#over });
    this.#keep(wire);
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    const stopped = this.#listener?.stop();
    this.#health.shutdown();
    this.#host.close();
    for (const wire of this.#wires) wire.close();
    await this.#ended();
    for (const wire of this.#wires) wire.finish("", true);
    this.#server.forceShutdown();
    this.#listener?.cutAll();
    await stopped;
  }

  #take(call: LinkCall): void {
    const accept = this.#accept;
    if (accept === undefined || this.#state === "closed" || this.#wires.size >= this.#limits.wiresMax) {
      const code = this.#state === "closed" ? Status.UNAVAILABLE : Status.RESOURCE_EXHAUSTED;
      call.emit("error", { code, details: this.#state === "closed" ? "the server is closing" : "too many links" });
      return;
    }
    const cut = (peer: string): void => this.#listener?.cut(peer);
    const bytesRead = (peer: string): number => this.#listener?.bytesRead(peer) ?? 0;
    try {
      this.#keep(this.#acceptor.take(call, { accept, limits: this.#limits, cut, bytesRead, over: this.#over }));
    } catch (error) {
      // Our own mistake, which grpc-js would answer, but tell nobody here of.
      this.#log.error("a link could not be accepted", { error });
      throw error;
    }
  }

  /** One timer looks after all wires: a look costs little, and a timer for each would cost more. */
  #keep(wire: GrpcWire): void {
    this.#wires.add(wire);
    this.#looks ??= setInterval(() => {
      for (const each of this.#wires) each.look();
    }, this.#limits.progressMs).unref();
  }

  readonly #over = (wire: GrpcWire): void => {
    this.#wires.delete(wire);
    if (this.#wires.size > 0) return;
    clearInterval(this.#looks);
    this.#looks = undefined;
    this.#lastOver?.();
  };

  /** Resolves when all wires and calls have ended, or the grace is over. */
  #ended(): Promise<void> {
    const wires = new Promise<void>((resolve) => {
      this.#lastOver = resolve;
      if (this.#wires.size === 0) resolve();
    });
    const calls = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    return new Promise((resolve) => {
      const grace = setTimeout(resolve, this.#limits.graceMs);
      void Promise.all([wires, calls]).then(() => {
        clearTimeout(grace);
        resolve();
      });
    });
  }
}

/** A wire that never was: all that happens is that its handler is told so. */
function closedWire(remote: string, handler: WireHandler, reason: string): Wire {
  queueMicrotask(() => handler.closed(reason));
  return { remote, write: () => {}, close: () => {} };
}
