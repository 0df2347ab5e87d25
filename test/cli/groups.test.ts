import { expect, test } from "vitest";
import { groupOf, groupsCalled, performGroup } from "../../src/cli/groups.ts";
import type { GroupInfo, GroupState } from "../../src/peer/group-types.ts";
import { FakePeer } from "./fake-peer.ts";

const infoOf = (id: bigint, name: string, state: GroupState = "joined"): GroupInfo => ({
  id,
  name,
  state,
  members: [],
});

const ids = (word: bigint | string, groups: readonly GroupInfo[]) => groupsCalled(word, groups).map(({ id }) => id);

test("a group is meant by its id, or its name, in quotes or not, whatever the case where none is spelt so", () => {
  const groups = [infoOf(5n, "team"), infoOf(6n, "Team"), infoOf(7n, "My Friends"), infoOf(8n, "Ömer")];
  expect(ids(6n, groups)).toEqual([6n]);
  expect(ids("team", groups)).toEqual([5n]);
  expect(ids("TEAM", groups)).toEqual([5n, 6n]);
  expect(ids('"my friends"', groups)).toEqual([7n]);
  expect(ids("ÖMER", groups)).toEqual([8n]);
  expect([ids("nobody", groups), ids(9n, groups), ids("", groups)]).toEqual([[], [], []]);
});

test("one that is over does not stand in the way of one that is not, and is meant where it is the only one", () => {
  const groups = [infoOf(5n, "team", "left"), infoOf(6n, "team", "invited"), infoOf(7n, "old", "rejected")];
  expect([ids("team", groups), ids("old", groups), ids(5n, groups)]).toEqual([[6n], [7n], [5n]]);
});

test("without one, or with several, it is said what to write", () => {
  const groups = [infoOf(5n, "team"), infoOf(6n, "team")];
  expect(groupOf(5n, groups).id).toBe(5n);
  expect(() => groupOf("nobody", groups)).toThrow("is no group; /group lists those that are known");
  expect(() => groupOf(9n, groups)).toThrow("9 is no group");
  expect(() => groupOf("team", groups)).toThrow(
    '"team" is the name of 2 groups: write 5 (joined, nobody in it) or 6 (joined, nobody in it)',
  );
});

/** A peer whose groups note what they are asked to do. */
class Noting extends FakePeer {
  readonly noted: string[] = [];
  override readonly groups = {
    list: () => [infoOf(5n, "team"), infoOf(6n, "others")],
    create: (name: string, members: readonly bigint[]) => {
      this.noted.push(`create ${name} ${members.join("+")}`);
      return Promise.resolve(9n);
    },
    invite: (group: bigint, members: readonly bigint[]) => void this.noted.push(`invite ${group} ${members.join("+")}`),
    accept: () => {},
    reject: () => {},
    leave: (group: bigint) => void this.noted.push(`leave ${group}`),
  };
}

const recipient = (typed: bigint | string): bigint => (typed === "ali" ? 71n : typed === "others" ? 6n : BigInt(typed));

test("commands reach the peer with ids for what was typed", async () => {
  const peer = new Noting();
  await performGroup({ kind: "group", name: "new", members: ["ali", 72n] }, peer, recipient);
  await performGroup({ kind: "invite", group: "team", members: ["ali"] }, peer, recipient);
  await performGroup({ kind: "leave", group: 6n }, peer, recipient);
  expect(peer.noted).toEqual(["create new 71+72", "invite 5 71", "leave 6"]);
});

test("a group is not invited, and what cannot be found changes nothing", async () => {
  const peer = new Noting();
  const invite = (group: bigint | string, ...members: readonly (bigint | string)[]) =>
    performGroup({ kind: "invite", group, members }, peer, recipient);
  await expect(invite("team", "others")).rejects.toThrow('"others" is a group, which cannot be invited');
  await expect(invite("team", "ali", 6n)).rejects.toThrow("6 is a group");
  await expect(invite("nobody", "ali")).rejects.toThrow("is no group");
  await expect(performGroup({ kind: "group", name: "new", members: [5n] }, peer, recipient)).rejects.toThrow(
    "5 is a group",
  );
  await expect(performGroup({ kind: "leave", group: "nobody" }, peer, recipient)).rejects.toThrow("is no group");
  expect(peer.noted).toEqual([]);
});
