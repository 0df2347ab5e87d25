import { expect, test } from "vitest";
import { parseAddresses } from "../../src/registry/stated-addresses.ts";

test("addresses are brought into normal form, each once", () => {
  expect(parseAddresses(["127.0.0.1:08081", "127.0.0.1:8081", "Host.Example:1"], 8)).toEqual([
    "127.0.0.1:8081",
    "host.example:1",
  ]);
  expect(parseAddresses([], 8)).toEqual([]);
});

test("too many, and what is none, are refused", () => {
  const nine = Array.from({ length: 9 }, (_, index) => `127.0.0.1:${index + 1}`);
  expect(() => parseAddresses(nine, 8)).toThrow("9 addresses are stated; the most is 8");
  expect(() => parseAddresses(["127.0.0.1"], 8)).toThrow(expect.objectContaining({ code: "bad-address" }));
  expect(() => parseAddresses(["127.0.0.1:0"], 8)).toThrow(expect.objectContaining({ code: "bad-address" }));
  expect(() => parseAddresses([`${"a".repeat(1_000_000)}:1`], 8)).toThrow(/^.{1,100}$/);
});

test("who listens on all its addresses is reached where it calls from, as far as that is known", () => {
  const stated = ["0.0.0.0:8081", "[::]:8081", "10.0.0.9:8082"];
  expect(parseAddresses(stated, 8, "10.0.0.7:51234")).toEqual(["10.0.0.7:8081", "10.0.0.9:8082"]);
  expect(parseAddresses(["[::]:8081"], 8, "[fe80::1]:51234")).toEqual(["[fe80::1]:8081"]);
  expect(parseAddresses(["0.0.0.0:8081"], 8, "unknown")).toEqual(["0.0.0.0:8081"]);
});
