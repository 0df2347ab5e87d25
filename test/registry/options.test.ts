import { expect, test } from "vitest";
import { checkRegistryOptions } from "../../src/registry/options.ts";

const limits = { liveMax: 500, usersMax: 1_000 };

test("on loopback, and with --insecure anywhere, it may listen", () => {
  expect(checkRegistryOptions({ listen: "127.0.0.1:0" }, limits)).toEqual({ listen: "127.0.0.1:0", liveMax: 500 });
  expect(checkRegistryOptions({ listen: "0.0.0.0:9", insecure: true, liveMax: 5 }, limits)).toEqual({
    listen: "0.0.0.0:9",
    liveMax: 5,
  });
});

test.each(["0.0.0.0:9", "[::]:9", "192.0.2.1:9", "host.example:9"])("without it, %s is refused", (listen) => {
  expect(() => checkRegistryOptions({ listen }, limits)).toThrow(expect.objectContaining({ code: "not-loopback" }));
});

test.each([0, -1, 1.5, Number.NaN, 1_001])("%d users online are out of range", (liveMax) => {
  expect(() => checkRegistryOptions({ listen: "127.0.0.1:9", liveMax }, limits)).toThrow(
    expect.objectContaining({ code: "bad-option" }),
  );
});

test("an address that is none is named", () => {
  expect(() => checkRegistryOptions({ listen: "here" }, limits)).toThrow(
    expect.objectContaining({ code: "bad-address" }),
  );
});
