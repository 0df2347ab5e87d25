import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Census } from "../../src/core/census.ts";
import { Effects } from "../../src/core/effects.ts";
import { Exchange } from "../../src/core/exchange.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Topology } from "../../src/core/topology.ts";
import { PeerExchangeSchema, type PeerExchange } from "../../src/gen/e3/v1/link_pb.ts";
import { fakeMesh, fakePeer } from "../world/adverts.ts";
import { seededEntropy } from "../world/entropy.ts";
import { saidOf } from "../world/frames.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

const listen = "127.0.0.1:8001";
const limits = { ...defaultLimits, exchangeAddressesMax: 4, exchangeMs: 1_000 };

/** The exchange of peer 1, which is linked with 2; 2 with 3, and 3 with many. */
class Rig {
  readonly effects = new Effects();
  readonly links = new Links(limits, fakePeer(1).node);
  readonly exchange: Exchange;
  readonly told: [string, readonly string[]][] = [];
  readonly link: Link;

  constructor(max?: number) {
    const topology = new Topology(fakePeer(1).node, limits);
    const pairs = [[1, 2], [2, 3], ...[4, 5, 6, 7, 8, 9].map((seed) => [3, seed] as const)] as const;
    for (const advert of fakeMesh(9, pairs)) topology.accept(advert, 0);
    this.link = openLink(this.links, { number: 2 });
    bringUp(this.links, this.link, 2);
    const { effects, links } = this;
    const census = new Census(fakePeer(1).node, topology);
    const told = (teller: string, addresses: readonly string[]): number => this.told.push([teller, addresses]);
    this.exchange = new Exchange({ links, census, effects, limits, entropy: seededEntropy("exchange"), told });
    this.exchange.start(listen, max);
  }

  hear(said: { wanted?: number; addresses?: string[] }, nowMs: number, link = this.link): boolean {
    return this.exchange.heard(link, create(PeerExchangeSchema, said), nowMs);
  }

  said(): readonly PeerExchange[] {
    return saidOf(this.effects.take(), "exchange");
  }
}

test("a question gives one's own address and some others, and asks for as many as one reads", () => {
  const rig = new Rig();
  rig.exchange.ask(0);
  const [question] = rig.said();
  expect(question?.wanted).toBe(4);
  expect(question?.addresses[0]).toBe(listen);
  expect(question?.addresses.length).toBeGreaterThan(1);
});

test("a neighbour is asked once in a second, and a leaf never", () => {
  const rig = new Rig();
  bringUpLeaf(rig.links, 9);
  for (const nowMs of [0, 500, 999, 1_000]) rig.exchange.ask(nowMs);
  expect(rig.said()).toHaveLength(2);
});

test("whoever asks is answered, and what it gave is known as its own", () => {
  const rig = new Rig();
  expect(rig.hear({ wanted: 3, addresses: ["127.0.0.1:9000"] }, 0)).toBe(true);
  const [answer, ...more] = rig.said();
  expect([answer?.wanted, answer?.addresses.length, more.length]).toEqual([0, 3, 0]);
  expect(rig.told).toEqual([[String(fakePeer(2).node), ["127.0.0.1:9000"]]]);
});

test("an answer names neither who asked nor its neighbours, and no more than one reads", () => {
  const rig = new Rig();
  rig.hear({ wanted: 4_000_000_000 }, 0);
  const addresses = rig.said()[0]?.addresses ?? [];
  expect(addresses).toHaveLength(4);
  expect(addresses).not.toContain("127.0.0.1:8002");
  expect(addresses).not.toContain("127.0.0.1:8003");
});

test("those who have room are named first", () => {
  const rig = new Rig(1);
  const far = fakePeer(9);
  rig.links.closed(rig.link);
  const link = openLink(rig.links, { number: 9 });
  bringUp(rig.links, link, 9);
  rig.exchange.redirect(link);
  const [said] = rig.said();
  expect(far.node).toBe(link.neighbour?.node);
  // 2 and 3 have more than one link; 3 is a neighbour of 9.
  expect(said?.addresses).not.toContain("127.0.0.1:8002");
  expect(said?.addresses).toHaveLength(4);
});

test("questions that come too fast are passed over, with what they say", () => {
  const rig = new Rig();
  const heeded = [0, 1, 999, 1_000, 1_001].filter((nowMs) => rig.hear({ wanted: 1, addresses: ["a:1"] }, nowMs));
  expect(heeded).toEqual([0, 1_000]);
  expect(rig.said()).toHaveLength(2);
  expect(rig.told).toHaveLength(2);
});

test("an answer to a question always counts, once", () => {
  const rig = new Rig();
  rig.hear({ wanted: 1 }, 0);
  rig.exchange.ask(0);
  rig.effects.take();
  expect([rig.hear({ addresses: ["a:1"] }, 1), rig.hear({ addresses: ["b:1"] }, 2)]).toEqual([true, false]);
  expect(rig.said()).toEqual([]);
});

test("on a link that was dialled and is not up, addresses come with a refusal and no question is answered", () => {
  const rig = new Rig();
  const dialled = openLink(rig.links, { number: 7, address: "127.0.0.1:8007" });
  rig.hear({ wanted: 4, addresses: ["127.0.0.1:8008"] }, 0, dialled);
  expect(rig.told).toEqual([["127.0.0.1:8007", ["127.0.0.1:8008"]]]);
  expect(rig.said()).toEqual([]);
});
