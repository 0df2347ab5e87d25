import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reflectionServices } from "../../../src/adapters/grpc/reflection.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import {
  ServerReflectionRequestSchema,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "../../../src/gen/grpc/reflection/v1/reflection_pb.ts";
import { peerService, serve, type Served } from "./serve.ts";

const run = promisify(execFile);
const buf = join(dirname(createRequire(import.meta.url).resolve("@bufbuild/buf/package.json")), "bin", "buf");

describe.each(["grpc-v1", "grpc-v1alpha"])("a stock client that speaks reflection %s", (protocol) => {
  let server: Served;
  beforeAll(async () => {
    const greet = peerService({ getStatus: async () => ({ id: 77_252_666_718_255_106n, name: "ada" }) });
    server = await serve([greet, ...reflectionServices([PeerService])]);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const curl = async (...words: readonly string[]): Promise<string> => {
    const common = ["--protocol", "grpc", "--http2-prior-knowledge", "--reflect-protocol", protocol];
    const { stdout } = await run(process.execPath, [buf, "curl", ...common, ...words]);
    return stdout;
  };

  test("lists the methods", async () => {
    const listed = await curl("--list-methods", `http://${server.address}`);
    expect(listed.trim().split("\n")).toEqual(
      expect.arrayContaining(["e3.v1.PeerService/GetStatus", "e3.v1.PeerService/Messages", "e3.v1.PeerService/Send"]),
    );
  });

  test("calls one", async () => {
    const answer: unknown = JSON.parse(await curl(`http://${server.address}/e3.v1.PeerService/GetStatus`));
    expect(answer).toEqual({ id: "77252666718255106", name: "ada" });
  });
});

type Response = Pick<ServerReflectionResponse, "messageResponse" | "originalRequest" | "validHost">;
type Converse = (requests: AsyncIterable<ServerReflectionRequest>) => AsyncIterable<Response>;

/** Asks one question. */
async function ask(messageRequest: ServerReflectionRequest["messageRequest"]): Promise<Response["messageResponse"]> {
  const [service] = reflectionServices([PeerService]);
  const converse = service?.handlers["serverReflectionInfo"] as Converse;
  const request = create(ServerReflectionRequestSchema, { host: "here", messageRequest });
  const asked = async function* () {
    yield request;
  };
  for await (const { originalRequest, validHost, messageResponse } of converse(asked())) {
    expect([originalRequest, validHost]).toEqual([request, "here"]);
    return messageResponse;
  }
  throw new Error("no answer");
}

test("services are listed by full name, reflection itself among them", async () => {
  expect(await ask({ case: "listServices", value: "" })).toMatchObject({
    case: "listServicesResponse",
    value: {
      service: [
        { name: "e3.v1.PeerService" },
        { name: "grpc.reflection.v1.ServerReflection" },
        { name: "grpc.reflection.v1alpha.ServerReflection" },
      ],
    },
  });
});

/** The file, and all that it and those import. */
const needed = ["peer", "connecting", "envelope", "group", "history", "reading", "session"].map(
  (name) => `e3/v1/${name}.proto`,
);

test.each([
  ["fileByFilename", "e3/v1/peer.proto"],
  ["fileContainingSymbol", "e3.v1.PeerService"],
  ["fileContainingSymbol", ".e3.v1.PeerService"],
  ["fileContainingSymbol", "e3.v1.PeerService.Send"],
  ["fileContainingSymbol", "e3.v1.SendRequest"],
  ["fileContainingSymbol", "e3.v1.SendRequest.ttl_ms"],
  ["fileContainingSymbol", "e3.v1.SendRequest.content"],
  ["fileContainingSymbol", "e3.v1.Desired"],
  ["fileContainingSymbol", "e3.v1.DESIRED_GRANTED"],
] as const)("%s %s answers with the file and all it needs", async (question, value) => {
  const answer = await ask({ case: question, value });
  if (answer.case !== "fileDescriptorResponse") throw new Error(`answered with ${answer.case}`);
  const { fileDescriptorProto } = answer.value;
  const file = fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const names = file.map(({ name }) => name);
  expect(names[0]).toBe("e3/v1/peer.proto");
  expect(new Set(names)).toEqual(new Set(needed));
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: file.toReversed() }));
  expect(registry.getService("e3.v1.PeerService")?.methods.length).toBe(PeerService.methods.length);
});

test.each([
  [{ case: "fileByFilename", value: "nothing.proto" }, 5],
  [{ case: "fileContainingSymbol", value: "e3.v1.Nothing" }, 5],
  [{ case: "fileContainingSymbol", value: "e3.v1.PeerService.Nothing" }, 5],
  [{ case: "fileContainingSymbol", value: "" }, 5],
  [{ case: "allExtensionNumbersOfType", value: "e3.v1.SendRequest" }, 12],
  [{ case: undefined }, 3],
] as const)("%j is answered with error %i, and the conversation goes on", async (question, errorCode) => {
  expect(await ask(question)).toMatchObject({ case: "errorResponse", value: { errorCode } });
});
