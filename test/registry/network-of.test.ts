import { expect, test } from "vitest";
import { networkOf } from "../../src/registry/network-of.ts";

test.each([
  ["192.0.2.1:4000", "192.0.2.1"],
  ["[::ffff:192.0.2.1]:4000", "192.0.2.1"],
  ["[2001:db8:1:2:3:4:5:6]:4000", "2001:db8:1:2::/64"],
  ["[2001:db8:1:2::9]:1", "2001:db8:1:2::/64"],
  ["[2001:db8::9]:1", "2001:db8:0:0::/64"],
  ["[::1]:1", "0:0:0:0::/64"],
  ["[fe80::1%eth0]:1", "fe80:0:0:0::/64"],
  ["unknown", "unknown"],
])("%s belongs to %s", (remote, network) => {
  expect(networkOf(remote)).toBe(network);
});
