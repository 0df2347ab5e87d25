import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { fakePeer } from "../world/adverts.ts";
import { bringUp, openLink, runTimers } from "../world/link-parts.ts";

const limits = { ...defaultLimits, pingMs: 1_000, pingMissesMax: 3, handshakeMs: 10_000, digestMs: 30_000 };
const self = fakePeer(1);
const other = fakePeer(2);
const [lower, higher] = self.node < other.node ? [1, 2] : [2, 1];
const dialled = { number: 1, address: "127.0.0.1:8082" };
const accepted = { number: 2 };

function linksOf(seed = 1, bounds: Partial<typeof limits> = {}): Links {
  return new Links({ ...limits, ...bounds }, fakePeer(seed).node);
}

test("a link that is up is found by number and by node", () => {
  const links = linksOf();
  const link = openLink(links, dialled);
  expect(links.withNode(other.node)).toBeUndefined();
  expect(bringUp(links, link, 2)).toBeUndefined();
  expect(links.get(1)).toBe(link);
  expect(links.withNode(other.node)).toBe(link);
  expect([...links.up()]).toEqual([link]);
  expect(links.neighbours()).toEqual([other.node]);
});

test("neighbours ascend, whoever came first", () => {
  const links = linksOf();
  for (const seed of [2, 3, 4, 5]) bringUp(links, openLink(links, { number: seed }), seed);
  const nodes = [2, 3, 4, 5].map((seed) => fakePeer(seed).node);
  expect(links.neighbours()).toEqual(nodes.toSorted((a, b) => (a < b ? -1 : 1)));
});

test.each([
  ["lower", lower, higher],
  ["higher", higher, lower],
])("of two links the one dialled by the lower node stays, seen from the %s one (invariant 1)", (_, own, far) => {
  for (const order of [
    [dialled, accepted],
    [accepted, dialled],
  ]) {
    const links = linksOf(own);
    const [first, second] = order.map((wire) => openLink(links, { ...wire, self: own }));
    if (first === undefined || second === undefined) throw new Error("two links were opened");
    expect(bringUp(links, first, far)).toBeUndefined();
    const loser = bringUp(links, second, far);
    const winner = own === lower ? dialled : accepted;
    expect(links.withNode(fakePeer(far).node)?.number).toBe(winner.number);
    expect(loser?.number).toBe(winner === dialled ? 2 : 1);
    expect([...links.up()]).toHaveLength(1);
  }
});

test.each([
  ["dialled", { number: 3, address: "localhost:8082" }, dialled],
  ["accepted", { number: 3 }, accepted],
])("of two %s links the newer stays (invariant 1)", (_, newer, older) => {
  const links = linksOf();
  bringUp(links, openLink(links, older), 2);
  expect(bringUp(links, openLink(links, newer), 2)?.number).toBe(older.number);
  expect(links.withNode(other.node)?.number).toBe(3);
});

test.each([
  ["dialled", dialled, accepted],
  ["accepted", accepted, dialled],
])("of two links the one with the neighbour's later life stays, here the %s one (invariant 1)", (_, later, former) => {
  for (const own of [lower, higher]) {
    const far = own === lower ? higher : lower;
    const links = linksOf(own);
    const [first, second] = [former, later].map((wire) => openLink(links, { ...wire, self: own }));
    if (first === undefined || second === undefined) throw new Error("two links were opened");
    const { node, signer } = fakePeer(far);
    bringUp(links, first, far);
    const neighbour = { node, key: signer.publicKey, features: [], incarnation: 2n };
    expect(links.establish(second, neighbour, 0)).toBe(first);
    expect(links.withNode(node)).toBe(second);
  }
});

test("the end of the link that lost does not touch the one that stays", () => {
  const links = linksOf();
  bringUp(links, openLink(links, accepted), 2);
  const loser = bringUp(links, openLink(links, { number: 3 }), 2);
  if (loser === undefined) throw new Error("one link was to lose");
  expect(links.closing(loser, 0)).toBe(false);
  expect(links.closed(loser)).toBe(false);
  expect(links.neighbours()).toEqual([other.node]);
});

