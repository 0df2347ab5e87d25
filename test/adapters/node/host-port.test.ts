import { expect, test } from "vitest";
import { hostAndPort, normalAddress } from "../../../src/adapters/node/host-port.ts";

test.each([
  ["127.0.0.1:8081", "127.0.0.1", 8081],
  ["[::1]:8081", "::1", 8081],
  ["localhost:0", "localhost", 0],
])("%s is a host and a port, and the other way round", (address, host, port) => {
  expect(hostAndPort(address)).toEqual({ host, port });
  expect(normalAddress(host, port)).toBe(address);
});

test("an IPv4 address that a socket reports as IPv6 is IPv4", () => {
  expect(normalAddress("::ffff:127.0.0.1", 80)).toBe("127.0.0.1:80");
});

test("a link-local address comes with its interface, and goes without", () => {
  expect(normalAddress("fe80::1%eth0", 5)).toBe("[fe80::1]:5");
});
