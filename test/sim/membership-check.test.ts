import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { MembershipSchema, MemberState } from "../../src/gen/e3/v1/envelope_pb.ts";
import { GroupRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { DeedsRig, group } from "./deeds-rig.ts";
import type { SimPeer } from "./sim-peer.ts";

/** The peer's record of the group, with one member of it in another state. */
function changed(peer: SimPeer, id: bigint, state: MemberState, version: number) {
  const [entry] = peer.disk.entries("groups");
  if (entry === undefined) throw new Error("there is no group");
  const { membership, ...rest } = fromBinary(GroupRecordSchema, entry.value);
  const members = (membership?.members ?? []).map((one) => (one.id === id ? { ...one, state, version } : one));
  const record = { ...rest, membership: create(MembershipSchema, { name: "", members }) };
  return [
    { table: "groups", key: entry.key, value: toBinary(GroupRecordSchema, create(GroupRecordSchema, record)) },
  ] as const;
}

test("groups that are made, joined and left, over restarts, break nothing", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.act(rig.b, { kind: "group-leave", group });
  rig.b.crash();
  rig.b.start();
  rig.world.run(5_000);
  rig.act(rig.a, { kind: "group-invite", group, invited: [2n] });
  rig.act(rig.b, { kind: "group-answer", group, state: "joined" });
  expect(rig.disputed).toEqual([]);
});

test("who says that another left is noticed, and who forgets what it knew", () => {
  const rig = new DeedsRig();
  rig.meet();
  const { checker } = rig.world;
  expect(() => checker.applied(rig.a, changed(rig.a, 3n, MemberState.LEFT, 3))).toThrow("by itself");
  expect(() => checker.applied(rig.a, changed(rig.a, 3n, MemberState.INVITED, 1))).toThrow("never back");
  checker.applied(rig.a, changed(rig.a, 1n, MemberState.LEFT, 3));
});

test("a peer that begins with less than its disk has is noticed", () => {
  const rig = new DeedsRig();
  rig.meet();
  rig.world.checker.applied(rig.a, changed(rig.a, 1n, MemberState.LEFT, 3));
  expect(() => rig.world.checker.stepped(rig.a, { kind: "start", listen: "a", peers: [] }, [])).toThrow(
    "outlives its process",
  );
});

test("news of what is not on the disk are noticed", () => {
  const rig = new DeedsRig();
  rig.meet();
  const news = { kind: "group", group, name: "", member: 3n, state: "left", invitedBy: 1n } as const;
  const effect = { ...news, own: "joined", isSelf: false } as const;
  expect(() => rig.world.checker.stepped(rig.a, { kind: "alarm" }, [effect])).toThrow("law 3");
});

test("an invitation that is answered twice is noticed", () => {
  const rig = new DeedsRig();
  rig.meet();
  const answer = { kind: "group-answer", group, state: "joined" } as const;
  expect(() => rig.world.checker.acted(rig.b, answer)).toThrow("an invitation is answered once");
});
