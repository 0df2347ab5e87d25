import { status as Status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { plainReason, tooLarge } from "../../../src/adapters/grpc/reason.ts";

const refused =
  "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1 (2025-01-01T00:00:00.000Z)";

test.each([
  [Status.OK, "OK", ""],
  [Status.UNAVAILABLE, refused, "connection refused"],
  [Status.UNAVAILABLE, "No connection established. Last error: connect EHOSTUNREACH 10.0.0.1:1", "host unreachable"],
  [Status.UNAVAILABLE, "Name resolution failed for target dns:nowhere:1", "name not found"],
  [Status.UNAVAILABLE, "Connection dropped", "connection lost"],
  [Status.UNAVAILABLE, "Last error: Protocol error", "the other end does not speak gRPC"],
  [Status.UNIMPLEMENTED, "The server does not implement the method", "the other end serves no links"],
  [
    Status.RESOURCE_EXHAUSTED,
    "Received message larger than max (9 vs 8)",
    "a frame of 9 bytes is above the limit of 8 bytes",
  ],
  [Status.RESOURCE_EXHAUSTED, "too many links", "too many links"],
  [Status.INTERNAL, "Received RST_STREAM with code 2", "connection lost"],
])("status %d with %j is told as %j", (code, details, reason) => {
  expect(plainReason(code, details)).toBe(reason);
});

test("text of the other end is made fit for a terminal", () => {
  expect(plainReason(Status.ABORTED, "a\u001b[31m\nb\u202ec\ud800")).toBe("a\ufffd[31m\ufffdb\ufffdc\ufffd");
  expect(plainReason(Status.ABORTED, "x".repeat(10_000))).toHaveLength(200);
});

test("a frame that is too large is told with both sizes", () => {
  expect(tooLarge(11, 10)).toBe("a frame of 11 bytes is above the limit of 10 bytes");
});
