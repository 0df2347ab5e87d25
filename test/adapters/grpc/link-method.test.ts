import { expect, test } from "vitest";
import { linkMethod } from "../../../src/adapters/grpc/link-method.ts";
import { PrefixedFrame } from "../../../src/adapters/grpc/prefixed-frame.ts";

test("it is the link of the schema, streaming both ways", () => {
  expect(linkMethod).toMatchObject({ path: "/e3.v1.LinkService/Link", requestStream: true, responseStream: true });
});

test("frames pass as they are, without a copy", () => {
  const memory = new Uint8Array(10).fill(7);
  const frame = memory.subarray(2, 5);
  const sent = linkMethod.requestSerialize(frame);
  expect(Buffer.isBuffer(sent)).toBe(true);
  const received = linkMethod.responseDeserialize(sent);
  expect(received).toEqual(frame);
  expect(received.buffer).toBe(memory.buffer);
});

test("a received frame is a plain array of bytes, whose slice is a copy", () => {
  const received = linkMethod.requestDeserialize(Buffer.from([1, 2]));
  expect(Buffer.isBuffer(received)).toBe(false);
  const copy = received.slice();
  received.fill(0);
  expect(copy).toEqual(Uint8Array.of(1, 2));
});

test("of a frame that has its prefix already, a grpc-js that does not pass it on as it is gets the message alone", () => {
  const memory = new Uint8Array(10).fill(7);
  const sent = linkMethod.responseSerialize(new PrefixedFrame(memory.subarray(6)));
  expect([...sent]).toEqual([7, 7, 7, 7]);
});