test("a handshake that takes too long is slow (invariant 3)", () => {
  const links = linksOf();
  openLink(links, dialled);
  expect(runTimers(links, 9_999)).toEqual([]);
  expect(runTimers(links, 10_000)).toEqual(["10000: slow 1"]);
});

test("an answered Hello must be confirmed in time (invariant 3)", () => {
  const links = linksOf();
  const link = openLink(links, accepted);
  links.park(link, { id: 0n, desiredId: 0n });
  links.unpark(link);
  expect(links.parked().size).toBe(0);
  expect(runTimers(links, 10_000)).toEqual(["10000: slow 2"]);
});

test("a parked link waits for this peer: it is not slow, and nothing is due all the time", () => {
  const links = linksOf();
  const link = openLink(links, accepted);
  links.park(link, { id: 0n, desiredId: 0n });
  expect([...links.parked()]).toEqual([link]);
  expect(runTimers(links, 60_000)).toEqual([]);
});

test("a closing link has no timers but keeps its place until the wire is gone", () => {
  const links = linksOf();
  const link = openLink(links, dialled);
  bringUp(links, link, 2);
  expect(links.closing(link, 0)).toBe(true);
  expect(links.withNode(other.node)).toBeUndefined();
  expect(runTimers(links, 100_000)).toEqual([]);
  expect([...links.all()]).toEqual([link]);
  expect(links.closed(link)).toBe(false);
  expect([...links.all()]).toEqual([]);
});

test("digests are due on links that are up, also when they are more frequent than pings", () => {
  const links = linksOf(1, { digestMs: 400, pingMs: 1_000 });
  const link = openLink(links, dialled);
  openLink(links, { number: 3 });
  bringUp(links, link, 2);
  expect(runTimers(links, 900)).toEqual(["400: digest 1", "800: digest 1"]);
});

test("links are bounded, those that are closing included", () => {
  const links = linksOf(1, { linksMax: 2 });
  const first = openLink(links, dialled);
  bringUp(links, openLink(links, accepted), 2);
  links.closing(first, 0);
  expect(() => openLink(links, { number: 3 })).toThrow("limit");
  links.closed(first);
  expect(openLink(links, { number: 3 }).number).toBe(3);
});

test("handshakes are bounded; whatever ends one makes room", () => {
  const links = linksOf(1, { handshakesMax: 1 });
  const ends = [
    (number: number) => links.closing(openLink(links, { number }), 0),
    (number: number) => links.closed(openLink(links, { number })),
    (number: number) => bringUp(links, openLink(links, { number }), 2),
    (number: number) => {
      const parked = openLink(links, { number });
      links.park(parked, { id: 0n, desiredId: 0n });
      links.closed(parked);
    },
    (number: number) => {
      const loser = openLink(links, { number, address: "127.0.0.1:8082" });
      // Whichever of the two loses, its handshake is over.
      const ended = bringUp(links, loser, 2);
      if (ended !== undefined) links.closing(ended, 0);
    },
  ];
  for (const [index, end] of [...ends, ...ends].entries()) {
    end(index + 1);
    const probe = openLink(links, { number: 100 });
    expect(() => openLink(links, { number: 101 })).toThrow("limit");
    links.closed(probe);
  }
});

test("a link that was parked and closed is forgotten by who answers Hellos", () => {
  const links = linksOf();
  const link = openLink(links, accepted);
  links.park(link, { id: 0n, desiredId: 7n });
  expect(link.asked).toEqual({ id: 0n, desiredId: 7n });
  links.closing(link, 0);
  expect(links.parked().size).toBe(0);
});

test("after a change a digest is due once it has been quiet, and not later than it was due anyway", () => {
  const links = linksOf(1, { digestMs: 1_000, digestSoonMs: 300, pingMs: 100_000 });
  bringUp(links, openLink(links, dialled), 2);
  for (const nowMs of [100, 200]) links.compareSoon(nowMs);
  expect(runTimers(links, 900)).toEqual(["500: digest 1"]);
  for (const nowMs of [1_000, 1_250, 1_450]) links.compareSoon(nowMs);
  expect(runTimers(links, 1_600)).toEqual(["1500: digest 1"]);
});
