import { expect, test } from "vitest";
import { Census } from "../../src/core/census.ts";
import { Dialer } from "../../src/core/dialer.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { Strangers } from "../../src/core/strangers.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

const limits = { ...defaultLimits, strangerWaitMs: 1_000, redialMaxMs: 5_000 };
type Pair = readonly [number, number];

/** Strangers to peer 1 in a mesh of pairs of seeds; it is linked as they say. */
class Rig {
  readonly dialer = new Dialer(limits, () => 0.5);
  readonly links = new Links(limits, fakePeer(1).node);
  readonly topology = new Topology(fakePeer(1).node, limits);
  readonly strangers: Strangers;

  constructor(count: number, pairs: readonly Pair[], bootstrap: readonly string[] = []) {
    const { dialer, links, topology } = this;
    for (const advert of fakeMesh(count, pairs)) topology.accept(advert, 0);
    for (const [a, b] of pairs) if (a === 1) bringUp(links, openLink(links, { number: b }), b);
    const census = new Census(fakePeer(1).node, topology);
    this.strangers = new Strangers({ topology, links, dialer, census, limits, entropy: seededEntropy("strangers") });
    this.strangers.start(addressOf(1), bootstrap);
  }

  /** All there is to dial at that time, in order. */
  all(nowMs: number, max = 100): readonly string[] {
    const all: string[] = [];
    for (let one = this.strangers.more(max, nowMs); one !== undefined; one = this.strangers.more(max, nowMs))
      all.push(one);
    return all;
  }

  /** The link with a neighbour ends, and the topology knows. */
  lose(seed: number, nowMs: number): void {
    const link = this.links.withNode(fakePeer(seed).node);
    if (link === undefined) throw new Error("there was no such link");
    this.links.closed(link);
    this.topology.accept(fakePeer(1).advert({ version: BigInt(nowMs + 2) }), nowMs);
    this.strangers.lost(link, nowMs);
  }
}

function addressOf(seed: number): string {
  return `127.0.0.1:${8_000 + seed}`;
}

const star: readonly Pair[] = [
  [1, 2],
  [2, 3],
  [2, 4],
  [4, 3],
];

test("peers in sight that are no neighbours are strangers, each given once", () => {
  const rig = new Rig(4, star);
  expect([...rig.all(0)].toSorted()).toEqual([3, 4].map(addressOf));
});

test("those with room come before those without", () => {
  const rig = new Rig(5, [...star, [4, 5]]);
  // 3 and 5 have room below three links, 4 has none.
  expect([...rig.all(0, 3)].slice(0, 2).toSorted()).toEqual([3, 5].map(addressOf));
});

test("what neighbours told is checked, and each list given once", () => {
  const rig = new Rig(2, [[1, 2]]);
  const junk = ["", "10.0.0.1:9", "0.0.0.0:9", addressOf(1), "x".repeat(1_000), "127.0.0.1:70000"];
  rig.strangers.told("x", [...junk, addressOf(70), addressOf(71), addressOf(2)]);
  expect([...rig.all(0)].toSorted()).toEqual([70, 71].map(addressOf));
  expect(rig.all(1_000_000)).toEqual([]);
});

test("a hundred thousand addresses are few by the time they are kept", () => {
  const rig = new Rig(2, [[1, 2]]);
  rig.strangers.told(
    "hostile",
    Array.from({ length: 100_000 }, (_, index) => `127.${1 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}:9`),
  );
  expect(rig.all(0)).toHaveLength(limits.exchangeAddressesMax);
});

test("whatever others make up, every other turn is that of peers in sight, and bootstrap addresses have theirs", () => {
  const rig = new Rig(4, star, [addressOf(90)]);
  for (let teller = 0; teller < 100; teller += 1)
    rig.strangers.told(
      `teller ${teller}`,
      Array.from({ length: 32 }, (_, index) => `127.0.${teller}.${index}:9`),
    );
  const all = rig.all(0);
  expect(all).toHaveLength(2 + 1 + limits.exchangeTellersMax * limits.exchangeAddressesMax);
  expect(Math.max(...[3, 4].map((seed) => all.indexOf(addressOf(seed))))).toBeLessThan(4);
  expect(all.indexOf(addressOf(90))).toBeLessThan(20);
});

