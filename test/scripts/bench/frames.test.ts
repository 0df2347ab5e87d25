import { expect, test } from "vitest";
import { acksFrame, countAcks, frameCountMax, messagesFrame, readMessages } from "../../../scripts/bench/frames.ts";

/** What is in a frame. */
function messagesIn(frame: Buffer): readonly (readonly [number, string])[] {
  const messages: [number, string][] = [];
  readMessages(frame, (number, text) => messages.push([number, text]));
  return messages;
}

test("the messages of a frame are found again, with their numbers and texts", () => {
  expect(messagesIn(messagesFrame(7, 3, "Grüße"))).toEqual([
    [7, "Grüße"],
    [8, "Grüße"],
    [9, "Grüße"],
  ]);
});

test("numbers go round after 2^32", () => {
  expect(messagesIn(messagesFrame(2 ** 32 - 1, 2, "a")).map(([number]) => number)).toEqual([2 ** 32 - 1, 0]);
});

test("an acknowledgement each is counted, and must be the next", () => {
  const frame = acksFrame([5, 6, 7]);
  expect(countAcks(frame, 4)).toBe(3);
  expect(() => countAcks(frame, 5)).toThrow("out of order");
});

test("a frame is bounded by messages and by bytes, and holds one message at least", () => {
  expect(frameCountMax(64)).toBe(256);
  expect(frameCountMax(65_536)).toBe(3);
  expect(frameCountMax(1_000_000)).toBe(1);
});
