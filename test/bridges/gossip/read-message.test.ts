import { expect, test } from "vitest";
import { readMessage } from "../../../src/bridges/gossip/read-message.ts";

function read(...bytes: readonly number[]): unknown {
  return readMessage(Uint8Array.from(bytes));
}

test("ANNOUNCE: size, 500, ttl, a reserved byte, type, data", () => {
  const announcement = { ttl: 3, type: 0x0102, data: Uint8Array.of(0x68, 0x69) };
  expect(read(0, 10, 1, 0xf4, 3, 0xaa, 1, 2, 0x68, 0x69)).toEqual({ kind: "announce", announcement });
});

test("ANNOUNCE may have no data", () => {
  const announcement = { ttl: 0, type: 1, data: new Uint8Array(0) };
  expect(read(0, 8, 1, 0xf4, 0, 0, 0, 1)).toEqual({ kind: "announce", announcement });
});

test("NOTIFY: 8, 501, two reserved bytes, type", () => {
  expect(read(0, 8, 1, 0xf5, 0xff, 0xff, 0xab, 0xcd)).toEqual({ kind: "notify", type: 0xabcd });
});

test("NOTIFICATION: size, 502, message id, type, data", () => {
  const said = { kind: "notification", id: 0xffee, type: 7, data: Uint8Array.of(1) };
  expect(read(0, 9, 1, 0xf6, 0xff, 0xee, 0, 7, 1)).toEqual(said);
});

test("VALIDATION: 8, 503, message id, and the last bit of the rest", () => {
  expect(read(0, 8, 1, 0xf7, 0, 9, 0, 1)).toEqual({ kind: "validation", id: 9, isValid: true });
  expect(read(0, 8, 1, 0xf7, 0, 9, 0xff, 0xff)).toEqual({ kind: "validation", id: 9, isValid: true });
  expect(read(0, 8, 1, 0xf7, 0, 9, 0xff, 0xfe)).toEqual({ kind: "validation", id: 9, isValid: false });
});

test("PULL and PUSH: 10, type, four bytes of address, port", () => {
  expect(read(0, 10, 1, 0xf8, 127, 0, 0, 1, 0x17, 0x71)).toEqual({ kind: "pull", address: "127.0.0.1:6001" });
  expect(read(0, 10, 1, 0xfa, 192, 168, 1, 38, 0x1f, 0x90)).toEqual({ kind: "push", address: "192.168.1.38:8080" });
});

test("RESPONSE: size, 505, count, and so many addresses", () => {
  expect(read(0, 6, 1, 0xf9, 0, 0)).toEqual({ kind: "response", addresses: [] });
  const two = [10, 0, 0, 1, 0, 80, 10, 0, 0, 2, 0xff, 0xff];
  expect(read(0, 18, 1, 0xf9, 0, 2, ...two)).toEqual({
    kind: "response",
    addresses: ["10.0.0.1:80", "10.0.0.2:65535"],
  });
});

test("SEND_CONTENT: size, 507, a whole ANNOUNCE", () => {
  const announcement = { ttl: 2, type: 1, data: Uint8Array.of(0x68, 0x69) };
  expect(read(0, 14, 1, 0xfb, 0, 10, 1, 0xf4, 2, 0, 0, 1, 0x68, 0x69)).toEqual({ kind: "content", announcement });
});

test.each([
  ["a type of no message", [0, 4, 2, 0x58], "no message has the type 600; 500 to 507 have one"],
  ["an ANNOUNCE without its type", [0, 6, 1, 0xf4, 0, 0], "an ANNOUNCE has 8 bytes or more, not 6"],
  ["a NOTIFY that is too long", [0, 9, 1, 0xf5, 0, 0, 0, 1, 0], "a NOTIFY has 8 bytes, not 9"],
  ["a NOTIFICATION without its type", [0, 6, 1, 0xf6, 0, 1], "a NOTIFICATION has 8 bytes or more, not 6"],
  ["a VALIDATION that is too short", [0, 6, 1, 0xf7, 0, 1], "a VALIDATION has 8 bytes, not 6"],
  ["a PULL without a port", [0, 8, 1, 0xf8, 127, 0, 0, 1], "a PULL has 10 bytes, not 8"],
  ["a PUSH without anything", [0, 4, 1, 0xfa], "a PUSH has 10 bytes, not 4"],
  ["a RESPONSE without a count", [0, 4, 1, 0xf9], "a RESPONSE has 6 bytes or more, not 4"],
  ["a RESPONSE that promises more", [0, 6, 1, 0xf9, 0xff, 0xff], "a RESPONSE of 65535 peers has 393216 bytes, not 6"],
  ["a SEND_CONTENT of nothing", [0, 4, 1, 0xfb], "a SEND_CONTENT wraps a whole message, not 0 bytes"],
  [
    "a SEND_CONTENT of something else",
    [0, 12, 1, 0xfb, 0, 8, 1, 0xf5, 0, 0, 0, 1],
    "a SEND_CONTENT wraps an ANNOUNCE, not a message of the type 501",
  ],
  [
    "a SEND_CONTENT of two messages",
    [0, 20, 1, 0xfb, 0, 8, 1, 0xf4, 0, 0, 0, 1, 0, 8, 1, 0xf4, 0, 0, 0, 1],
    "a SEND_CONTENT wraps 16 bytes that say they are 8",
  ],
  ["a SEND_CONTENT of half an ANNOUNCE", [0, 8, 1, 0xfb, 0, 4, 1, 0xf4], "an ANNOUNCE has 8 bytes or more, not 4"],
])("%s is corrupt", (_, bytes, reason) => {
  expect(read(...bytes)).toEqual({ kind: "corrupt", reason });
});

test("a RESPONSE that is longer or shorter than its peers is corrupt", () => {
  const [count, address] = [
    [0, 1],
    [127, 0, 0, 1, 0x17, 0x71],
  ];
  expect(read(0, 12, 1, 0xf9, ...count, ...address)).toEqual({ kind: "response", addresses: ["127.0.0.1:6001"] });
  expect(read(0, 13, 1, 0xf9, ...count, ...address, 0)).toMatchObject({ kind: "corrupt" });
  expect(read(0, 11, 1, 0xf9, ...count, ...address.slice(1))).toMatchObject({ kind: "corrupt" });
});
