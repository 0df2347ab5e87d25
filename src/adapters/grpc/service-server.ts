import { Server, type ConnectionInjector } from "@grpc/grpc-js";
import { E3Error } from "../../core/error.ts";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import type { Log } from "../../ports/log.ts";
import type { ServiceServer } from "../../ports/service-server.ts";
import type { HostedService } from "../../ports/services.ts";
import { HealthService } from "./health.ts";
import { ServiceHost } from "./host.ts";
import { createInjector } from "./injector.ts";
import { defaultGrpcLimits, serverOptions, type GrpcLimits } from "./limits.ts";
import { Listener } from "./listener.ts";
import { reflectionServices } from "./reflection.ts";

/** What a server of services is made of. */
export interface ServiceServerOptions {
  /** Health and reflection, which tell of them, are added. */
  readonly services: readonly HostedService[];
  readonly log: Log;
  /** Largest message, bytes. Default 4 MiB. */
  readonly messageBytesMax?: number;
}

/** A gRPC server of services on a port of their own. */
export function createServiceServer(options: ServiceServerOptions): ServiceServer {
  return new GrpcServiceServer(options);
}

class GrpcServiceServer implements ServiceServer {
  readonly #limits: GrpcLimits;
  readonly #log: Log;
  readonly #host: ServiceHost;
  readonly #health: HealthService;
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  #listener: Listener | undefined;
  #state: "idle" | "listening" | "closed" = "idle";

  constructor({ services, log, messageBytesMax = defaultGrpcLimits.messageBytesMax }: ServiceServerOptions) {
    this.#limits = { ...defaultGrpcLimits, messageBytesMax };
    this.#log = log;
    this.#host = new ServiceHost({ log });
    this.#health = new HealthService(services.map((each) => each.descriptor.typeName));
    const told = [Health, ...services.map((each) => each.descriptor)];
    this.#server = new Server(serverOptions(this.#limits));
    for (const hosted of [...services, this.#health.hosted, ...reflectionServices(told)]) {
      this.#host.add(this.#server, hosted);
    }
    this.#injector = createInjector(this.#server, this.#limits.windowBytes);
  }

  async listen(address: string): Promise<string> {
    if (this.#state === "listening") throw new E3Error("bad-option", "this server listens already");
    if (this.#state === "closed") throw new E3Error("closed", "this server is closed");
    this.#state = "listening";
    this.#listener = await Listener.open({
      address,
      connectionsMax: this.#limits.connectionsMax,
      accept: (socket) => this.#injector.injectConnection(socket),
      log: this.#log,
    });
    return this.#listener.address;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "closed") return;
    this.#state = "closed";
    const stopped = this.#listener?.stop();
    this.#health.shutdown();
    this.#host.close();
    await this.#callsEnded();
    this.#server.forceShutdown();
    this.#listener?.cutAll();
    await stopped;
  }

  /** Resolves when all calls have ended, or the grace is over. */
  #callsEnded(): Promise<void> {
    return new Promise((resolve) => {
      const grace = setTimeout(resolve, this.#limits.graceMs);
      this.#server.tryShutdown(() => {
        clearTimeout(grace);
        resolve();
      });
    });
  }
}
