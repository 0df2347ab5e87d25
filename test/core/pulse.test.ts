import { expect, test } from "vitest";
import { Effects } from "../../src/core/effects.ts";
import { encodeFrame, encodeShort } from "../../src/core/frame.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Pulse } from "../../src/core/pulse.ts";
import { fakePeer } from "../world/adverts.ts";
import { framesOf, saidOf } from "../world/frames.ts";
import { bringUp, openLink } from "../world/link-parts.ts";
import { Wire, type WiredPeer } from "../world/wire.ts";

const sum = encodeShort("digest", 5n);

/** A pulse on one link that is up, to a neighbour that agrees with this peer when its sum is 5. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(defaultLimits, fakePeer(1).node);
  readonly link: Link;
  readonly pulse: Pulse;

  constructor() {
    const { effects, links } = this;
    this.link = openLink(links, { number: 4 });
    bringUp(links, this.link, 2);
    const agrees = (_: Link, summary: bigint): boolean => summary === 5n;
    const compare = (link: Link): void => effects.add({ kind: "frame", link: link.number, bytes: sum });
    this.pulse = new Pulse({ effects, links, gossip: { agrees, compare }, talk: { hearsay: undefined } });
  }
}

test("a ping is answered with its nonce, a pong and a sum that is the same are heard without a word", () => {
  const { pulse, link, effects } = new Rig();
  for (const [kind, nowMs] of [
    ["ping", 100],
    ["pong", 200],
    ["digest", 300],
  ] as const) {
    expect(pulse.take(link, encodeShort(kind, 5n), nowMs)).toBe(true);
    expect(link.heardAtMs).toBe(nowMs);
    expect(framesOf(effects.take(), 4)).toMatchObject(kind === "ping" ? [{ case: "pong", value: { nonce: 5n } }] : []);
  }
});

test.each([
  ["a sum that differs", encodeShort("digest", 6n)],
  ["a ping without a nonce", encodeShort("ping", 0n)],
  ["any other frame", encodeFrame({ case: "exchange", value: { wanted: 3 } })],
  ["no frame at all", new Uint8Array(0)],
])("%s is left to others, and nothing has happened", (_, bytes) => {
  const { pulse, link, effects } = new Rig();
  expect(pulse.take(link, bytes, 100)).toBe(false);
  expect([link.heardAtMs, effects.take()]).toEqual([0, []]);
});

test("a link that is not up has no pulse", () => {
  const { pulse, link, links, effects } = new Rig();
  links.closing(link, 0);
  for (const one of [link, openLink(links, { number: 5 })])
    expect(pulse.take(one, encodeShort("ping", 7n), 100)).toBe(false);
  expect(effects.take()).toEqual([]);
});

test("pings have nonces that differ, and none that is left out for being zero", () => {
  const { pulse, link, effects } = new Rig();
  for (let count = 0; count < 3; count += 1) pulse.ping(link);
  const nonces = saidOf(effects.take(), "ping", 4).map(({ nonce }) => nonce);
  expect(new Set(nonces).size).toBe(3);
  expect(nonces).not.toContain(0n);
});

/** Peers around one in the middle, all started at different times and at rest. */
function star(wire: Wire): readonly WiredPeer[] {
  const middle = wire.add({ seed: 1 });
  wire.start(middle);
  const others = [2, 3, 4, 5].map((seed) => {
    wire.advance(17);
    const peer = wire.add({ seed });
    wire.start(peer, middle);
    return peer;
  });
  wire.advance(10_000);
  return [middle, ...others];
}

test("an idle mesh costs a ping and a pong a second on each link, a look at the sums now and then, and nothing else", () => {
  const wire = new Wire();
  const peers = star(wire);
  const before = peers.map(({ effects }) => effects.length);
  wire.advance(600_000);
  const after = peers.flatMap(({ effects }, index) => effects.slice(before[index]));
  const digests = 2 * 4 * 20;
  expect([saidOf(after, "ping").length, saidOf(after, "pong").length]).toEqual([4 * 600, 4 * 600]);
  expect(saidOf(after, "digest")).toHaveLength(digests);
  expect(after).toHaveLength(2 * 4 * 600 + digests);
});

test("an idle peer needs one alarm a second, however many its links, and those for the sums", () => {
  const wire = new Wire();
  const peers = star(wire);
  const untilMs = wire.nowMs + 600_000;
  let alarms = 0;
  for (;;) {
    const nextMs = Math.min(...peers.map(({ core }) => core.nextDeadlineMs));
    if (nextMs > untilMs) break;
    wire.nowMs = nextMs;
    alarms += peers.filter(({ core }) => core.nextDeadlineMs <= nextMs).length;
    wire.run();
  }
  expect(alarms).toBeGreaterThan(600);
  expect(alarms).toBeLessThanOrEqual(peers.length * 600 + 2 * 4 * 20);
});

test("what is due on a link that is up is a ping or a sum, until it is silent for too long", () => {
  const { pulse, link, effects } = new Rig();
  const ended: string[] = [];
  const due = (nowMs: number): boolean => pulse.due(nowMs, ({ number }, why) => ended.push(`${number} ${why}`));
  expect([due(0), effects.take()]).toEqual([true, []]);
  const { pingMs, pingMissesMax, digestMs } = defaultLimits;
  for (let miss = link.missesAtFirst + 1; miss <= pingMissesMax; miss += 1) {
    expect(due(miss * pingMs)).toBe(true);
    expect(framesOf(effects.take(), 4)).toMatchObject([{ case: "ping" }]);
  }
  expect(ended).toEqual([]);
  expect(due((pingMissesMax + 1) * pingMs)).toBe(false);
  expect([ended, effects.take()]).toEqual([["4 dead"], []]);
  pulse.take(link, encodeShort("pong", 1n), digestMs);
  expect(due(digestMs)).toBe(true);
  expect(framesOf(effects.take(), 4)).toMatchObject([{ case: "digest", value: { summary: 5n } }]);
});
