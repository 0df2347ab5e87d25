import { status as Status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { statusOf, toStatus } from "../../../src/adapters/grpc/status.ts";
import { E3Error } from "../../../src/core/error.ts";

test("a caller's mistake is told in full", () => {
  expect(toStatus(new E3Error("bad-id", "0 is no id"))).toEqual({
    code: Status.INVALID_ARGUMENT,
    details: "0 is no id",
  });
  expect(toStatus(new E3Error("unknown-peer", "who?"))).toEqual({ code: Status.NOT_FOUND, details: "who?" });
});

test.each([new Error("secret path"), "text", undefined, { code: 5, details: "forged" }])(
  "anything else that is thrown (%s) is told as an internal error, without details",
  (thrown) => {
    expect(toStatus(thrown)).toEqual({ code: Status.INTERNAL, details: "internal error" });
  },
);

test("no code is told as success or as unknown", () => {
  for (const code of Object.values(statusOf)) expect([Status.OK, Status.UNKNOWN]).not.toContain(code);
});

test("a message with half a character, or far too long, can be sent", () => {
  const { details } = toStatus(new E3Error("bad-content", `half \ud83d ${"\u{1f600}".repeat(2_000)}`));
  expect(details.startsWith("half \ufffd ")).toBe(true);
  expect(details.length).toBeLessThanOrEqual(1_024);
  expect(() => encodeURI(details)).not.toThrow();
});
