import { expect, test } from "vitest";
import { livesMax } from "../../src/core/identity.ts";
import { fakePeer } from "../world/adverts.ts";
import { HolderRig as Rig } from "../world/holder-rig.ts";

const self = fakePeer(1);
const rival = fakePeer(2);
const startMs = 1_800_000_000_000;

test("an id that is this peer's by a newer right than the one it was lost under is taken again, and it is told (invariant 2)", () => {
  const rig = new Rig({ desiredId: 7n, claimedAtMs: 9 * livesMax });
  rig.holder.start(startMs);
  rig.persist(startMs);
  rig.topology.accept(self.advert({ id: 7n, claimedAtMs: rig.identity.claimedAtMs }), startMs);
  rig.topology.accept(rival.advert({ id: 7n, claimedAtMs: 8 * livesMax }), startMs);
  rig.holder.checkClaims();
  rig.settle(startMs);
  rig.persist(startMs);
  rig.persist(startMs);
  expect(rig.identity.id).not.toBe(7n);
  rig.identity.claimAnew(7 * livesMax);
  expect(rig.holder.isSettled).toBe(false);
  rig.settle(startMs + 1);
  expect([rig.identity.id, rig.identity.claimedAtMs < 8 * livesMax, rig.holder.isSettled]).toEqual([7n, true, true]);
  rig.persist(startMs + 1);
  const reason = "it was given to this peer again";
  expect(rig.told("id").at(-1)).toEqual({ kind: "id", id: 7n, reason });
  expect(rig.told("ready")).toHaveLength(1);
});

test("a newer right keeps an id that was about to be lost, and of that nobody is told", () => {
  const rig = new Rig({ desiredId: 7n, claimedAtMs: 9 * livesMax });
  rig.holder.start(startMs);
  rig.persist(startMs);
  rig.topology.accept(rival.advert({ id: 7n, claimedAtMs: 8 * livesMax }), startMs);
  rig.holder.checkClaims();
  rig.identity.claimAnew(7 * livesMax);
  rig.settle(startMs);
  rig.persist(startMs);
  expect([rig.identity.id, rig.told("id")]).toEqual([7n, []]);
});
