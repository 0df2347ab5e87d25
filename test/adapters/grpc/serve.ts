import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ServiceHost, type ServiceHostOptions } from "../../../src/adapters/grpc/host.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import type { HostedService, ServiceHandlers } from "../../../src/ports/services.ts";
import { silent } from "./log.ts";

/** Handlers of the peer service: those given, and failures for the rest. */
export function peerService(
  handlers: Partial<ServiceHandlers<typeof PeerService>>,
  loopbackOnly = true,
): HostedService {
  const rest: Record<string, unknown> = {};
  for (const { localName } of PeerService.methods) {
    rest[localName] = () => Promise.reject(new Error("not in this test"));
  }
  return { descriptor: PeerService, handlers: { ...rest, ...handlers }, loopbackOnly };
}

/** A server of some services on a free port. */
export interface Served extends AsyncDisposable {
  readonly address: string;
  readonly host: ServiceHost;
}

/** Serves services until disposed. */
export async function serve(
  services: readonly HostedService[],
  options: Partial<ServiceHostOptions> = {},
): Promise<Served> {
  const server = new Server();
  const host = new ServiceHost({ log: silent, ...options });
  for (const hosted of services) host.add(server, hosted);
  const port = await new Promise<number>((resolve, reject) => {
    const done = (error: Error | null, bound: number): void => (error === null ? resolve(bound) : reject(error));
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), done);
  });
  return { address: `127.0.0.1:${port}`, host, [Symbol.asyncDispose]: async () => server.forceShutdown() };
}
