import { expect, test } from "vitest";
import { encodeData, encodeText } from "../../src/core/body.ts";
import { decodeSignal, encodeSignal, isSignal, reasonBytes } from "../../src/core/session-signal.ts";
import { messageIn } from "./session-room.ts";

test.each(["request", "accept", "reject", "busy", "end"] as const)("%s comes back as it was", (kind) => {
  const signal = { kind, session: 2n ** 64n - 1n, reason: "grüß" };
  const body = encodeSignal(signal);
  expect(isSignal(body)).toBe(true);
  expect(decodeSignal(messageIn(body), 1_024)).toEqual(signal);
});

test("what is malformed, nameless, of a kind unknown or too long is none", () => {
  expect(decodeSignal(Uint8Array.of(9), 1_024)).toBeUndefined();
  expect(decodeSignal(messageIn(encodeSignal({ kind: "end", session: 0n, reason: "" })), 9)).toBeUndefined();
  // Kind 9, session 1.
  expect(decodeSignal(Uint8Array.of(8, 9, 17, 1, 0, 0, 0, 0, 0, 0, 0), 9)).toBeUndefined();
  const long = messageIn(encodeSignal({ kind: "end", session: 1n, reason: "12345" }));
  expect([decodeSignal(long, 4), decodeSignal(long, 5)?.reason]).toEqual([undefined, "12345"]);
});

test("other bodies are no signals", () => {
  expect([encodeText("hello"), encodeData("a/b", Uint8Array.of(1)), new Uint8Array()].map(isSignal)).toEqual([
    false,
    false,
    false,
  ]);
});

test("a reason counts in bytes, and must be Unicode", () => {
  expect(reasonBytes("ü")).toBe(2);
  expect(() => reasonBytes("\ud800")).toThrow(expect.objectContaining({ code: "bad-content" }));
  expect(() => encodeSignal({ kind: "end", session: 1n, reason: "\ud800" })).toThrow("surrogate");
});
