import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import type { View } from "../../src/core/view.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Peers 11, 12, 13 in a line, called "peer 1" to "peer 3". */
function line(wire: Wire): readonly [WiredPeer, WiredPeer, WiredPeer] {
  const add = (seed: number): WiredPeer => wire.add({ seed, desiredId: BigInt(10 + seed) });
  const [a, b, c] = [add(1), add(2), add(3)];
  wire.start(a);
  wire.start(b, a);
  wire.start(c, b);
  wire.advance(1_000);
  return [a, b, c];
}

function end(wire: Wire, peer: WiredPeer, how: "kill" | "leave"): void {
  if (how === "leave") wire.step(peer, { kind: "leave" });
  wire.run();
  wire.kill(peer);
  wire.advance(1_000);
}

const listed = (view: View, lately?: boolean) => view.peers(lately).map(({ id }) => id);

test("a name leads to its peer, near or far, with where it is", () => {
  const wire = new Wire();
  const [a] = line(wire);
  expect(a.core.view.search("peer 3")).toMatchObject({ kind: "one", peer: { id: 13n, hops: 2, reachable: true } });
  expect(a.core.view.search("PEER 2")).toMatchObject({ kind: "one", peer: { id: 12n, neighbour: true } });
  expect(a.core.view.search("13")).toMatchObject({ kind: "one", peer: { id: 13n, name: "peer 3" } });
});

test("the peer itself is found, by name and by id", () => {
  const wire = new Wire();
  const [a] = line(wire);
  const self = { id: 11n, name: "peer 1", addresses: [a.address], reachable: true, hops: 0, neighbour: false };
  expect(a.core.view.search("peer 1")).toMatchObject({ kind: "one", peer: self });
  expect(a.core.view.search("11")).toMatchObject({ kind: "one", peer: self });
  expect(listed(a.core.view, true)).toEqual([12n, 13n]);
});

test("nobody is found by what nobody has, and near names are named", () => {
  const wire = new Wire();
  const [a] = line(wire);
  expect(a.core.view.search("99")).toEqual({ kind: "none", near: [] });
  expect(a.core.view.search("peer 33")).toMatchObject({
    kind: "none",
    near: expect.arrayContaining(["peer 3"]) as unknown,
  });
});

test("who fell silent or left is found, with the time since when", () => {
  for (const how of ["kill", "leave"] as const) {
    const wire = new Wire();
    const [a, , c] = line(wire);
    const beforeMs = wire.nowMs;
    end(wire, c, how);
    for (const word of ["peer 3", "13"]) {
      const found = a.core.view.search(word);
      if (found.kind !== "one") throw new Error(`${word} is not found`);
      expect(found.peer).toMatchObject({ id: 13n, reachable: false, hops: 0, addresses: [c.address] });
      expect(found.peer.goneSinceMs).toBeGreaterThanOrEqual(beforeMs);
      expect(found.peer.goneSinceMs).toBeLessThanOrEqual(wire.nowMs);
    }
    expect(listed(a.core.view)).toEqual(how === "kill" ? [12n, 13n] : [12n]);
    expect(listed(a.core.view, true)).toEqual([12n, 13n]);
  }
});

test("who is away for longer than the lease is still found, and is no longer once he is back", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  const goneMs = wire.nowMs;
  end(wire, c, "kill");
  wire.advance(10 * defaultLimits.leaseMs);
  expect(listed(a.core.view)).toEqual([12n]);
  expect(listed(a.core.view, true)).toEqual([12n, 13n]);
  const found = a.core.view.search("peer 3");
  expect(found).toMatchObject({ kind: "one", peer: { id: 13n, reachable: false } });
  expect(found.kind === "one" && found.peer.goneSinceMs).toBeLessThan(goneMs + defaultLimits.leaseMs);
  wire.start(wire.add({ seed: 3, life: 2, store: c.store }), b);
  wire.advance(1_000);
  expect(a.core.view.search("peer 3")).toMatchObject({ kind: "one", peer: { id: 13n, reachable: true } });
  expect(listed(a.core.view, true)).toEqual([12n, 13n]);
});

test("the name of who is gone leads to nobody once a stranger has his id", () => {
  const wire = new Wire();
  const [a, b, c] = line(wire);
  end(wire, c, "leave");
  wire.start(wire.add({ seed: 4, desiredId: 13n }), b);
  wire.advance(1_000);
  expect(a.core.view.search("13")).toMatchObject({ kind: "one", peer: { name: "peer 4" } });
  expect(a.core.view.search("peer 3")).toMatchObject({ kind: "none" });
  expect(listed(a.core.view, true)).toEqual([12n, 13n]);
});

test("a leaf finds those it has to do with, and itself", () => {
  const wire = new Wire();
  const [, b] = line(wire);
  const leaf = wire.add({ seed: 5, desiredId: 15n, leaf: true });
  wire.start(leaf, b);
  wire.advance(1_000);
  expect(leaf.core.view.search("peer 5")).toMatchObject({ kind: "one", peer: { id: 15n } });
  expect(leaf.core.view.search("peer 2")).toMatchObject({ kind: "one", peer: { id: 12n, hops: 1 } });
});
