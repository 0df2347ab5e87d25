import { once } from "node:events";
import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { dialWire } from "../../../src/adapters/grpc/dial.ts";
import { defaultGrpcLimits, type GrpcLimits } from "../../../src/adapters/grpc/limits.ts";
import type { Transport } from "../../../src/ports/transport.ts";
import { Ends, type End } from "../../contract/transport-ends.ts";
import { grpcMessage, serveTcp } from "./raw.ts";

const servers: (Server | Http2Server)[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Dials by itself: the rest of a transport is not needed. */
function dial(address: string, limits: Partial<GrpcLimits> = {}): End {
  const only: Transport = {
    dial: (to, handler) =>
      dialWire({ address: to, handler, limits: { ...defaultGrpcLimits, ...limits }, over: () => {} }),
    listen: () => Promise.reject(new Error("not here")),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return new Ends({ make: () => only, frameBytesMax: 0 }).dial(only, address);
}

/** A TCP server that does with its connections as told. */
async function tcp(serve: (socket: Socket) => void): Promise<string> {
  const { server, address } = await serveTcp(serve);
  servers.push(server);
  return address;
}

/** An HTTP/2 server whose link calls are handled as told. */
async function http2(
  serve: (stream: ServerHttp2Stream) => void,
): Promise<{ address: string; session: Promise<ServerHttp2Session> }> {
  const server = createServer();
  servers.push(server);
  const session = once(server, "session").then(([first]) => first as ServerHttp2Session);
  server.on("sessionError", () => {});
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    serve(stream);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, session };
}

const headers = { ":status": 200, "content-type": "application/grpc" };

test("what is no address is told to the handler, with what would be right", async () => {
  expect(await dial("nonsense").closed).toContain("expected host:port");
});

test("a name that nobody knows is told in plain words", async () => {
  expect(await dial("no-such-host.invalid:8081").closed).toBe("name not found");
});

test("a server that closes the connection at once is told in plain words", async () => {
  const end = dial(await tcp((socket) => socket.destroy()));
  end.write(Uint8Array.of(1));
  expect(await end.closed).toMatch(/^(connection lost|connection reset)$/);
});

test("a server of another protocol is told in plain words, and its connection is closed", async () => {
  let gone: Promise<unknown> = Promise.resolve();
  const address = await tcp((socket) => {
    gone = once(socket, "close");
    socket.resume().write("220 mail.example ESMTP ready, and much more than nine bytes\r\n");
  });
  expect(await dial(address).closed).toBe("the other end does not speak gRPC");
  await gone;
});

test("a gRPC server without links says that it serves none", async () => {
  const server = new GrpcServer();
  const port = await new Promise<number>((resolve) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_error, bound) => resolve(bound));
  });
  expect(await dial(`127.0.0.1:${port}`).closed).toBe("the other end serves no links");
  server.forceShutdown();
});

test("a server that accepts and says nothing is given up, and its connection is closed", async () => {
  let gone: Promise<unknown> = Promise.resolve();
  const address = await tcp((socket) => {
    gone = once(socket.resume(), "close");
  });
  expect(await dial(address, { dialMs: 50 }).closed).toBe("no answer within 50 ms");
  await gone;
});

test("closing while the connection is being made leaves nothing behind", async () => {
  const { server, address } = await serveTcp((socket) => socket.resume());
  servers.push(server);
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const end = dial(address, { graceMs: 20 });
  const socket = await arrived;
  const gone = once(socket, "close");
  end.close();
  expect(await end.closed).toBe("");
  await gone;
});

test("an acceptor that ends the call has closed the wire, after all its frames", async () => {
  const { address, session } = await http2((stream) => {
    stream.respond(headers, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.write(grpcMessage(Uint8Array.of(1)));
    stream.end(grpcMessage(Uint8Array.of(2)));
  });
  const end = dial(address);
  expect(await end.closed).toBe("");
  expect(end.frames).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  await once(await session, "close");
});

test("an acceptor whose socket is destroyed has lost the connection", async () => {
  const { address, session } = await http2((stream) => {
    stream.respond(headers);
    stream.write(grpcMessage(Uint8Array.of(1)));
  });
  const end = dial(address);
  await end.until(() => end.frames.length === 1);
  (await session).destroy();
  expect(await end.closed).toBe("connection lost");
});

test("a frame from the acceptor announced as too large ends the wire before it is read", async () => {
  const { address } = await http2((stream) => {
    stream.respond(headers);
    stream.write(grpcMessage(Uint8Array.of(1), 1_001));
  });
  const end = dial(address, { messageBytesMax: 1_000 });
  expect(await end.closed).toBe("a frame of 1001 bytes is above the limit of 1000 bytes");
});

test("what an acceptor says at the end is told without its control characters, and cut", async () => {
  const { address } = await http2((stream) => {
    const message = encodeURIComponent(`go away\u001b[2J\u202e${"x".repeat(1_000)}`);
    stream.respond({ ...headers, "grpc-status": "7", "grpc-message": message }, { endStream: true });
  });
  const reason = await dial(address).closed;
  expect(reason).toMatch(/^go away\ufffd\[2J\ufffdx+$/);
  expect(reason.length).toBeLessThanOrEqual(200);
});

test("an acceptor that stops reading holds up its own writer, and the wire ends within its grace", async () => {
  const frame = new Uint8Array(1_000_000);
  const { address, session } = await http2((stream) => stream.respond(headers));
  const stalled = dial(address, { graceMs: 50 });
  stalled.onDrained = () => stalled.write(frame);
  stalled.write(frame);
  const lively = await http2((stream) => stream.respond(headers) ?? stream.pipe(stream));
  const bystander = dial(lively.address);
  await bystander.sendAll(Array.from({ length: 200 }, () => Uint8Array.of(1)));
  await bystander.until(() => bystander.frames.length === 200);
  expect([stalled.writes, stalled.drains]).toEqual([1, 0]);
  stalled.close();
  bystander.close();
  expect(await stalled.closed).toBe("");
  await bystander.closed;
  await once(await session, "close");
});
