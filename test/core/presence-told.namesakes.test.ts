import { expect, test } from "vitest";
import { Acquainted } from "../../src/core/acquainted.ts";
import { Effects } from "../../src/core/effects.ts";
import { Leases } from "../../src/core/leases.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { tellPresence } from "../../src/core/presence-told.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const [one, two, three] = [fakePeer(1), fakePeer(2), fakePeer(3)];

test("who keeps an id that two had stays known by it when the other gives it up", () => {
  const topology = new Topology(one.node, defaultLimits);
  const [leases, effects] = [new Leases(defaultLimits), new Effects()];
  const acquainted = new Acquainted({ limits: defaultLimits, effects }, []);
  const kept = new Set<string>();
  const tell = (nowMs: number): void => {
    tellPresence({ topology, leases, effects, acquainted }, nowMs);
    effects.close(nowMs);
    for (const effect of effects.take())
      if (effect.kind === "persist")
        for (const { key, value } of effect.ops) {
          if (value === undefined) kept.delete(key);
          else kept.add(key);
        }
  };
  topology.accept(one.advert({ id: 1n, version: 1n, neighbours: [two.node, three.node] }), 0);
  topology.accept(two.advert({ id: 5n, version: 1n, neighbours: [one.node] }), 0);
  topology.accept(three.advert({ id: 5n, version: 1n, neighbours: [one.node] }), 0);
  tell(0);
  topology.accept(two.advert({ id: 6n, version: 2n, neighbours: [one.node] }), 1);
  tell(1);
  expect([...kept].filter((key) => key.startsWith("acquaintance"))).toHaveLength(2);
});
