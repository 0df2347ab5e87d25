import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { E3Error } from "../../src/core/error.ts";
import { GoodbyeReason } from "../../src/gen/e3/v1/link_pb.ts";
import { kindOf, saidOf } from "../world/frames.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

interface World {
  readonly wire: Wire;
  readonly hub: WiredPeer;
  readonly far: WiredPeer;
  readonly leaf: WiredPeer;
}

/** far - hub - leaf. */
function worldOf(): World {
  const wire = new Wire();
  const [hub, far] = [wire.add({ seed: 1, desiredId: 1n }), wire.add({ seed: 2, desiredId: 2n })];
  const leaf = wire.add({ seed: 3, desiredId: 3n, leaf: true });
  wire.start(hub);
  wire.start(far, hub);
  wire.start(leaf, hub);
  wire.advance(1_000);
  return { wire, hub, far, leaf };
}

function send(wire: Wire, from: WiredPeer, to: bigint): void {
  from.core.submit({ to, body: encodeText("hi"), ttlMs: 60_000 }, wire.nowMs);
  wire.step(from, { kind: "alarm" });
  wire.advance(100);
}

function statuses(peer: WiredPeer): readonly string[] {
  return kindOf(peer.effects, "status").map(({ to, status }) => `${to} ${status}`);
}

function idsSeen(peer: WiredPeer): readonly bigint[] {
  return peer.core.view.peers().flatMap(({ id, reachable }) => (reachable ? [id] : []));
}

test("a leaf is seen by all, sees its neighbour, and mail goes both ways", () => {
  const { wire, hub, far, leaf } = worldOf();
  expect([hub, far, leaf].map((peer) => idsSeen(peer))).toEqual([[2n, 3n], [1n, 3n], [1n]]);
  send(wire, leaf, 2n);
  send(wire, far, 3n);
  expect(statuses(leaf)).toEqual(["2 accepted", "2 delivered"]);
  expect(statuses(far)).toEqual(["3 accepted", "3 delivered"]);
  expect(leaf.core.view.edges()).toEqual([[1n, 3n]]);
  expect(leaf.core.view.peers().map(({ id, neighbour, hops }) => [id, neighbour, hops])).toEqual([
    [1n, true, 1],
    [2n, false, 2],
  ]);
});

test("a leaf accepts no links, whoever dials", () => {
  const { wire, leaf } = worldOf();
  const link = wire.open(leaf);
  expect(saidOf(leaf.effects, "goodbye", link).map(({ reason }) => reason)).toEqual([GoodbyeReason.LEAF]);
});

test("a leaf keeps three addresses dialled, and no more", () => {
  const { wire, leaf } = worldOf();
  leaf.core.connect("127.0.0.1:8", wire.nowMs);
  leaf.core.connect("127.0.0.1:9", wire.nowMs);
  expect(() => leaf.core.connect("127.0.0.1:10", wire.nowMs)).toThrow(E3Error);
});

test("a leaf that falls silent is found missing within 40 s, and a hub that does as well", () => {
  const { wire, far, leaf } = worldOf();
  leaf.frozen = true;
  wire.advance(41_000);
  expect(idsSeen(far)).toEqual([1n]);
  leaf.frozen = false;
  wire.advance(10_000);
  expect(idsSeen(far)).toEqual([1n, 3n]);
});

test("a leaf learns that another holds its id by an earlier claim, and takes another", () => {
  const wire = new Wire();
  const [hub, far] = [wire.add({ seed: 1, desiredId: 1n }), wire.add({ seed: 2, desiredId: 7n })];
  const leaf = wire.add({ seed: 3, desiredId: 7n, leaf: true });
  wire.start(far);
  wire.start(hub);
  wire.advance(1_000);
  wire.start(leaf, hub);
  wire.advance(1_000);
  expect(leaf.core.id).toBe(7n);
  far.core.connect(hub.address, wire.nowMs);
  wire.step(far, { kind: "alarm" });
  wire.advance(2_000);
  expect(far.core.id).toBe(7n);
  expect(leaf.core.id).not.toBe(7n);
  expect(kindOf(leaf.effects, "id")).toHaveLength(1);
});

test("a leaf that lost its store goes on above what its neighbour remembers of it", () => {
  const { wire, hub } = worldOf();
  wire.nowMs -= 3_600_000; // Its clock is behind, so that its first incarnation is.
  const again = wire.add({ seed: 3, desiredId: 3n, leaf: true, life: 2 });
  wire.nowMs += 3_600_000;
  wire.start(again, hub);
  wire.advance(2_000);
  expect(idsSeen(hub)).toEqual([2n, again.core.id]);
  send(wire, again, 2n);
  expect(statuses(again)).toEqual(["2 accepted", "2 delivered"]);
});
