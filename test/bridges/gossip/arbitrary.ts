import fc from "fast-check";
import type { Announcement } from "../../../src/bridges/gossip/announcement.ts";
import type { GossipMessage } from "../../../src/bridges/gossip/message.ts";

const u16 = fc.nat(0xffff);
const data = fc.uint8Array({ maxLength: 300 });

/** Any announcement, with a ttl of 0 or 1 as often as any other. */
export const anyAnnouncement: fc.Arbitrary<Announcement> = fc.record({
  ttl: fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255)),
  type: u16,
  data,
});

/** Any address that the wire can state. */
export const anyAddress: fc.Arbitrary<string> = fc.tuple(fc.ipV4(), u16).map(([host, port]) => `${host}:${port}`);

/** Any message of the wire. */
export const anyMessage: fc.Arbitrary<GossipMessage> = fc.oneof(
  fc.record({ kind: fc.constant("announce" as const), announcement: anyAnnouncement }),
  fc.record({ kind: fc.constant("notify" as const), type: u16 }),
  fc.record({ kind: fc.constant("notification" as const), id: u16, type: u16, data }),
  fc.record({ kind: fc.constant("validation" as const), id: u16, isValid: fc.boolean() }),
  fc.record({ kind: fc.constantFrom("pull" as const, "push" as const), address: anyAddress }),
  fc.record({ kind: fc.constant("response" as const), addresses: fc.array(anyAddress, { maxLength: 20 }) }),
  fc.record({ kind: fc.constant("content" as const), announcement: anyAnnouncement }),
);

/** Bytes that often are frames, or nearly. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc
    .array(
      fc.record({
        size: fc.oneof(fc.nat(30), u16),
        type: fc.oneof(fc.integer({ min: 498, max: 509 }), u16),
        body: fc.uint8Array({ maxLength: 30 }),
      }),
      { maxLength: 8 },
    )
    .map((frames) =>
      Uint8Array.from(
        frames.flatMap(({ size, type, body }) => [size >> 8, size & 255, type >> 8, type & 255, ...body]),
      ),
    ),
);
