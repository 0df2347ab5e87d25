import { expect, test } from "vitest";
import { parseApplication } from "../../src/registry/applicant.ts";
import { applicationOf } from "./world.ts";

test("what is sound is taken in normal form", () => {
  const application = { ...applicationOf("Cafe\u0301", "password 1"), addresses: ["Host.example:08"] };
  const { name, password, addresses } = parseApplication(application, 8);
  expect([name, Buffer.from(password).toString(), addresses]).toEqual(["Caf\u00e9", "password 1", ["host.example:8"]]);
});

test.each([
  [{ name: "" }, "bad-option"],
  [{ password: "short" }, "bad-option"],
  [{ key: new Uint8Array(31) }, "bad-option"],
  [{ key: new Uint8Array(33) }, "bad-option"],
  [{ addresses: ["x"] }, "bad-address"],
  [{ addresses: Array<string>(9).fill("a:1") }, "bad-option"],
])("%j is refused", (change, code) => {
  const application = { ...applicationOf("ali", "password 1"), ...change };
  expect(() => parseApplication(application, 8)).toThrow(expect.objectContaining({ code }));
});
