import { expect, test } from "vitest";
import { Wire, type WiredPeer } from "../world/wire.ts";

/** Peers 11, 12, 13: 11 is linked with the others. */
function met(wire: Wire): readonly [WiredPeer, WiredPeer, WiredPeer] {
  const add = (seed: number): WiredPeer => wire.add({ seed, desiredId: BigInt(10 + seed) });
  const [x, y, z] = [add(1), add(2), add(3)];
  wire.start(x);
  wire.start(y, x);
  wire.start(z, x);
  wire.advance(1_000);
  return [x, y, z];
}

function end(wire: Wire, peer: WiredPeer, how: "kill" | "leave"): void {
  if (how === "leave") wire.step(peer, { kind: "leave" });
  wire.run();
  wire.kill(peer);
  wire.advance(1_000);
}

test("whoever went before this peer was started anew is absent since then, by name and by id, with its last address", () => {
  for (const how of ["kill", "leave"] as const) {
    const wire = new Wire();
    const [x, y, z] = met(wire);
    const goneMs = wire.nowMs;
    end(wire, y, how);
    wire.advance(60_000);
    end(wire, x, how);
    const again = wire.add({ seed: 1, life: 2, store: x.store });
    wire.start(again, z);
    wire.advance(1_000);
    for (const word of ["peer 2", "12"]) {
      const found = again.core.view.search(word);
      if (found.kind !== "one") throw new Error(`${word} leads to ${found.kind}`);
      expect(found.peer).toMatchObject({ id: 12n, name: "peer 2", addresses: [y.address], reachable: false });
      expect((found.peer.goneSinceMs ?? 0) - goneMs).toBeLessThan(1_000);
    }
    expect(again.core.view.peers(true).map(({ id, reachable }) => [id, reachable])).toEqual([
      [12n, false],
      [13n, true],
    ]);
    expect(() => again.core.sessions.request(12n, wire.nowMs)).toThrow(/away/);
    expect(() => again.core.sessions.request(14n, wire.nowMs)).toThrow(/no peer with the id 14 is known/);
  }
});

test("whoever was there until this peer left is absent since then, and present again once it is met", () => {
  const wire = new Wire();
  const [x, y] = met(wire);
  wire.advance(60_000);
  const leftMs = wire.nowMs;
  end(wire, x, "leave");
  wire.advance(60_000);
  const again = wire.add({ seed: 1, life: 2, store: x.store });
  wire.start(again);
  wire.run();
  expect(again.core.view.search("peer 2")).toMatchObject({ peer: { id: 12n, reachable: false, goneSinceMs: leftMs } });
  wire.step(y, { kind: "leave" });
  const back = wire.add({ seed: 2, life: 2, store: y.store });
  wire.start(back, again);
  wire.advance(1_000);
  expect(again.core.view.search("peer 2")).toMatchObject({ kind: "one", peer: { id: 12n, reachable: true } });
});

test("who comes back with the same id and name and another key is one acquaintance", () => {
  const wire = new Wire();
  const [x, y, z] = met(wire);
  end(wire, y, "leave");
  const other = wire.add({ seed: 5, desiredId: 12n, name: "peer 2" });
  wire.start(other, x);
  wire.advance(1_000);
  end(wire, other, "leave");
  expect(x.core.view.search("peer 2")).toMatchObject({ kind: "one", peer: { id: 12n, addresses: [other.address] } });
  end(wire, x, "kill");
  const again = wire.add({ seed: 1, life: 2, store: x.store });
  wire.start(again, z);
  wire.advance(1_000);
  expect(again.core.view.search("peer 2")).toMatchObject({
    kind: "one",
    peer: { id: 12n, addresses: [other.address] },
  });
});

test("two acquaintances of one name are several, as they would be if they were there", () => {
  const wire = new Wire();
  const [x, y, z] = met(wire);
  end(wire, y, "kill");
  const namesake = wire.add({ seed: 5, desiredId: 15n, name: "peer 2" });
  wire.start(namesake, x);
  wire.advance(1_000);
  end(wire, namesake, "kill");
  end(wire, x, "kill");
  const again = wire.add({ seed: 1, life: 2, store: x.store });
  wire.start(again, z);
  wire.advance(1_000);
  expect(again.core.view.search("peer 2")).toMatchObject({ kind: "several", peers: [{ id: 12n }, { id: 15n }] });
});
