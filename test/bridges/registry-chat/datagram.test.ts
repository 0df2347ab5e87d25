import fc from "fast-check";
import { expect, test } from "vitest";
import { readHello } from "../../../src/bridges/registry-chat/datagram.ts";
import { bytesOf } from "./bytes.ts";

test("a datagram says that somebody is still there", () => {
  expect(readHello(bytesOf(" 13  &&HELLO&&|ali"))).toEqual({ name: "ali" });
});

test.each([
  ["nothing", ""],
  ["less than it says", " 14  &&HELLO&&|ali"],
  ["more than it says", " 13  &&HELLO&&|ali!"],
  ["two frames", " 13  &&HELLO&&|ali 13  &&HELLO&&|ali"],
  ["something else", " 10  &&LOGOUT&&"],
  ["no command", " 3   ali"],
  ["no name", " 10  &&HELLO&&|"],
])("one with %s is a fault", (_, datagram) => {
  expect(readHello(bytesOf(datagram))).toMatchObject({ code: "malformed" });
});

test("no bytes are too odd", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (datagram) => {
      const read = readHello(datagram);
      expect("name" in read || read.code === "malformed" || read.code === "too-large").toBe(true);
    }),
  );
});
