import { once } from "node:events";
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from "node:http2";
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** gRPC's five bytes in front of a message, then the message. */
export function grpcMessage(bytes: Uint8Array, claimed = bytes.byteLength): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(claimed, 1);
  return Buffer.concat([head, bytes]);
}

/** A plain HTTP/2 connection: a caller that need not keep gRPC's rules. */
export function connectRaw(address: string): ClientHttp2Session {
  const session = connect(`http://${address}`);
  session.on("error", () => {});
  return session;
}

/** A gRPC call of which nothing is read before its status is asked for. */
export interface RawCall {
  readonly session: ClientHttp2Session;
  readonly stream: ClientHttp2Stream;
  /** Reads all there is. @returns the gRPC status, from the trailers or, when there are none, the headers. */
  status(): Promise<string>;
}

/** Opens a gRPC call. */
export function call(address: string, path: string, more: OutgoingHttpHeaders = {}): RawCall {
  const session = connectRaw(address);
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...more };
  const stream = session.request(headers);
  let status: unknown;
  const note = (received: Record<string, unknown>): void => void (status ??= received["grpc-status"]);
  stream.on("response", note).on("trailers", note);
  // The other side has ended; so does this one.
  stream.on("end", () => stream.end());
  stream.on("error", () => {});
  const ended = new Promise<void>((resolve) => stream.once("close", resolve));
  return {
    session,
    stream,
    status: async () => {
      stream.resume();
      await ended;
      session.destroy();
      return typeof status === "string" ? status : `reset ${stream.rstCode}`;
    },
  };
}

/** A TCP connection to an address. */
export function connectTcp(address: string): Socket {
  const [host = "", port] = address.split(":");
  const socket = connectSocket(Number(port), host);
  return socket.on("error", () => {});
}

/** A TCP server on a free port that does with its connections as it is told. */
export async function serveTcp(serve: (socket: Socket) => void): Promise<{ server: Server; address: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    serve(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}
