import { expect, test } from "vitest";
import { exitCodeOf, hasCode, reportOf } from "../../src/cli/errors.ts";
import { E3Error } from "../../src/core/error.ts";

test("what was typed wrong ends with 2, what the machine denies with 1", () => {
  for (const code of ["bad-option", "bad-id", "bad-address", "not-loopback"] as const) expect(exitCodeOf[code]).toBe(2);
  for (const code of ["port-in-use", "state-in-use", "state-foreign", "store-newer", "store-failed"] as const) {
    expect(exitCodeOf[code]).toBe(1);
  }
});

test("an error of e3 is told with its code and in its own words", () => {
  const error = new E3Error("port-in-use", "another process listens on 127.0.0.1:8081");
  expect(reportOf(error)).toMatchObject({ code: "port-in-use", message: error.message, exitCode: 1 });
});

test("anything else thrown is told as internal", () => {
  expect(reportOf(new TypeError("x is undefined"))).toMatchObject({
    code: "internal",
    message: "internal error: x is undefined",
    exitCode: 1,
  });
  expect(reportOf("a string")).toMatchObject({ code: "internal", message: "internal error: a string" });
});

test("the stack follows the causes", () => {
  const cause = new Error("the disk is full");
  expect(reportOf(new E3Error("store-failed", "cannot write", { cause })).stack).toMatch(
    /cannot write[^]*caused by Error: the disk is full/,
  );
});

test("codes of the system are recognised", () => {
  expect(hasCode(Object.assign(new Error("x"), { code: "EPIPE" }), "EPIPE")).toBe(true);
  expect(hasCode(new Error("EPIPE"), "EPIPE")).toBe(false);
  expect(hasCode({ code: "EPIPE" }, "EPIPE")).toBe(false);
});
