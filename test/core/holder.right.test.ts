import { expect, test } from "vitest";
import { fakePeer } from "../world/adverts.ts";
import { HolderRig as Rig } from "../world/holder-rig.ts";

const rival = fakePeer(2);
const startMs = 1_800_000_000_000;

test("an id that is its own by right is held at once, unasked, under the claim given; another one is claimed when taken", () => {
  const rig = new Rig({ storedId: 7n, desiredId: 50n, claimedAtMs: 2 ** 30 });
  rig.holder.start(startMs);
  rig.settle(startMs);
  expect(rig.identity).toMatchObject({ id: 50n, verdict: "granted", claimedAtMs: 2 ** 30 - 2, ready: true });
  rig.topology.accept(rival.advert({ id: 50n, claimedAtMs: 2 ** 29 }), startMs);
  rig.holder.checkClaims();
  rig.settle(startMs + 5);
  for (const ms of [5, 6]) rig.persist(startMs + ms);
  expect(rig.identity.id).not.toBe(50n);
  expect(rig.identity.claimedAtMs).toBe(startMs + 5);
  expect(rig.told("id")).toMatchObject([{ reason: "another peer was given 50 since" }]);
});
