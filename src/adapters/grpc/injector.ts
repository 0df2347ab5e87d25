import type { Http2Server, ServerOptions } from "node:http2";
import { ServerCredentials, type ConnectionInjector, type Server } from "@grpc/grpc-js";

/** The fields of grpc-js's Server that hold its HTTP/2 options and servers. */
interface Internals {
  readonly commonServerOptions: ServerOptions;
  readonly http2Servers: ReadonlyMap<Http2Server, unknown>;
}

/**
 * Makes what takes accepted connections into a server, with a wider receive window than HTTP/2's 64 KiB, which would
 * hold a 50 ms road to 1.3 MB/s.
 *
 * grpc-js 1.14 offers the window as an option to clients only, so this sets it where the server keeps its options, in
 * fields that are not public. If another version moves them, this throws, or its test fails.
 *
 * @param windowBytes Bytes that may be on their way, for each connection and each stream.
 */
export function createInjector(server: Server, windowBytes: number): ConnectionInjector {
  const { commonServerOptions, http2Servers } = server as unknown as Internals;
  commonServerOptions.settings = { ...commonServerOptions.settings, initialWindowSize: windowBytes };
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  for (const http2Server of http2Servers.keys()) {
    http2Server.on("session", (session) => session.setLocalWindowSize(windowBytes));
  }
  return injector;
}
