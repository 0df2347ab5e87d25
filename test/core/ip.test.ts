import { isIP } from "node:net";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseIp } from "../../src/core/ip.ts";

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["255.255.255.255", "255.255.255.255"],
  ["::", "[::]"],
  ["::1", "[::1]"],
  ["1::", "[1::]"],
  ["2001:DB8:0:0:0:0:0:1", "[2001:db8::1]"],
  ["2001:db8:0:0:1:0:0:1", "[2001:db8::1:0:0:1]"],
  ["1:0:0:2:0:0:0:3", "[1:0:0:2::3]"],
  ["1:2:3:4:5:6:0:8", "[1:2:3:4:5:6:0:8]"],
  ["0001:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]"],
  ["64:ff9b::192.0.2.33", "[64:ff9b::c000:221]"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::FFFF:c000:0201", "192.0.2.1"],
])("%s has the normal form %s", (text, normal) => {
  expect(parseIp(text)).toBe(normal);
});

test.each([
  "",
  "1.2.3",
  "1.2.3.4.5",
  "256.1.1.1",
  "01.2.3.4",
  "1.2.3.a",
  ":",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
])("%j is no IP address", (text) => expect(parseIp(text)).toBeUndefined());

test.each(["1:2:3:4:5:6:7::8:9", "12345::", "g::", "::1%eth0", "1.2.3.4::", "::1.2.3.4:5", ":1::2", "1::2:", "[::1]"])(
  "%j is no IP address either",
  (text) => expect(parseIp(text)).toBeUndefined(),
);

test("an address is one exactly when Node takes it for one, and its normal form is one of the same kind", () => {
  const piece = fc.constantFrom("::", ":", ":", "0", "0", "1", "ffff", "abc", "1.2.3.4", ".", "255", "256");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6(),
        fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join("")),
      ),
      (text) => {
        const normal = parseIp(text);
        expect(normal !== undefined).toBe(isIP(text) !== 0);
        if (normal === undefined) return;
        const bare = normal.replace(/^\[(.*)\]$/, "$1");
        expect(isIP(bare)).not.toBe(0);
        expect(parseIp(bare)).toBe(normal);
        // The URL parser of the platform is the reference for the form of IPv6.
        if (normal.startsWith("[")) expect(new URL(`http://[${text}]/`).hostname).toBe(normal);
      },
    ),
    { numRuns: 2_000 },
  );
});
