import { expect, test } from "vitest";
import { Acquainted } from "../../src/core/acquainted.ts";
import { Effects } from "../../src/core/effects.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { tellPresence } from "../../src/core/presence-told.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const [one, two] = [fakePeer(1), fakePeer(2)];

test("who came and who went is told once, and an id is kept for who is silent, and free when its holder left", () => {
  const topology = new Topology(one.node, defaultLimits);
  const [leases, effects] = [new Leases(defaultLimits), new Effects()];
  const acquainted = new Acquainted({ limits: defaultLimits, effects }, []);
  const parts = { topology, leases, effects, acquainted };
  const told = (nowMs: number) => [tellPresence(parts, nowMs).map(({ id }) => id), effects.take()] as const;
  const link = (version: bigint, linked: boolean, left = false): void => {
    const [neighbours, others] = linked ? [[two.node], [one.node]] : [[], []];
    topology.accept(one.advert({ id: 1n, version, neighbours }), 0);
    topology.accept(two.advert({ id: 2n, version, neighbours: others, left }), 0);
  };
  link(1n, true);
  expect(told(0)).toEqual([[2n], [{ kind: "peer", id: 2n, state: "up" }]]);
  expect(told(1)).toEqual([[], []]);
  link(2n, false);
  expect(told(10)).toEqual([[2n], [{ kind: "peer", id: 2n, state: "down" }]]);
  expect(leases.holderOf(2n, 20)).toBe(two.node);
  link(3n, true);
  told(30);
  topology.accept(two.advert({ id: 2n, version: 4n, neighbours: [one.node], name: "ali" }), 0);
  expect(told(31)).toEqual([[], [{ kind: "peer", id: 2n, state: "renamed" }]]);
  topology.accept(two.advert({ id: 2n, version: 5n, neighbours: [one.node], name: "ali", addresses: ["a:9"] }), 0);
  expect(told(32)).toEqual([[], []]);
  link(6n, false, true);
  told(40);
  expect(leases.holderOf(2n, 50)).toBeUndefined();
});
