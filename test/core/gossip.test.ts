import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { deltaBetween, signedOf, type AdvertRecord } from "../../src/core/advert.ts";
import { Effects } from "../../src/core/effects.ts";
import { Gossip } from "../../src/core/gossip.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { DigestSchema, type Adverts, type Frame } from "../../src/gen/e3/v1/link_pb.ts";
import { fakePeer } from "../world/adverts.ts";
import { framesOf, kindOf, saidOf } from "../world/frames.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

const nowMs = 1_000_000;
const [self, near, far] = [fakePeer(1), fakePeer(2), fakePeer(3)];
/** The list of a peer 2 that knows itself alone. */
const nearOnly = [{ node: near.node, incarnation: 1n, version: 1n }];

/** Gossip of peer 1, linked with peers 2 and 3; it has stated itself. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, self.node);
  readonly leases = new Leases(defaultLimits);
  readonly topology: Topology;
  readonly outrunBy: AdvertRecord[] = [];
  readonly gossip: Gossip;
  readonly near: Link;
  readonly far: Link;

  constructor({ limits = defaultLimits, isStated = true } = {}) {
    const topology = (this.topology = new Topology(self.node, limits));
    const { effects, links, leases } = this;
    const outrun = (record: AdvertRecord): unknown => this.outrunBy.push(record);
    this.gossip = new Gossip({
      self: self.node,
      signer: self.signer,
      limits,
      outrun,
      effects,
      links,
      leases,
      topology,
    });
    this.near = openLink(links, { number: 2 });
    this.far = openLink(links, { number: 3 });
    bringUp(links, this.near, 2);
    bringUp(links, this.far, 3);
    if (isStated) this.gossip.restate(self.advert({ neighbours: links.neighbours() }), nowMs);
    effects.take();
  }

  hear(link: Link, adverts: readonly AdvertRecord[]): string | undefined {
    return this.gossip.adverts(link, { adverts: adverts.map(signedOf), deltas: [] }, nowMs);
  }

  hearDelta(link: Link, old: AdvertRecord, fresh: AdvertRecord): string | undefined {
    const delta = deltaBetween(old, fresh);
    if (delta === undefined) throw new Error("only links were to change");
    return this.gossip.adverts(link, { adverts: [], deltas: [delta] }, nowMs);
  }

  digest(link: Link, digest: Parameters<typeof create<typeof DigestSchema>>[1]): readonly Frame["frame"][] {
    this.gossip.digest(link, create(DigestSchema, digest));
    return framesOf(this.effects.take(), link.number);
  }

  sent(link?: Link): readonly Adverts[] {
    return saidOf(this.effects.take(), "adverts", link?.number);
  }
}

function casesOf(frames: readonly Frame["frame"][]): readonly (string | undefined)[] {
  return frames.map((frame) => frame.case);
}

test("news is stored and passed on to all other links, not back", () => {
  const rig = new Rig();
  expect(rig.hear(rig.near, [near.advert()])).toBeUndefined();
  expect(rig.topology.get(near.node)?.id).toBe(2n);
  const effects = rig.effects.take();
  expect(saidOf(effects, "adverts", rig.near.number)).toEqual([]);
  expect(saidOf(effects, "adverts", rig.far.number)).toMatchObject([{ adverts: [signedOf(near.advert())] }]);
});

test("an edition is passed on at most once, whichever link repeats it (invariant 1)", () => {
  const rig = new Rig();
  rig.hear(rig.near, [near.advert()]);
  rig.effects.take();
  rig.hear(rig.near, [near.advert()]);
  rig.hear(rig.far, [near.advert(), near.advert()]);
  expect(rig.sent()).toEqual([]);
});

test("a change of links is passed on as the delta it came as", () => {
  const rig = new Rig();
  const fresh = near.advert({ version: 2n, neighbours: [self.node] });
  rig.hear(rig.near, [near.advert()]);
  rig.effects.take();
  rig.hearDelta(rig.near, near.advert(), fresh);
  expect(rig.topology.get(near.node)).toMatchObject({ version: 2n, neighbours: [self.node] });
  expect(rig.sent(rig.far)).toMatchObject([{ adverts: [], deltas: [{ node: near.node, linked: [self.node] }] }]);
  rig.hearDelta(rig.far, near.advert(), fresh);
  expect(rig.effects.take()).toEqual([]);
});

test("a delta that does not apply is answered by asking for the whole", () => {
  const rig = new Rig();
  const [first, second, third] = [1n, 2n, 3n].map((version) =>
    near.advert({ version, neighbours: version === 2n ? [] : [self.node] }),
  );
  if (first === undefined || second === undefined || third === undefined) throw new Error("three were made");
  rig.hearDelta(rig.near, second, third);
  const unknown = saidOf(rig.effects.take(), "digest", rig.near.number);
  expect(unknown).toMatchObject([{ wanted: [near.node] }]);
  rig.hear(rig.near, [first]);
  rig.effects.take();
  rig.hearDelta(rig.near, second, third);
  expect(saidOf(rig.effects.take(), "digest", rig.near.number)).toMatchObject([{ wanted: [near.node] }]);
  expect(rig.topology.get(near.node)?.version).toBe(1n);
});

test("an older edition is answered with the newer, and not passed on", () => {
  const rig = new Rig();
  const newer = near.advert({ version: 5n });
  rig.hear(rig.near, [newer]);
  rig.effects.take();
  rig.hear(rig.far, [near.advert({ version: 4n })]);
  expect(framesOf(rig.effects.take())).toMatchObject([{ case: "adverts", value: { adverts: [signedOf(newer)] } }]);
});

test("an advert whose signature does not hold is a fault, is not stored, and ends the frame (invariant 2)", () => {
  const rig = new Rig();
  const forged = { ...near.advert(), signature: far.advert().signature };
  expect(rig.hear(rig.near, [forged, far.advert()])).toContain("not signed");
  expect(rig.topology.get(near.node)).toBeUndefined();
  expect(rig.topology.get(far.node)).toBeUndefined();
  expect(rig.sent()).toEqual([]);
});

test("a delta whose signature does not hold is not stored; the whole is asked for (invariant 2)", () => {
  const rig = new Rig();
  rig.hear(rig.near, [near.advert()]);
  const fresh = near.advert({ version: 2n, neighbours: [self.node] });
  rig.hearDelta(rig.far, near.advert(), { ...fresh, signature: far.advert().signature });
  expect(rig.topology.get(near.node)?.version).toBe(1n);
  expect(saidOf(rig.effects.take(), "digest", rig.far.number)).toMatchObject([{ wanted: [near.node] }]);
});

test("an advert that finds no room is not passed on, and that is noticed", () => {
  const rig = new Rig({ limits: { ...defaultLimits, advertsMax: 1 } });
  expect(rig.hear(rig.near, [near.advert()])).toBeUndefined();
  expect(rig.topology.get(near.node)).toBeUndefined();
  expect(rig.effects.take()).toMatchObject([{ kind: "notice", level: "warn", fields: { id: 2n } }]);
});

test("an advert of a stranger whose clock is ahead is accepted and passed on without a word", () => {
  const rig = new Rig();
  expect(rig.hear(rig.near, [far.advert({ claimedAtMs: 2 ** 53 - 1 })])).toBeUndefined();
  expect(rig.topology.get(far.node)).toBeDefined();
  const effects = rig.effects.take();
  expect(saidOf(effects, "adverts", rig.far.number)).toHaveLength(1);
  expect(kindOf(effects, "notice")).toEqual([]);
});

test("a neighbour whose own clock is ahead is noticed once for each link", () => {
  const rig = new Rig();
  const claimedAtMs = nowMs + defaultLimits.clockSkewMaxMs + 1;
  rig.hear(rig.near, [near.advert({ claimedAtMs: claimedAtMs - 1 })]);
  expect(kindOf(rig.effects.take(), "notice")).toEqual([]);
  for (const version of [2n, 3n]) rig.hear(rig.near, [near.advert({ claimedAtMs, version })]);
  expect(kindOf(rig.effects.take(), "notice")).toMatchObject([{ level: "warn", fields: { id: 2n, aheadS: 300 } }]);
});

test("a newer edition of this peer's own advert tells that a former life was ahead", () => {
  const rig = new Rig();
  const former = self.advert({ incarnation: 4n });
  rig.hear(rig.near, [former]);
  expect(rig.outrunBy).toMatchObject([{ incarnation: 4n, version: 1n }]);
  rig.hear(rig.near, [self.advert({ neighbours: rig.links.neighbours() })]);
  expect(rig.outrunBy).toHaveLength(1);
  expect(rig.sent()).toEqual([]);
});

test("an own advert of the same age that says something else is a former life's too", () => {
  const rig = new Rig();
  rig.hear(rig.near, [self.advert({ id: 99n })]);
  expect(rig.outrunBy).toMatchObject([{ incarnation: 1n, version: 1n, id: 99n }]);
});

test("what this peer states goes to all links, as a delta when only links changed", () => {
  const rig = new Rig();
  rig.gossip.restate(self.advert({ version: 2n, neighbours: [near.node] }), nowMs);
  expect(rig.sent()).toMatchObject([{ deltas: [{ unlinked: [far.node] }] }, { deltas: [{ unlinked: [far.node] }] }]);
  rig.gossip.restate(self.advert({ version: 3n, id: 9n, neighbours: [near.node] }), nowMs);
  expect(rig.sent()).toMatchObject([{ adverts: [{}], deltas: [] }, { adverts: [{}] }]);
  expect(rig.leases.check(9n, near.node, nowMs)).toMatchObject({ free: false });
});

test("a link that comes up is told this peer's advert and the list of what is known", () => {
  const rig = new Rig();
  rig.gossip.greet(rig.near);
  const frames = framesOf(rig.effects.take(), rig.near.number);
  expect(frames).toMatchObject([
    { case: "adverts", value: { adverts: [{}] } },
    { case: "digest", value: { summary: rig.topology.summary(), entries: [{ node: self.node }], wanted: [] } },
  ]);
});

test("a link is told nothing before this peer has stated itself: its first advert brings the list along (Mesh)", () => {
  const rig = new Rig({ isStated: false });
  rig.gossip.greet(rig.near);
  expect(rig.effects.take()).toEqual([]);
});

test("the first list is answered with what the other lacks, and asks for nothing: its list is answered too", () => {
  const rig = new Rig();
  const known = far.advert({ neighbours: [self.node] });
  rig.hear(rig.far, [known]);
  rig.effects.take();
  const frames = rig.digest(rig.near, { summary: 1n, entries: nearOnly });
  // This peer's own advert went ahead when the link came up.
  expect(frames).toMatchObject([{ case: "adverts", value: { adverts: [signedOf(known)] } }]);
  expect(rig.near.listed).toBe(true);
});

test("a peer that has not stated itself answers lists with all that it has heard: nobody is reachable for it yet", () => {
  const rig = new Rig({ isStated: false });
  rig.hear(rig.far, [far.advert()]);
  rig.effects.take();
  const frames = rig.digest(rig.near, { summary: 1n, entries: nearOnly });
  expect(frames).toMatchObject([{ case: "adverts", value: { adverts: [signedOf(far.advert())] } }]);
});

test("a sum that differs before the other side has listed is answered with the list", () => {
  const rig = new Rig();
  expect(casesOf(rig.digest(rig.near, { summary: 0n }))).toEqual(["digest"]);
  expect(rig.near.listed).toBe(false);
});

test("later lists are answered both ways: what the other lacks, and what is lacked here", () => {
  const rig = new Rig();
  rig.digest(rig.near, { summary: 1n, entries: nearOnly });
  const frames = rig.digest(rig.near, { summary: 1n, entries: nearOnly });
  expect(frames).toMatchObject([
    { case: "adverts", value: { adverts: [{}] } },
    { case: "digest", value: { wanted: [near.node], entries: [] } },
  ]);
});

test("equal sums end the comparison, differing ones are answered with the list", () => {
  const rig = new Rig();
  rig.digest(rig.near, { summary: 0n, entries: nearOnly });
  expect(rig.digest(rig.near, { summary: rig.topology.summary() })).toEqual([]);
  expect(rig.digest(rig.near, { summary: 5n })).toMatchObject([{ case: "digest", value: { entries: [{}] } }]);
  rig.gossip.compare(rig.near);
  expect(saidOf(rig.effects.take(), "digest")).toMatchObject([{ entries: [], wanted: [] }]);
});

test("there is agreement where a sum alone would leave nothing to say: once listed, and when it is the same", () => {
  const rig = new Rig();
  const agrees = (summary: bigint): boolean => rig.gossip.agrees(rig.near, summary);
  expect(agrees(rig.topology.summary())).toBe(false);
  rig.digest(rig.near, { summary: 0n, entries: nearOnly });
  // Not while the neighbour may know of itself what is not known here.
  expect(agrees(rig.topology.summary())).toBe(false);
  rig.digest(rig.near, { summary: rig.topology.summary() });
  for (const summary of [rig.topology.summary(), 5n])
    expect(agrees(summary)).toBe(rig.digest(rig.near, { summary }).length === 0);
});

test("what goes to several links is encoded once", () => {
  const rig = new Rig();
  rig.gossip.restate(self.advert({ version: 2n, id: 9n }), nowMs);
  const [first, second, ...more] = kindOf(rig.effects.take(), "frame");
  expect([first?.link, second?.link, more]).toEqual([rig.near.number, rig.far.number, []]);
  expect(second?.bytes).toBe(first?.bytes);
});

test("each wanted advert is sent once, however often a frame asks for it, and who is unknown is passed over", () => {
  const rig = new Rig();
  const frames = rig.digest(rig.near, { wanted: [77n, ...Array.from({ length: 10_000 }, () => self.node)] });
  expect(frames).toMatchObject([{ case: "adverts", value: { adverts: [{}] } }]);
});

test("many adverts leave in several frames, each near the bound of a batch", () => {
  const rig = new Rig({ limits: { ...defaultLimits, batchBytesMax: 1_000 } });
  const peers = Array.from({ length: 30 }, (_, index) => fakePeer(index + 10));
  for (const peer of peers) rig.hear(rig.far, [peer.advert()]);
  rig.effects.take();
  const frames = rig.digest(rig.near, { wanted: peers.map(({ node }) => node) });
  const counts = frames.map((frame) => (frame.case === "adverts" ? frame.value.adverts.length : 0));
  expect(counts.length).toBeGreaterThan(5);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(30);
});
