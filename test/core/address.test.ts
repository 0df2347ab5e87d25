import fc from "fast-check";
import { expect, test } from "vitest";
import { isLoopback, parseAddress, sameAddress } from "../../src/core/address.ts";
import { E3Error } from "../../src/core/error.ts";
import { anyUnits } from "./text-arbitrary.ts";

test.each([
  ["127.0.0.1:8081", "127.0.0.1:8081"],
  ["Example.COM:80", "example.com:80"],
  ["example.com.:80", "example.com:80"],
  ["my_host-1:65535", "my_host-1:65535"],
  ["localhost:1", "localhost:1"],
  ["[::1]:8081", "[::1]:8081"],
  ["[2001:DB8:0::1]:08081", "[2001:db8::1]:8081"],
  ["[::ffff:10.0.0.1]:5", "10.0.0.1:5"],
])("%s reads as %s", (text, normal) => {
  expect(parseAddress(text)).toBe(normal);
  expect(parseAddress(normal)).toBe(normal);
});

test.each([
  ["", 'the address "" is empty'],
  ["127.0.0.1", 'the address "127.0.0.1" has no port'],
  ["127.0.0.1:", "has no port"],
  [":8081", "has no host"],
  ["8081", "has no port"],
  ["::1:8081", "has an IPv6 address without brackets"],
  ["[::1]", "has no valid host"],
  ["[127.0.0.1]:80", "has no valid host"],
  ["[::1%eth0]:80", "has no valid host"],
  ["256.0.0.1:80", "has no valid host"],
  ["127.0.0.01:80", "has no valid host"],
  ["10.1:80", "has no valid host"],
  ["a..b:80", "has no valid host"],
  ["-a:80", "has no valid host"],
  [`${"a".repeat(64)}:80`, "has no valid host"],
  ["http://a:80", "has no valid host"],
  ["a b:80", "has no valid host"],
  ["bücher.example:80", "has no valid host"],
  ["a:80a", "has a port that is not a number from 1 to 65535"],
  ["a:-1", "has a port that is not a number from 1 to 65535"],
  ["a:65536", "has a port that is not a number from 1 to 65535"],
  ["a:0", "has a port that is not a number from 1 to 65535"],
  ["a\u001b[2J:80", 'the address "a\\x1b[2J:80" has no valid host'],
])("%j is refused for what is wrong with it", (text, fault) => {
  expect(() => parseAddress(text)).toThrow(fault);
  expect(() => parseAddress(text)).toThrow("expected host:port");
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: "bad-address" }));
});

test("port 0 is for listening only", () => {
  expect(parseAddress("127.0.0.1:0", { listen: true })).toBe("127.0.0.1:0");
  expect(() => parseAddress("127.0.0.1:0", { listen: false })).toThrow(E3Error);
  expect(() => parseAddress("127.0.0.1:65536", { listen: true })).toThrow("from 0 to 65535");
});

test("any text is an address in a stable normal form or a bad-address", () => {
  const likely = fc.tuple(
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((v6) => `[${v6}]`),
    ),
    fc.nat(70_000),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        likely.map(([host, port]) => `${host}:${port}`),
        anyUnits,
      ),
      (text) => {
        try {
          const normal = parseAddress(text);
          expect(parseAddress(normal)).toBe(normal);
          expect(sameAddress(text, normal)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ name: "E3Error", code: "bad-address" });
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("addresses are the same whatever way they are written", () => {
  expect(sameAddress("Host:80", "host.:080")).toBe(true);
  expect(sameAddress("[::1]:80", "[0:0::1]:80")).toBe(true);
  expect(sameAddress("localhost:80", "127.0.0.1:80")).toBe(true);
  expect(sameAddress("[::1]:80", "localhost:80")).toBe(true);
  expect(sameAddress("127.0.0.1:80", "127.0.0.1:81")).toBe(false);
  expect(sameAddress("localhost:80", "localhost:81")).toBe(false);
  expect(sameAddress("127.0.0.1:80", "127.0.0.2:80")).toBe(false);
  expect(sameAddress("nonsense", "nonsense")).toBe(true);
  expect(sameAddress("nonsense", "127.0.0.1:80")).toBe(false);
});

test.each([
  "127.0.0.1:80",
  "127.9.9.9:0",
  "localhost:80",
  "a.LOCALHOST.:80",
  "[::1]:80",
  "[::ffff:127.0.0.1]:80",
  "::1:80",
  "::ffff:127.0.0.1:80",
])("%s stays on this machine", (address) => expect(isLoopback(address)).toBe(true));

test.each([
  "0.0.0.0:80",
  "[::]:80",
  "128.0.0.1:80",
  "127.0.0.1.example.com:80",
  "localhost.example:80",
  "xlocalhost:80",
  "[::2]:80",
  "::ffff:10.0.0.1:80",
])("%s does not stay on this machine", (address) => expect(isLoopback(address)).toBe(false));

test.each(["", "127.0.0.1", "localhost", "127.0.0.256:80", "[localhost]:80", "127.0.0.1:80x", "127.0.0.1:"])(
  "%j is no address, so it is not trusted",
  (address) => expect(isLoopback(address)).toBe(false),
);
