import { expect, test } from "vitest";
import { headerBytes, messageType } from "../../../src/bridges/gossip/message.ts";

test("the messages have the numbers 500 to 507, behind a size of two bytes", () => {
  expect(Object.values(messageType)).toEqual([500, 501, 502, 503, 504, 505, 506, 507]);
  expect(headerBytes).toBe(4);
});
