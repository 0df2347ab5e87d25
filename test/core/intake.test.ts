import { expect, test } from "vitest";
import { encodeBatch } from "../../src/core/batch.ts";
import { encodeFrame, encodeShort } from "../../src/core/frame.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { saidOf } from "../world/frames.ts";
import { Wire } from "../world/wire.ts";

test.each([
  ["too large", new Uint8Array(defaultLimits.frameBytesMax + 1), "too large"],
  ["malformed", new Uint8Array([0x0a, 0x05, 0x01]), "beyond the end"],
  ["of envelopes before the link is up", encodeBatch([new Uint8Array(3)]), "before the handshake"],
  ["about everyone before the link is up", encodeFrame({ case: "frontiers", value: {} }), "before the handshake"],
])("a frame that is %s ends its link, with the reason", (_, bytes, told) => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1 });
  wire.start(peer);
  const link = wire.open(peer);
  const effects = wire.step(peer, { kind: "frame", link, bytes });
  expect(saidOf(effects, "goodbye", link)).toMatchObject([{ message: expect.stringContaining(told) as string }]);
});

test("a frame of a link that is ending, or unknown, is not looked at", () => {
  const wire = new Wire();
  const peer = wire.add({ seed: 1 });
  wire.start(peer);
  const link = wire.open(peer);
  const malformed = new Uint8Array([0x0a, 0x05, 0x01]);
  wire.step(peer, { kind: "frame", link, bytes: malformed });
  for (const number of [link, link + 1])
    expect(wire.step(peer, { kind: "frame", link: number, bytes: malformed })).toEqual([]);
});

test("between two pings a peer does what it was asked for meanwhile, with the next of them", () => {
  const wire = new Wire();
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(b);
  wire.start(a, b);
  wire.advance(10_000);
  const group = 4_000n;
  a.core.groups.create(group, "walkers", [b.core.id]);
  const ping = { kind: "frame", link: 1, bytes: encodeShort("ping", 5n) } as const;
  const kinds = wire.step(a, ping).map(({ kind }) => kind);
  expect(kinds).toContain("persist");
  expect(wire.step(a, ping).map(({ kind }) => kind)).toEqual(["frame"]);
});
