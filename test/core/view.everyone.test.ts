import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

const ttlMs = 60_000;

function send(wire: Wire, peer: WiredPeer, to: bigint): void {
  peer.core.submit({ to, body: encodeText("hi"), ttlMs }, wire.nowMs);
  wire.step(peer, { kind: "alarm" });
  wire.run();
}

function started(wire: Wire, seed: number, ...others: readonly WiredPeer[]): WiredPeer {
  const peer = wire.add({ seed, desiredId: BigInt(seed + 10) });
  wire.start(peer, ...others);
  wire.advance(6_000);
  return peer;
}

test("a message for everyone is accounted for: waiting for the disk, for a peer, then spread, then past its time", () => {
  const wire = new Wire();
  const peer = started(wire, 1);
  const statuses = (to?: bigint) => peer.core.view.explain(1, to).map(({ status, next }) => `${status}: ${next}`);
  peer.stalled = true;
  send(wire, peer, 0n);
  expect(statuses(0n)).toEqual(["waiting: it is being written to this peer's disk"]);
  peer.stalled = false;
  wire.run();
  expect(statuses(0n)).toEqual(["accepted: it leaves as soon as a peer is there"]);
  started(wire, 2, peer);
  expect(statuses(0n)).toEqual(["spread: peers that come until it expires get it, too"]);
  expect(peer.core.view.explain(1, 0n)).toMatchObject([
    { to: 0n, number: 1, road: [], custodians: [], attempts: 1, reason: "" },
  ]);
  wire.advance(ttlMs);
  expect(statuses(0n)).toEqual([]);
});

test("a number that was used for a peer and for everyone is explained for both, or for one", () => {
  const wire = new Wire();
  const peer = started(wire, 1);
  send(wire, peer, 99n);
  send(wire, peer, 0n);
  const targets = (to?: bigint) => peer.core.view.explain(1, to).map((account) => account.to);
  expect([targets(), targets(0n), targets(99n), targets(98n)]).toEqual([[99n, 0n], [0n], [99n], []]);
});

test("while a peer is there, what it has not confirmed is on its way; alone, nothing for everyone is", () => {
  const wire = new Wire();
  const peer = started(wire, 1);
  send(wire, peer, 0n);
  expect(peer.core.view.inTransit).toBe(0);
  const other = started(wire, 2, peer);
  other.frozen = true;
  send(wire, peer, 0n);
  expect(peer.core.view.inTransit).toBe(1);
  other.frozen = false;
  wire.run();
  expect(peer.core.view.inTransit).toBe(0);
});
