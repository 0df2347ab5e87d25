import { expect, test } from "vitest";
import { Dialer } from "../../src/core/dialer.ts";
import { Effects } from "../../src/core/effects.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Partings } from "../../src/core/partings.ts";
import { SessionLink } from "../../src/core/session-link.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";
import { saidOf } from "../world/frames.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

/** Peer 1, linked with 2, and 3 and 4 beyond that; it has dialled what the session link asked for. */
class Rig {
  readonly dialer = new Dialer(defaultLimits, () => 0.5);
  readonly links = new Links(defaultLimits, fakePeer(1).node);
  readonly topology = new Topology(fakePeer(1).node, defaultLimits);
  readonly effects = new Effects();
  readonly link: SessionLink;

  constructor(leaf = false) {
    const { dialer, links, topology, effects } = this;
    for (const advert of fakeMesh(4, [[1, 2], [2, 3], [2, 4]])) topology.accept(advert, 0); // prettier-ignore
    bringUp(links, openLink(links, { number: 2 }), 2);
    const partings = new Partings({ links, dialer, effects, lost: () => {}, isHeard: () => true });
    const parts = { self: fakePeer(1).node, leaf, topology, links, dialer, partings };
    this.link = new SessionLink({ ...parts, limits: defaultLimits });
  }

  /** What is to be dialled now. */
  due(): readonly string[] {
    return this.dialer.due(1_000_000);
  }

  /** The dial of a peer succeeds. */
  up(seed: number): Link {
    const wire = openLink(this.links, { number: seed + 10, address: addressOf(seed) });
    bringUp(this.links, wire, seed);
    this.dialer.linked(addressOf(seed), fakePeer(seed).node);
    return wire;
  }

  goodbyes(): readonly string[] {
    return saidOf(this.effects.take(), "goodbye").map(({ message }) => message);
  }
}

const addressOf = (seed: number): string => `127.0.0.1:${8_000 + seed}`;
const nodeOf = (seed: number): bigint => fakePeer(seed).node;

test("the other end is dialled once, and the link ended two seconds after the session", () => {
  const rig = new Rig();
  rig.link.open(nodeOf(3), 0);
  expect(rig.due()).toEqual([addressOf(3)]);
  const wire = rig.up(3);
  rig.link.close(10_000);
  expect(rig.link.nextDeadlineMs).toBe(12_000);
  rig.link.due(11_999);
  expect([wire.state, rig.goodbyes()]).toEqual(["up", []]);
  rig.link.due(12_000);
  expect(wire.state).toBe("closing");
  expect(rig.goodbyes()).toEqual(["the session is over that it was for"]);
  expect([rig.dialer.has(addressOf(3)), rig.link.nextDeadlineMs]).toEqual([false, Infinity]);
});

test("a neighbour, a leaf, a stranger, and at a leaf anybody, is not dialled", () => {
  const rig = new Rig();
  rig.topology.accept(fakePeer(4).advert({ version: 2n, features: ["leaf"] }), 0);
  for (const node of [nodeOf(2), nodeOf(4), 77n]) rig.link.open(node, 0);
  expect(rig.due()).toEqual([]);
  rig.link.close(0);
  expect(rig.link.nextDeadlineMs).toBe(Infinity);
  const leaf = new Rig(true);
  leaf.link.open(nodeOf(3), 0);
  expect(leaf.due()).toEqual([]);
});

test("of the addresses stated the first that can be one's is dialled", () => {
  const rig = new Rig();
  const addresses = ["nonsense", "10.0.0.1:80", addressOf(1), addressOf(9), addressOf(3)];
  rig.topology.accept(fakePeer(3).advert({ version: 2n, addresses }), 0);
  rig.link.open(nodeOf(3), 0);
  expect(rig.due()).toEqual([addressOf(9)]);
});

test("a dial that is still on its way when the session is over is given up", () => {
  const rig = new Rig();
  rig.link.open(nodeOf(3), 0);
  rig.due();
  const wire = openLink(rig.links, { number: 13, address: addressOf(3) });
  rig.link.close(0);
  rig.link.due(2_000);
  expect([wire.state, rig.dialer.has(addressOf(3))]).toEqual(["closing", false]);
});

test("a link that a person has come to ask for stays, under this address or another", () => {
  for (const address of [addressOf(3), "localhost:8003"]) {
    const rig = new Rig();
    rig.link.open(nodeOf(3), 0);
    rig.due();
    rig.dialer.add(address, 0);
    const wire = rig.up(3);
    rig.dialer.linked(address, nodeOf(3));
    rig.link.close(0);
    rig.link.due(2_000);
    expect(wire.state).toBe("up");
  }
});

test("what is being dialled for another reason is not ended", () => {
  const rig = new Rig();
  rig.dialer.try(addressOf(3), 0);
  rig.link.open(nodeOf(3), 0);
  const wire = rig.up(3);
  rig.link.close(0);
  expect(rig.link.nextDeadlineMs).toBe(Infinity);
  rig.link.due(2_000);
  expect(wire.state).toBe("up");
});

test("the next session keeps the link if it is with the same peer, and gives it up for another", () => {
  const rig = new Rig();
  rig.link.open(nodeOf(3), 0);
  const wire = rig.up(3);
  rig.link.close(0);
  rig.link.open(nodeOf(3), 1_000);
  rig.link.due(5_000);
  expect(wire.state).toBe("up");
  rig.link.close(6_000);
  rig.link.open(nodeOf(4), 6_500);
  expect(wire.state).toBe("closing");
  expect(rig.due()).toContain(addressOf(4));
});
