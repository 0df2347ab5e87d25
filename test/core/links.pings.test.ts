import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { fakePeer } from "../world/adverts.ts";
import { bringUp, openLink, runTimers } from "../world/link-parts.ts";

const limits = { ...defaultLimits, pingMs: 1_000, pingMissesMax: 3, handshakeMs: 10_000, digestMs: 30_000 };
/** Six peers, the lowest node apart. */
const [lowest = 0, ...others] = [1, 2, 3, 4, 5, 6].toSorted((a, b) => (fakePeer(a).node < fakePeer(b).node ? -1 : 1));
const [lower, higher] = [lowest, others[0] ?? 0];
const dialled = { number: 1, address: "127.0.0.1:8082" };
const accepted = { number: 2 };

function linksOf(seed: number, bounds: Partial<typeof limits> = {}): Links {
  return new Links({ ...limits, ...bounds }, fakePeer(seed).node);
}

test("a silent link is pinged three times by the lower node and is then dead (invariant 2)", () => {
  const links = linksOf(lower);
  bringUp(links, openLink(links, dialled), higher);
  expect(runTimers(links, 4_000)).toEqual(["1000: ping 1", "2000: ping 1", "3000: ping 1", "4000: dead 1"]);
});

test("the higher node waits for the lower one's ping, which is the first to miss; it finds a dead link as soon (invariant 2)", () => {
  const links = linksOf(higher);
  bringUp(links, openLink(links, dialled), lower);
  expect(runTimers(links, 4_000)).toEqual(["2000: ping 1", "3000: ping 1", "4000: dead 1"]);
});

test.each([
  ["lower", lower, higher, ["4900: ping 1", "5900: ping 1", "6900: ping 1", "7900: dead 1"]],
  ["higher", higher, lower, ["5900: ping 1", "6900: ping 1", "7900: dead 1"]],
])(
  "any frame in time puts the first ping of the %s node off and forgives the misses (invariant 2)",
  (_, own, far, due) => {
    const links = linksOf(own);
    const link = openLink(links, dialled);
    bringUp(links, link, far);
    expect(runTimers(links, 3_000).at(-1)).toBe("3000: ping 1");
    links.heard(link, 3_900);
    expect(runTimers(links, 4_899)).toEqual([]);
    expect(runTimers(links, 8_000)).toEqual(due);
  },
);

test.each([
  ["lower", lower, higher, 1_000],
  ["higher", higher, lower, 2_000],
])(
  "a link on which a long frame arrives is pinged by the %s node, for the other end's sake, but not dead (invariant 2)",
  (_, own, far, firstMs) => {
    const links = linksOf(own);
    bringUp(links, openLink(links, dialled), far);
    for (let nowMs = 500; nowMs <= 20_000; nowMs += 500) {
      links.alive(1);
      const isDue = nowMs >= firstMs && nowMs % 1_000 === 0;
      expect(runTimers(links, nowMs)).toEqual(isDue ? [`${nowMs}: ping 1`] : []);
    }
    links.alive(7);
    expect(runTimers(links, 60_000).slice(0, 4)).toEqual([
      "21000: ping 1",
      "22000: ping 1",
      "23000: dead 1",
      "24000: dead 1",
    ]);
  },
);

test.each([
  ["lower", lower, higher],
  ["higher", higher, lower],
])("a busy link is not pinged by the %s node (invariant 2)", (_, own, far) => {
  const links = linksOf(own);
  const link = openLink(links, dialled);
  bringUp(links, link, far);
  for (let nowMs = 0; nowMs <= 20_000; nowMs += 500) {
    links.heard(link, nowMs);
    expect(runTimers(links, nowMs)).toEqual([]);
  }
});

test("of two idle neighbours one pings, every pingMs, and the other has nothing to do but to answer (invariant 2)", () => {
  const pinging = linksOf(lower);
  const hearing = linksOf(higher);
  const near = openLink(pinging, dialled);
  const far = openLink(hearing, accepted);
  bringUp(pinging, near, higher);
  bringUp(hearing, far, lower);
  const pings: number[] = [];
  for (let nowMs = 0; nowMs <= 10_000; nowMs += 1) {
    expect(hearing.due(nowMs)).toEqual([]);
    if (pinging.due(nowMs).length > 0) pings.push(nowMs);
    // Each way takes between 10 and 49 ms.
    const sentMs = pings.at(-1) ?? Infinity;
    const arrivesMs = sentMs + 10 + (sentMs % 40);
    if (nowMs === arrivesMs) hearing.heard(far, nowMs);
    if (nowMs === arrivesMs + 10 + (pings.length % 40)) pinging.heard(near, nowMs);
  }
  expect(pings).toEqual(Array.from({ length: 10 }, (_, index) => 1_000 * (index + 1)));
});

test("links that fell silent within a tenth of pingMs are pinged together, those before and after alone (invariant 4)", () => {
  const links = linksOf(lowest);
  const silentSinceMs = [0, 90, 110, 150, 400];
  for (const [index, atMs] of silentSinceMs.entries())
    bringUp(links, openLink(links, { number: index + 1 }, atMs), others[index] ?? 0, atMs);
  expect(runTimers(links, 1_999)).toEqual([
    "1000: ping 1",
    "1000: ping 2",
    "1110: ping 3",
    "1110: ping 4",
    "1400: ping 5",
  ]);
});

test("a ping that is not answered is given all of pingMs before the next, whatever else is due (invariant 4)", () => {
  const links = linksOf(lowest, { digestMs: 1_950 });
  bringUp(links, openLink(links, dialled), others[0] ?? 0);
  expect(runTimers(links, 4_000)).toEqual([
    "1000: ping 1",
    "1950: digest 1",
    "2000: ping 1",
    "3000: ping 1",
    "3900: digest 1",
    "4000: dead 1",
  ]);
});

test("a road that takes long both ways is not pinged more often than every pingMs after an answer (invariant 4)", () => {
  const links = linksOf(lowest);
  const link = openLink(links, dialled);
  bringUp(links, link, others[0] ?? 0);
  expect(runTimers(links, 1_300)).toEqual(["1000: ping 1"]);
  links.heard(link, 1_300);
  expect(runTimers(links, 2_400)).toEqual(["2300: ping 1"]);
});

test("a link with a leaf is pinged less often, and compared by the leaf alone", () => {
  const [hub, leaf] = [linksOf(lower), new Links(limits, fakePeer(higher).node, true)];
  const link = openLink(hub, { number: 1 });
  const { node, signer } = fakePeer(higher);
  hub.establish(link, { node, key: signer.publicKey, features: ["leaf"], incarnation: 1n }, 0);
  bringUp(leaf, openLink(leaf, dialled), lower);
  expect(runTimers(hub, 40_000)).toEqual(["10000: ping 1", "20000: ping 1", "30000: ping 1", "40000: dead 1"]);
  expect(runTimers(leaf, 40_000)).toEqual(["20000: ping 1", "30000: ping 1", "30000: digest 1", "40000: dead 1"]);
});
