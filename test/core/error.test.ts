import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";

test("an error has a code to act on, a message for people, and a name that tells whose it is", () => {
  const error = new E3Error("bad-id", "give a number from 1");
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ code: "bad-id", message: "give a number from 1", name: "E3Error" });
  expect(String(error)).toBe("E3Error: give a number from 1");
});

test("an error keeps what caused it, and has no cause unless one is given", () => {
  const cause = new Error("no space left");
  expect(new E3Error("store-failed", "the store cannot write", { cause }).cause).toBe(cause);
  expect("cause" in new E3Error("closed", "the peer is closed")).toBe(false);
});
