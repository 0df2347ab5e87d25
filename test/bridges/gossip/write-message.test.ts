import { expect, test } from "vitest";
import { responseCountMax, writeMessage } from "../../../src/bridges/gossip/write-message.ts";

const announcement = { ttl: 3, type: 0x0102, data: Uint8Array.of(0x68, 0x69) };

test("each message is written byte for byte, its reserved bits 0", () => {
  const data = Uint8Array.of(1, 2, 3);
  expect([...writeMessage({ kind: "announce", announcement })]).toEqual([0, 10, 1, 0xf4, 3, 0, 1, 2, 0x68, 0x69]);
  expect([...writeMessage({ kind: "notify", type: 0xabcd })]).toEqual([0, 8, 1, 0xf5, 0, 0, 0xab, 0xcd]);
  const notification = { kind: "notification", id: 0xffee, type: 7, data } as const;
  expect([...writeMessage(notification)]).toEqual([0, 11, 1, 0xf6, 0xff, 0xee, 0, 7, 1, 2, 3]);
  expect([...writeMessage({ kind: "validation", id: 9, isValid: true })]).toEqual([0, 8, 1, 0xf7, 0, 9, 0, 1]);
  expect([...writeMessage({ kind: "validation", id: 9, isValid: false })]).toEqual([0, 8, 1, 0xf7, 0, 9, 0, 0]);
  const address = "127.0.0.1:6001";
  expect([...writeMessage({ kind: "pull", address })]).toEqual([0, 10, 1, 0xf8, 127, 0, 0, 1, 0x17, 0x71]);
  expect([...writeMessage({ kind: "push", address })]).toEqual([0, 10, 1, 0xfa, 127, 0, 0, 1, 0x17, 0x71]);
  const addresses = ["10.0.0.1:80", "10.0.0.2:65535"];
  const listed = [10, 0, 0, 1, 0, 80, 10, 0, 0, 2, 0xff, 0xff];
  expect([...writeMessage({ kind: "response", addresses })]).toEqual([0, 18, 1, 0xf9, 0, 2, ...listed]);
  const wrapped = [0, 10, 1, 0xf4, 3, 0, 1, 2, 0x68, 0x69];
  expect([...writeMessage({ kind: "content", announcement })]).toEqual([0, 14, 1, 0xfb, ...wrapped]);
});

test("the fullest response fits, and one more would not", () => {
  const addresses = Array<string>(responseCountMax).fill("10.0.0.1:80");
  const bytes = writeMessage({ kind: "response", addresses });
  expect([bytes.length, bytes[0], bytes[1]]).toEqual([65_532, 0xff, 0xfc]);
});

test("an address that the wire cannot state is one that nobody can dial", () => {
  expect([...writeMessage({ kind: "push", address: "[::1]:6001" })]).toEqual([0, 10, 1, 0xfa, 0, 0, 0, 0, 0, 0]);
});
