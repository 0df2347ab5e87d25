import { expect, test } from "vitest";
import { encodeText } from "../../src/core/body.ts";
import { fakePeer } from "../world/adverts.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

const ttlMs = 60_000;

/** Peers 11, 12, 13, 14 in a line, each dialling the one before. */
function line(wire: Wire, count = 4): readonly WiredPeer[] {
  const peers = Array.from({ length: count }, (_, index) =>
    wire.add({ seed: index + 1, desiredId: BigInt(11 + index) }),
  );
  for (const [index, peer] of peers.entries()) wire.start(peer, ...peers.slice(Math.max(0, index - 1), index));
  wire.advance(1_000);
  return peers;
}

function first(peers: readonly WiredPeer[]): WiredPeer {
  const [peer] = peers;
  if (peer === undefined) throw new Error("there is no peer");
  return peer;
}

function end(wire: Wire, peer: WiredPeer | undefined, how: "kill" | "leave"): void {
  if (peer === undefined) throw new Error("there is no such peer");
  if (how === "leave") wire.step(peer, { kind: "leave" });
  wire.run();
  wire.kill(peer);
  wire.advance(1_000);
}

test("peers are listed by id, with what they say of themselves and how far they are", () => {
  const wire = new Wire();
  const peers = line(wire);
  const rest = (seed: number) => ({ key: fakePeer(seed).signer.publicKey, credential: new Uint8Array(), via: "" });
  expect(first(peers).core.view.peers()).toEqual([
    { id: 12n, name: "peer 2", addresses: ["127.0.0.1:2"], reachable: true, neighbour: true, hops: 1, ...rest(2) },
    { id: 13n, name: "peer 3", addresses: ["127.0.0.1:3"], reachable: true, neighbour: false, hops: 2, ...rest(3) },
    { id: 14n, name: "peer 4", addresses: ["127.0.0.1:4"], reachable: true, neighbour: false, hops: 3, ...rest(4) },
  ]);
});

test("a peer that fell silent is listed as out of reach, one that left is not listed", () => {
  const wire = new Wire();
  const peers = line(wire);
  end(wire, peers[3], "kill");
  expect(first(peers).core.view.peers().at(-1)).toMatchObject({ id: 14n, reachable: false, neighbour: false, hops: 0 });
  end(wire, peers[2], "leave");
  expect(
    first(peers)
      .core.view.peers()
      .map(({ id }) => id),
  ).toEqual([12n, 14n]);
});

test("edges are the links that both ends state, each once, by id, ascending", () => {
  const wire = new Wire();
  const peers = line(wire);
  for (const peer of peers) {
    expect(peer.core.view.edges()).toEqual([
      [11n, 12n],
      [12n, 13n],
      [13n, 14n],
    ]);
  }
});

test("a message to who is away is accounted for: kept here, then by custodians, then on its way, then settled", () => {
  const wire = new Wire();
  const peers = line(wire);
  const from = first(peers);
  const target = peers[3];
  end(wire, target, "kill");
  from.core.submit({ to: 14n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  const [waiting] = from.core.view.explain(1);
  expect(waiting).toMatchObject({ status: "waiting", attempts: 0, next: "it is being written to this peer's disk" });
  wire.step(from, { kind: "alarm" });
  wire.run();
  const sentAtMs = wire.nowMs;
  expect(from.core.view.explain(1, 14n)).toEqual([
    expect.objectContaining({ to: 14n, number: 1, status: "stored", road: [], attempts: 0, sentAtMs }),
  ]);
  const [stored] = from.core.view.explain(1);
  expect(stored?.expiresAtMs).toBe(sentAtMs + ttlMs);
  expect(stored?.custodians.toSorted()).toEqual([12n, 13n]);
  expect(stored?.next).toContain("2 custodians");
  const back = wire.add({ seed: 4, life: 2, ...(target && { store: target.store }) });
  wire.start(back, first(peers));
  wire.advance(3_000);
  expect(from.core.view.explain(1)).toMatchObject([
    { status: "delivered", road: [11n, 14n], custodians: [], next: "nothing: it is settled" },
  ]);
});

test("without anybody else the sender alone keeps what it could not send", () => {
  const wire = new Wire();
  const from = first(line(wire, 1));
  from.core.submit({ to: 99n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  expect(from.core.view.explain(1)).toMatchObject([
    {
      status: "accepted",
      custodians: [],
      next: "the target is away; this peer keeps it and sends it when the target appears",
    },
  ]);
});

test("one custodian is spoken of as one", () => {
  const wire = new Wire();
  const from = first(line(wire, 2));
  from.core.submit({ to: 99n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  expect(from.core.view.explain(1)[0]?.next).toContain("this peer and 1 custodian keep it");
});

test("what was sent and not receipted yet is on its way along a road of ids", () => {
  const wire = new Wire();
  const peers = line(wire);
  const from = first(peers);
  for (const peer of peers.slice(1)) peer.frozen = true;
  from.core.submit({ to: 14n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  const [sent] = from.core.view.explain(1);
  expect(sent).toMatchObject({ status: "accepted", road: [11n, 12n, 13n, 14n], attempts: 1 });
  expect(sent?.next).toContain("on its way");
  expect(from.core.view.inTransit).toBe(1);
});

test("a number is explained for every target it was used for, or for one, and unknown ones not at all", () => {
  const wire = new Wire();
  const from = first(line(wire, 1));
  for (const to of [98n, 99n]) from.core.submit({ to, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  expect(from.core.view.explain(1).map(({ to }) => to)).toEqual([98n, 99n]);
  expect(from.core.view.explain(1, 98n)).toHaveLength(1);
  expect(from.core.view.explain(2)).toEqual([]);
  expect(from.core.view.explain(1, 97n)).toEqual([]);
});

test("figures count links, peers in reach, and envelopes sent and kept for others", () => {
  const wire = new Wire();
  const peers = line(wire);
  expect(peers[1]?.core.view.figures()).toEqual({ links: 2, peers: 3, outbox: 0, mailbox: 0 });
  end(wire, peers[3], "kill");
  first(peers).core.submit({ to: 14n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  expect(first(peers).core.view.figures()).toEqual({ links: 1, peers: 2, outbox: 1, mailbox: 0 });
  expect(peers[1]?.core.view.figures().mailbox).toBe(1);
  expect(first(peers).core.view.inTransit).toBe(0);
});

test("a send that is not durable yet counts as on its way", () => {
  const wire = new Wire();
  const from = first(line(wire, 1));
  from.stalled = true;
  from.core.submit({ to: 99n, body: encodeText("hello"), ttlMs }, wire.nowMs);
  wire.run();
  expect(from.core.view.inTransit).toBe(1);
  from.stalled = false;
  wire.run();
  expect(from.core.view.inTransit).toBe(0);
});
