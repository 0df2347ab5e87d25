import { BaseServerInterceptingCall } from "@grpc/grpc-js/build/src/server-interceptors.js";
import { expect, test } from "vitest";
import { PrefixedFrame } from "../../../src/adapters/grpc/prefixed-frame.ts";
import { frameRoomBytes } from "../../../src/core/batch.ts";

/** A frame with room before it, and other bytes around. */
function roomy(...bytes: readonly number[]): Uint8Array {
  const memory = new Uint8Array(100).fill(0xee);
  memory.set(bytes, 10);
  return memory.subarray(10, 10 + bytes.length);
}

test("the prefix is written before the frame: not compressed, and the length, big-endian", () => {
  const frame = roomy(...Array.from({ length: 70 }, () => 7));
  const { bytes, message } = new PrefixedFrame(frame);
  expect([...bytes.subarray(0, frameRoomBytes)]).toEqual([0, 0, 0, 0, 70]);
  expect(bytes.length).toBe(75);
  expect([...message]).toEqual([...frame]);
  expect(bytes.buffer).toBe(frame.buffer);
  expect([new Uint8Array(frame.buffer)[4], new Uint8Array(frame.buffer)[80]]).toEqual([0xee, 0xee]);
});

test("a server call passes such a frame on as it is, and anything else as before", () => {
  const call = {
    name: "x",
    serializeMessage(message: unknown): unknown {
      return `${this.name}${String(message)}`;
    },
  };
  PrefixedFrame.passedOn(call);
  const prefixed = new PrefixedFrame(roomy(1, 2));
  expect(call.serializeMessage(prefixed)).toBe(prefixed.bytes);
  expect(call.serializeMessage("y")).toBe("xy");
});

test("grpc-js still has the method that this depends on", () => {
  expect(BaseServerInterceptingCall.prototype).toHaveProperty("serializeMessage", expect.any(Function));
});
