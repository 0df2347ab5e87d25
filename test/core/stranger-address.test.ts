import { expect, test } from "vitest";
import { strangerAddress } from "../../src/core/stranger-address.ts";

test("what others tell is read like what people write, and put in normal form", () => {
  expect(strangerAddress("127.0.0.1:08082", "127.0.0.1:8081")).toBe("127.0.0.1:8082");
  expect(strangerAddress("Host.Example:8082", "10.0.0.1:8081")).toBe("host.example:8082");
});

test.each([
  "",
  "8082",
  "127.0.0.1",
  "127.0.0.1:0",
  "127.0.0.1:99999",
  "::1:8082",
  "a b:8082",
  "\u202e:8082",
  `${"a.".repeat(200)}a:8082`,
  `${"1".repeat(100_000)}:1`,
])("%# is no address, and is passed over", (text) => {
  expect(strangerAddress(text, "127.0.0.1:8081")).toBeUndefined();
});

test.each(["127.0.0.1:8081", "localhost:8081", "127.0.0.1:08081"])("%s is this peer's own", (text) => {
  expect(strangerAddress(text, "127.0.0.1:8081")).toBeUndefined();
});

test("a peer on loopback dials nothing beyond its machine because it was told to", () => {
  for (const text of ["10.0.0.1:8082", "host.example:8082", "[2001:db8::1]:8082"])
    expect(strangerAddress(text, "127.0.0.1:8081")).toBeUndefined();
  expect(strangerAddress("[::1]:8082", "127.0.0.1:8081")).toBe("[::1]:8082");
});

test("a peer that others can reach does not take their loopback for its own", () => {
  for (const text of ["127.0.0.1:8082", "localhost:8082", "[::1]:8082"])
    expect(strangerAddress(text, "10.0.0.1:8081")).toBeUndefined();
  expect(strangerAddress("10.0.0.2:8082", "10.0.0.1:8081")).toBe("10.0.0.2:8082");
});

test("what stands for all addresses of a machine leads nowhere", () => {
  for (const text of ["0.0.0.0:8082", "[::]:8082"]) expect(strangerAddress(text, "10.0.0.1:8081")).toBeUndefined();
});
