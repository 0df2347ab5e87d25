import { expect, test } from "vitest";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { saidOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Two peers, the second having dialled the first. */
function pair(wire: Wire): readonly [WiredPeer, WiredPeer] {
  const [a, b] = [wire.add({ seed: 1 }), wire.add({ seed: 2 })];
  wire.start(a);
  wire.start(b, a);
  wire.advance(100);
  return [a, b];
}

function goodbyes(peer: WiredPeer): readonly GoodbyeReason[] {
  return saidOf(peer.effects, "goodbye").map(({ reason }) => reason);
}

test.each(["by id", "by the address dialled", "by the address where it listens"])("a link is ended %s", (how) => {
  const wire = new Wire();
  const [a, b] = pair(wire);
  const [from, to] = how === "by the address where it listens" ? [a, b] : [b, a];
  from.core.disconnect(how === "by id" ? to.core.id : to.address, wire.nowMs);
  wire.advance(10_000);
  expect(goodbyes(from)).toEqual([GoodbyeReason.DISCONNECTED]);
  expect([a, b].map(({ core }) => core.view.figures().links)).toEqual([0, 0]);
});

test("an address that is being dialled in vain is dialled no more", () => {
  const wire = new Wire();
  const [a] = pair(wire);
  const before = a.effects.length;
  a.core.connect("127.0.0.1:9", wire.nowMs);
  a.core.disconnect("127.0.0.1:9", wire.nowMs);
  wire.advance(10_000);
  expect(a.effects.slice(before).filter(({ kind }) => kind === "dial")).toEqual([]);
});

test("whom there is no link with, and who is not dialled, cannot be disconnected", () => {
  const wire = new Wire();
  const [a] = pair(wire);
  for (const target of [99n, "127.0.0.1:9"])
    expect(() => a.core.disconnect(target, wire.nowMs)).toThrow(/there is no link with/);
});
