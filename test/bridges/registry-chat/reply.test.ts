import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameParser } from "../../../src/bridges/registry-chat/frame-parser.ts";
import { encodePrivate, encodeReply, type Reply } from "../../../src/bridges/registry-chat/reply.ts";
import { textBytesMax, textFault } from "../../../src/bridges/registry-chat/text-fault.ts";
import { textOf } from "./bytes.ts";

test.each<readonly [Reply, string]>([
  [{ kind: "client-ok", text: "beyza accepted.", port: 7123 }, " 3   ali 33  &&CLIENTOK&&|beyza accepted.|7123"],
  [{ kind: "client-exit", text: "ali left." }, " 3   ali 24  &&CLIENTEXIT&&|ali left."],
  [{ kind: "found", text: "beyza found." }, " 3   ali 22  &&FOUND&&|beyza found."],
  [{ kind: "not-found", text: "user not found" }, " 3   ali 27  &&NOTFOUND&&|user not found"],
  [{ kind: "busy", text: "busy" }, " 3   ali 13  &&BUSY&&|busy"],
  [{ kind: "invalid-search", text: "you" }, " 3   ali 21  &&INVALIDSEARCH&&|you"],
  [{ kind: "logout-success" }, " 3   ali 17  &&LOGOUTSUCCESS&&"],
  [{ kind: "text", text: "ali joined the group chat" }, " 3   ali 25  ali joined the group chat"],
  [{ kind: "message", from: "ali", text: "see 10:30" }, " 3   ali 26  &&MESSAGE&&|ali: see 10:30"],
])("%j is two frames: whose doing it is, and what is said", (reply, bytes) => {
  expect(textOf(encodeReply("ali", reply))).toBe(bytes);
});

test("a private message is one frame", () => {
  expect(textOf(encodePrivate("bob", "Hi there!"))).toBe(" 26  &&MESSAGE&&|bob: Hi there!");
});

test("what is told of mistakes can neither be cut off by a program nor taken for a command", () => {
  const told = encodeReply("ali", { kind: "text", text: "127.0.0.1:8081: no | and no &&LOGOUTSUCCESS&& here" });
  expect(textOf(told)).toBe(" 3   ali 51  127.0.0.1 8081 no   and no & &LOGOUTSUCCESS& & here");
});

test("one text in is two frames out, and a program finds no other command in them", () => {
  const words = fc.constantFrom("&&", "&&CLIENTEXIT&&", "&&LOGOUTSUCCESS&&|", "|", "&&FOUND", " 7   ", "\n", ": ");
  const text = fc.array(fc.oneof(words, fc.string({ unit: "grapheme" }))).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, (said) => {
      fc.pre(textFault(said) === undefined);
      const { items, fault } = new FrameParser().push(encodeReply("ali", { kind: "message", from: "ali", text: said }));
      expect([items, fault]).toEqual([["ali", `&&MESSAGE&&|ali: ${said}`], undefined]);
      expect(items[1]?.match(/&&[A-Z]+/g)).toEqual(["&&MESSAGE"]);
    }),
  );
});

test("the longest text of the peer with the longest name has room", () => {
  const text = "x".repeat(textBytesMax);
  expect(textFault(text)).toBeUndefined();
  expect(encodeReply("ali", { kind: "message", from: "n".repeat(256), text }).length).toBeGreaterThan(textBytesMax);
});
