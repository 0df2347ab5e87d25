import { expect, test } from "vitest";
import type { AdvertFields } from "../../src/core/advert.ts";
import { E3Error } from "../../src/core/error.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { SessionPeers, type SessionPeer } from "../../src/core/session-peers.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";

/** Peer 1 with 2 as its neighbour and 3 beyond; 4 has no links. */
class Rig {
  readonly topology = new Topology(fakePeer(1).node, defaultLimits);
  readonly identity = { id: 1n };
  readonly peers: SessionPeers;

  constructor() {
    const { topology, identity } = this;
    for (const advert of fakeMesh(4, [[1, 2], [2, 3]])) topology.accept(advert, 0); // prettier-ignore
    const roads = {
      target: (to: bigint) => topology.nodeById(to),
      isReachable: (node: bigint) => topology.isReachable(node),
    };
    this.peers = new SessionPeers({ identity, topology, roads, limits: defaultLimits });
  }

  /** Peer 3 states something else; it is linked with 2 unless said otherwise. */
  restate(fields: Partial<AdvertFields>, nowMs = 0): void {
    const neighbours = [fakePeer(2).node];
    this.topology.accept(fakePeer(3).advert({ version: 2n, neighbours, ...fields }), nowMs);
  }

  fault(peer: SessionPeer, nowMs = 0): string | undefined {
    return this.peers.judge(peer, nowMs).fault;
  }
}

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof E3Error) return error.code;
    throw error;
  }
  return "no error";
}

test("whoever is there can be asked; this peer itself, strangers and the absent cannot", () => {
  const { peers } = new Rig();
  expect(peers.present(3n)).toEqual({ id: 3n, node: fakePeer(3).node, claimedAtMs: 0, selfId: 1n });
  expect([1n, 9n, 4n].map((id) => code(() => peers.present(id)))).toEqual(["bad-option", "unknown-peer", "absent"]);
  const rig = new Rig();
  rig.restate({ left: true });
  expect([rig.peers.known(3n), code(() => rig.peers.present(3n))]).toEqual([undefined, "absent"]);
  expect(peers.known(4n)?.node).toBe(fakePeer(4).node);
  expect([peers.known(1n), peers.known(9n)]).toEqual([undefined, undefined]);
});

test("who stays what it was is not gone, whatever else it states", () => {
  const rig = new Rig();
  const three = rig.peers.present(3n);
  rig.restate({ name: "renamed" });
  expect(rig.peers.judge(three, 0)).toEqual({ fault: undefined, againMs: Infinity, isDeaf: false });
});

test("who left, was started anew or took another id is another one, and need not be told", () => {
  for (const [fields, fault] of [
    [{ left: true }, "it has left"],
    [{ claimedAtMs: 5 }, "it was started anew"],
    [{ id: 33n }, "it has another id now"],
  ] as const) {
    const rig = new Rig();
    const three = rig.peers.present(3n);
    rig.restate(fields);
    expect(rig.peers.judge(three, 0)).toMatchObject({ fault, isDeaf: true });
  }
  const rig = new Rig();
  const three = rig.peers.present(3n);
  rig.identity.id = 11n;
  expect(rig.peers.judge(three, 0)).toMatchObject({ fault: "this peer has another id now", isDeaf: true });
});

test("whose id another one holds by an earlier claim is another one", () => {
  const rig = new Rig();
  rig.restate({ claimedAtMs: 100 });
  const three = rig.peers.present(3n);
  rig.topology.accept(fakePeer(4).advert({ version: 2n, id: 3n, claimedAtMs: 50 }), 0);
  expect(rig.fault(three)).toBe("it has another id now");
});

test("who is out of reach is gone after ten seconds, and is there again when it comes back before", () => {
  const rig = new Rig();
  const three = rig.peers.present(3n);
  rig.restate({ neighbours: [] }, 1_000);
  expect(rig.peers.judge(three, 1_000)).toMatchObject({ fault: undefined, againMs: 11_000 });
  expect(rig.fault(three, 10_999)).toBeUndefined();
  expect(rig.peers.judge(three, 11_000)).toMatchObject({ fault: "it is out of reach", isDeaf: false });
  rig.restate({ version: 3n }, 11_000);
  expect(rig.fault(three, 11_000)).toBeUndefined();
});

test("who is forgotten is gone", () => {
  const rig = new Rig();
  const four = rig.peers.known(4n);
  if (four === undefined) throw new Error("4 is not known");
  rig.topology.isReachable(four.node);
  rig.topology.expire(defaultLimits.leaseMs);
  expect(rig.fault(four, defaultLimits.leaseMs)).toBe("it is out of reach");
});
