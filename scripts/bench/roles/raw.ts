/**
 * Raw grpc-js streams with the transport options of e3: what the stack under e3 can do with bytes that nobody routes, keeps
 * or makes durable. Built and started by scripts/bench/workshop.ts.
 */
import { createServer, type Socket } from "node:net";
import {
  Client,
  credentials,
  Server,
  type ClientDuplexStream,
  type MethodDefinition,
  type ServerDuplexStream,
} from "@grpc/grpc-js";
import { createInjector } from "../../../src/adapters/grpc/injector.ts";
import { clientOptions, defaultGrpcLimits, serverOptions } from "../../../src/adapters/grpc/limits.ts";
import { acksFrame, countAcks, frameCountMax, messagesFrame, readMessages } from "../frames.ts";
import { host, type Part } from "../host.ts";
import type { Load } from "../load.ts";
import type { RawSetup } from "../order.ts";
import { textOf } from "../text.ts";

type Upstream = ClientDuplexStream<Buffer, Buffer>;
type Downstream = ServerDuplexStream<Buffer, Buffer>;

const same = (bytes: Buffer): Buffer => bytes;
const method: MethodDefinition<Buffer, Buffer> = {
  path: "/bench.Line/Pass",
  requestStream: true,
  responseStream: true,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
};

host<RawSetup>("raw", async (setup, load) => {
  const { part, upstream } = setup;
  switch (part) {
    case "receiver":
      return serve((call) => call.on("data", (frame: Buffer) => call.write(answer(frame, setup))));
    case "forwarder":
      return serve((call) => {
        const { stream } = dial(upstream, () => call.end());
        call.on("data", (frame: Buffer) => stream.write(frame));
        stream.on("data", (frame: Buffer) => call.write(frame));
      });
    case "sender": {
      const { stream, client } = dial(upstream, (error) => load.failed(error));
      const send = (setup.style === "message-each" ? each : coalesced)(stream, setup, load);
      return { address: "", send, close: async () => client.close() };
    }
  }
});

/** What the receiver says to a frame, having read each message in it. */
function answer(frame: Buffer, { style }: RawSetup): Buffer {
  const numbers: number[] = [];
  readMessages(frame, (number, text) => {
    if (text === "") throw new Error("a message came without its text");
    numbers.push(number);
  });
  return acksFrame(style === "cumulative" ? numbers.slice(-1) : numbers);
}

/** One write for each message. */
function each(stream: Upstream, { bodyBytes }: RawSetup, load: Load): (count: number) => void {
  const text = textOf(bodyBytes);
  let number = 0;
  stream.on("data", () => load.settled(1));
  return (count) => {
    for (let sent = 0; sent < count; sent += 1) stream.write(messagesFrame((number += 1), 1, text));
  };
}

/** What is sent in one turn of the loop leaves in as few frames as there may be. */
function coalesced(stream: Upstream, { style, bodyBytes }: RawSetup, load: Load): (count: number) => void {
  const text = textOf(bodyBytes);
  const countMax = frameCountMax(bodyBytes);
  let number = 0;
  let settled = 0;
  let waiting = 0;
  const flush = (): void => {
    while (waiting > 0) {
      const count = Math.min(waiting, countMax);
      stream.write(messagesFrame(number + 1, count, text));
      number += count;
      waiting -= count;
    }
  };
  stream.on("data", (frame: Buffer) => {
    const count = style === "cumulative" ? (frame.readUInt32BE(0) - settled) >>> 0 : countAcks(frame, settled);
    settled = (settled + count) >>> 0;
    load.settled(count);
  });
  return (count) => {
    if (waiting === 0) queueMicrotask(flush);
    waiting += count;
  };
}

function dial(address: string, failed: (error: Error) => void): { readonly client: Client; readonly stream: Upstream } {
  const client = new Client(address, credentials.createInsecure(), clientOptions(defaultGrpcLimits));
  const stream = client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
  stream.on("error", failed);
  return { client, stream };
}

async function serve(pass: (call: Downstream) => void): Promise<Part> {
  const server = new Server(serverOptions(defaultGrpcLimits));
  server.addService({ pass: method }, { pass });
  const injector = createInjector(server, defaultGrpcLimits.windowBytes);
  const listener = createServer({ noDelay: true }, (socket: Socket) => injector.injectConnection(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const bound = listener.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  const close = async (): Promise<void> => {
    listener.close();
    server.forceShutdown();
  };
  return { address: `127.0.0.1:${port}`, close };
}
