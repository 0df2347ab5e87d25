import { expect, test } from "vitest";
import { formatAddress, formatPeer, hostPort } from "../../../src/adapters/grpc/address.ts";
import { isLoopback } from "../../../src/core/address.ts";

test.each([
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["[::1]:8081", { host: "::1", port: 8_081 }],
  ["Example.org:65535", { host: "example.org", port: 65_535 }],
])("%s is taken apart, and put together again", (address, parts) => {
  expect(hostPort(address)).toEqual(parts);
  expect(formatAddress(parts)).toBe(address.toLowerCase());
});

test("what is no address is refused", () => {
  expect(() => hostPort("8081")).toThrow("expected host:port");
});

test.each([
  ["127.0.0.1:8081", "127.0.0.1:8081", true],
  ["127.9.9.9:1", "127.9.9.9:1", true],
  ["::1:8081", "[::1]:8081", true],
  ["::ffff:127.0.0.1:8081", "[::ffff:127.0.0.1]:8081", true],
  ["::ffff:10.0.0.1:8081", "[::ffff:10.0.0.1]:8081", false],
  ["fe80::1:8081", "[fe80::1]:8081", false],
  ["10.0.0.1:8081", "10.0.0.1:8081", false],
  ["unknown", "unknown", false],
])("a peer that grpc-js calls %s is %s; on this machine: %s", (peer, formatted, local) => {
  expect(formatPeer(peer)).toBe(formatted);
  expect(isLoopback(formatted)).toBe(local);
});
