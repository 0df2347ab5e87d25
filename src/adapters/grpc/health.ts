import { E3Error } from "../../core/error.ts";
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
  type HealthCheckRequest,
} from "../../gen/grpc/health/v1/health_pb.ts";
import type { CallContext, HostedService, ServiceHandlers } from "../../ports/services.ts";

/**
 * The standard health service: SERVING for the server as a whole ("") and each service named, until shutdown is called.
 *
 * Source: grpc.health.v1, whose comments say what Check, Watch and List answer.
 */
export class HealthService {
  readonly #names: ReadonlySet<string>;
  readonly #waiting = new Set<() => void>();
  #status = ServingStatus.SERVING;

  /** @param services Full names of the services hosted. */
  constructor(services: readonly string[]) {
    this.#names = new Set(["", ...services]);
  }

  /** The service to host. */
  get hosted(): HostedService {
    const handlers: ServiceHandlers<typeof Health> = {
      check: (request) => this.#check(request),
      watch: (request, context) => this.#watch(request, context),
      list: () => this.#list(),
    };
    return { descriptor: Health, handlers, loopbackOnly: false };
  }

  /** From now on everything is NOT_SERVING; watchers are told. */
  shutdown(): void {
    this.#status = ServingStatus.NOT_SERVING;
    for (const wake of this.#waiting) wake();
  }

  async #check(request: HealthCheckRequest): Promise<{ status: ServingStatus }> {
    if (this.#names.has(request.service)) return { status: this.#status };
    throw new E3Error("unknown-peer", `no service named ${JSON.stringify(request.service)} here`);
  }

  async *#watch(request: HealthCheckRequest, { signal }: CallContext): AsyncGenerator<{ status: ServingStatus }> {
    for (let last: ServingStatus | undefined; ;) {
      const status = this.#names.has(request.service) ? this.#status : ServingStatus.SERVICE_UNKNOWN;
      // The change comes before the check for the end, so that a closing server's last word is NOT_SERVING.
      if (status !== last) yield { status: (last = status) };
      else if (signal.aborted) return;
      else await this.#change(signal);
    }
  }

  async #list(): Promise<{ statuses: Record<string, { status: ServingStatus }> }> {
    return { statuses: Object.fromEntries([...this.#names].map((name) => [name, { status: this.#status }])) };
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake);
    });
  }
}
