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

/** Opens a gRPC call, of which nothing is read until somebody does. */
export function call(session: ClientHttp2Session, path: string, more: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  const headers = { ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...more };
  const stream = session.request(headers);
  stream.on("error", () => {});
  return stream;
}

/** The gRPC status a call ends with, from its trailers or, when it has no others, its headers. */
export async function statusOf(stream: ClientHttp2Stream): Promise<string> {
  let status: unknown;
  const note = (headers: Record<string, unknown>): void => void (status ??= headers["grpc-status"]);
  stream.on("response", note).on("trailers", note).resume();
  if (!stream.closed) await once(stream, "close");
  return typeof status === "string" ? status : String(stream.rstCode);
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
