import { expect, test } from "vitest";
import { addressToBytes, isDialable, readAddress } from "../../../src/bridges/gossip/ipv4.ts";

test("an address is six bytes, and back", () => {
  const bytes = addressToBytes("127.0.0.1:6001") ?? [];
  expect(bytes).toEqual([127, 0, 0, 1, 0x17, 0x71]);
  expect(readAddress(new DataView(Uint8Array.from([9, ...bytes]).buffer), 1)).toBe("127.0.0.1:6001");
});

test.each(["[::1]:80", "localhost:80", "1.2.3:80", "1.2.3.256:80", "1.2.3.4:65536", "1.2.3.4", ""])(
  "%j cannot be stated",
  (address) => {
    expect(addressToBytes(address)).toBeUndefined();
    expect(isDialable(address)).toBe(false);
  },
);

test("what means nobody or many is not dialled", () => {
  expect(["127.0.0.1:1", "192.168.1.38:7777", "223.255.255.255:65535"].filter(isDialable)).toHaveLength(3);
  expect(["127.0.0.1:0", "0.0.0.0:6001", "224.0.0.1:6001", "255.255.255.255:6001"].filter(isDialable)).toEqual([]);
});
