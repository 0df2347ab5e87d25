import { expect, test } from "vitest";
import { deltaBetween, signedOf } from "../../src/core/advert.ts";
import type { Effect } from "../../src/core/effect.ts";
import { Effects } from "../../src/core/effects.ts";
import { Gossip } from "../../src/core/gossip.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { encodeAdverts, type AdvertsFrame } from "../../src/core/topology-frame.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";
import { bringUp, openLink } from "../world/link-parts.ts";

const nowMs = 1_000_000;
const [self, near, far] = [fakePeer(1), fakePeer(2), fakePeer(3)];
const whole = { adverts: [signedOf(near.advert())], deltas: [] };
const next = deltaBetween(near.advert(), near.advert({ version: 2n, neighbours: [7n] }));
const change = { adverts: [], deltas: next === undefined ? [] : [next] };

/** Gossip of peer 1, linked with peers 2 and 3. */
class Rig {
  readonly #effects = new Effects();
  readonly #near: Link;
  readonly #gossip: Gossip;

  constructor() {
    const [effects, limits] = [this.#effects, defaultLimits];
    const links = new Links(limits, self.node);
    const [topology, leases] = [new Topology(self.node, limits), new Leases(limits)];
    const outrun = (): void => {};
    this.#gossip = new Gossip({
      self: self.node,
      signer: self.signer,
      limits,
      outrun,
      effects,
      links,
      leases,
      topology,
    });
    this.#near = openLink(links, { number: 2 });
    bringUp(links, this.#near, 2);
    bringUp(links, openLink(links, { number: 3 }), 3);
  }

  /** What goes on to peer 3 of what came from peer 2 in these bytes. */
  passedOn(frame: AdvertsFrame, bytes: Uint8Array): readonly Uint8Array[] {
    expect(this.#gossip.adverts(this.#near, frame, nowMs, bytes)).toBeUndefined();
    const isToFar = (effect: Effect) => effect.kind === "frame" && effect.link === 3;
    return this.#effects.take().flatMap((effect) => (isToFar(effect) && "bytes" in effect ? [effect.bytes] : []));
  }
}

test("an advert that comes alone, and a change, go on in the very bytes they came in", () => {
  const rig = new Rig();
  for (const frame of [whole, change]) {
    const bytes = encodeAdverts(frame);
    const [passed, ...others] = rig.passedOn(frame, bytes);
    expect(passed).toBe(bytes);
    expect(others).toEqual([]);
  }
});

test("what comes with others goes on alone", () => {
  const frame = { adverts: [...whole.adverts, signedOf(far.advert())], deltas: [] };
  const expected = frame.adverts.map((advert) => encodeAdverts({ adverts: [advert] }));
  expect(new Rig().passedOn(frame, encodeAdverts(frame))).toEqual(expected);
});

test("what comes with something that is not understood goes on without it", () => {
  const rig = new Rig();
  for (const frame of [whole, change]) {
    const bytes = encodeAdverts(frame);
    // Field 100, three bytes.
    const more = new Uint8Array([...bytes, 0xa2, 0x06, 0x03, 1, 2, 3]);
    expect(rig.passedOn(frame, more)).toEqual([bytes]);
  }
});
