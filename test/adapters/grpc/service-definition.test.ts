import { expect, test } from "vitest";
import { asBuffer, methodDefinition, serviceDefinition } from "../../../src/adapters/grpc/service-definition.ts";
import { LinkService } from "../../../src/gen/e3/v1/link_pb.ts";
import { PeerService } from "../../../src/gen/e3/v1/peer_pb.ts";
import { ServerReflection } from "../../../src/gen/grpc/reflection/v1/reflection_pb.ts";

test("every method is there, with its path and its kind of call", () => {
  const peer = serviceDefinition(PeerService);
  expect(Object.keys(peer)).toEqual(Object.keys(PeerService.method));
  expect(peer["send"]).toMatchObject({ path: "/e3.v1.PeerService/Send", requestStream: false, responseStream: false });
  expect(peer["messages"]).toMatchObject({
    path: "/e3.v1.PeerService/Messages",
    requestStream: false,
    responseStream: true,
  });
  expect(methodDefinition(LinkService.method.link)).toMatchObject({ requestStream: true, responseStream: true });
  expect(methodDefinition(ServerReflection.method.serverReflectionInfo).path).toBe(
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  );
});

test("requests and answers survive the way, 64-bit numbers included", () => {
  const send = methodDefinition(PeerService.method.send);
  const request = { to: 2n ** 63n - 1n, content: { case: "text", value: "Hi there!" }, ttlMs: 5 };
  expect(send.requestDeserialize(send.requestSerialize(request))).toMatchObject(request);
  expect(send.responseDeserialize(send.responseSerialize({ number: 7n }))).toMatchObject({ number: 7n });
});

test("bytes that are no such message throw", () => {
  const send = methodDefinition(PeerService.method.send);
  expect(() => send.requestDeserialize(Buffer.of(0xff, 0xff))).toThrow(/invalid|illegal|premature|varint/i);
});

test("decoded bytes do not share memory with what came in", () => {
  const send = methodDefinition(PeerService.method.send);
  const content = { case: "data", value: { contentType: "a/b", data: Uint8Array.of(1, 2, 3) } };
  const encoded = send.requestSerialize({ content });
  const pooled = Buffer.concat([encoded]);
  const decoded = send.requestDeserialize(pooled);
  pooled.fill(0);
  expect(decoded).toMatchObject({ content });
});

test("a Buffer of bytes is the same memory", () => {
  const memory = Uint8Array.of(1, 2, 3, 4);
  const buffer = asBuffer(memory.subarray(1, 3));
  expect([...buffer]).toEqual([2, 3]);
  expect(buffer.buffer).toBe(memory.buffer);
});