test("an address is left alone for longer each time; without any link never for longer than a person's own", () => {
  const [linked, alone] = [new Rig(2, [[1, 2]], [addressOf(90)]), new Rig(1, [], [addressOf(90)])];
  const given = [linked, alone].map((rig) => {
    const at: number[] = [];
    for (let second = 0; second <= 64; second += 1) if (rig.all(second * 1_250).length > 0) at.push(second);
    return at.length;
  });
  expect(given[0]).toBeLessThan(9);
  expect(given[1]).toBeGreaterThan(14);
});

test("without any link the next turn comes when a bootstrap address may be asked again; with one, never by itself", () => {
  const alone = new Rig(1, [], [addressOf(90)]);
  expect(alone.strangers.isUntried).toBe(true);
  expect(alone.all(0)).toEqual([addressOf(90)]);
  expect(alone.strangers.isUntried).toBe(false);
  expect(alone.strangers.nextMs(0)).toBeGreaterThan(700);
  expect(alone.strangers.nextMs(0)).toBeLessThan(1_300);
  expect(new Rig(2, [[1, 2]], [addressOf(90)]).strangers.nextMs(0)).toBe(Infinity);
});

test("a lost neighbour that there still is a road to is not dialled for being lost", () => {
  const rig = new Rig(3, [
    [1, 2],
    [1, 3],
    [3, 2],
  ]);
  rig.strangers.lost({ neighbour: rig.links.withNode(fakePeer(2).node)?.neighbour, address: undefined, upAtMs: 0 }, 0);
  expect([rig.strangers.lostOne(0), rig.strangers.nextMs(0)]).toEqual([undefined, Infinity]);
});

test("when a neighbour is lost and with it all behind it, one of them is dialled, and another soon after", () => {
  const rig = new Rig(4, [
    [1, 2],
    [2, 3],
    [1, 4],
  ]);
  rig.lose(2, 10);
  rig.topology.accept(fakePeer(1).advert({ version: 99n, neighbours: [fakePeer(4).node] }), 10);
  const given = new Set([rig.strangers.lostOne(10), rig.strangers.lostOne(10)]);
  expect(given).toEqual(new Set([2, 3].map(addressOf)));
  expect(rig.strangers.lostOne(10)).toBeUndefined();
  expect(rig.strangers.nextMs(10)).toBeGreaterThan(10);
});

test("who left in good order, or was disconnected by hand, is not looked for", () => {
  const left = new Rig(2, [[1, 2]]);
  left.topology.accept(fakePeer(2).advert({ version: 2n, left: true }), 5);
  left.lose(2, 10);
  expect([left.strangers.lostOne(10), left.all(10)]).toEqual([undefined, []]);
  const shunned = new Rig(2, [[1, 2]]);
  const link = shunned.links.withNode(fakePeer(2).node);
  if (link !== undefined) shunned.strangers.shun(link);
  shunned.lose(2, 10);
  expect([shunned.strangers.lostOne(10), shunned.all(10)]).toEqual([undefined, []]);
});

test("a link that stood for a minute was worth its dial: its address may be dialled at once when it is lost", () => {
  const dialled = [59_999, 60_000].map((stoodMs) => {
    const rig = new Rig(3, [[1, 3]], [addressOf(2)]);
    const upAtMs = 8 * 300_000;
    for (let nowMs = 0; nowMs <= upAtMs; nowMs += 300_000) expect(rig.all(nowMs)).toEqual([addressOf(2)]);
    const link = openLink(rig.links, { number: 2, address: addressOf(2) });
    bringUp(rig.links, link, 2, upAtMs);
    rig.strangers.found(link);
    rig.links.closed(link);
    rig.strangers.lost(link, upAtMs + stoodMs);
    return rig.all(upAtMs + stoodMs);
  });
  expect(dialled).toEqual([[], [addressOf(2)]]);
});
