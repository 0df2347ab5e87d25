import { expect, test, vi } from "vitest";
import { GrpcWire, type WireCall } from "../../../src/adapters/grpc/wire.ts";

/** A call that notes what the wire does with it. */
function fakeCall(): WireCall & { readonly did: readonly string[]; drain(): void; bytes: number } {
  const did: string[] = [];
  let done: () => void = () => {};
  return {
    did,
    bytes: 0,
    bytesRead() {
      return this.bytes;
    },
    write: (frame, _hasRoom, written) => {
      did.push(`write ${frame.byteLength}`);
      done = written;
    },
    end: () => did.push("end"),
    release: (abrupt) => did.push(abrupt ? "cut" : "release"),
    drain: () => done(),
  };
}

function wired(graceMs = 1_000) {
  const call = fakeCall();
  const over = vi.fn<(wire: GrpcWire) => void>();
  const wire = new GrpcWire({ remote: "127.0.0.1:8081", call, frameBytesMax: 10, graceMs, over });
  const told: string[] = [];
  wire.attach({
    frame: (bytes) => told.push(`frame ${bytes.byteLength}`),
    progress: () => told.push("progress"),
    drained: () => told.push("drained"),
    closed: (reason) => told.push(`closed ${reason}`),
  });
  return { call, wire, told, over };
}

test("a write is outstanding until the call says that it is done (invariant 1)", () => {
  const { call, wire, told } = wired();
  wire.write(new Uint8Array(3));
  expect(() => wire.write(new Uint8Array(4))).toThrow("outstanding");
  call.drain();
  wire.write(new Uint8Array(5));
  expect(call.did).toEqual(["write 3", "write 5"]);
  expect(told).toEqual(["drained"]);
});

test("close waits for the outstanding write, then ends the call", () => {
  const { call, wire, told } = wired();
  wire.write(new Uint8Array(3));
  wire.close();
  expect(call.did).toEqual(["write 3"]);
  call.drain();
  expect(call.did).toEqual(["write 3", "end"]);
  wire.finish("whatever", false);
  expect(told).toEqual(["closed "]);
});

test("frames after close are not delivered (invariant 2)", () => {
  const { wire, told } = wired();
  wire.received(new Uint8Array(1));
  wire.close();
  wire.received(new Uint8Array(2));
  wire.finish("", false);
  wire.received(new Uint8Array(3));
  expect(told).toEqual(["frame 1", "closed "]);
});

test("closed is told once, with the first reason (invariant 3)", () => {
  const { call, wire, told, over } = wired();
  wire.finish("connection lost", true);
  wire.finish("again", false);
  wire.write(new Uint8Array(1));
  wire.close();
  expect(told).toEqual(["closed connection lost"]);
  expect(call.did).toEqual(["cut"]);
  expect(over).toHaveBeenCalledTimes(1);
});

test("a wire whose other end does not agree is cut when the grace is over", () => {
  vi.useFakeTimers();
  try {
    const { call, wire, told } = wired(1_000);
    wire.write(new Uint8Array(3));
    wire.close();
    vi.advanceTimersByTime(999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(call.did).toEqual(["write 3", "cut"]);
    expect(told).toEqual(["closed "]);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a frame above the limit is not written: it ends the wire, after write has returned", async () => {
  const { call, wire, told } = wired();
  wire.write(new Uint8Array(11));
  expect(told).toEqual([]);
  await Promise.resolve();
  expect(call.did).toEqual(["cut"]);
  expect(told).toEqual(["closed a frame of 11 bytes is above the limit of 10 bytes"]);
});

test("bytes that arrive without a frame are told as progress, once for each look", () => {
  const { call, wire, told } = wired();
  wire.look();
  expect(told).toEqual([]);
  call.bytes = 5;
  wire.look();
  wire.look();
  expect(told).toEqual(["progress"]);
  call.bytes = 9;
  wire.look();
  expect(told).toEqual(["progress", "progress"]);
});

test("a frame says enough by itself, and a connection that is gone makes no progress", () => {
  const { call, wire, told } = wired();
  call.bytes = 5;
  wire.received(new Uint8Array(1));
  wire.look();
  expect(told).toEqual(["frame 1"]);
  call.bytes = 0;
  wire.look();
  expect(told).toEqual(["frame 1"]);
  wire.close();
  call.bytes = 9;
  wire.look();
  expect(told).toEqual(["frame 1"]);
});
