import { expect, test } from "vitest";
import { groupOf, groupsCalled, performGroup } from "../../src/cli/groups.ts";
import type { GroupInfo, GroupState } from "../../src/peer/group-types.ts";
import { FakePeer, peerInfo } from "./fake-peer.ts";

const infoOf = (id: bigint, name: string, state: GroupState = "joined"): GroupInfo => ({
  id,
  name,
  state,
  members: [],
});

const plain = { id: 1n, label: String };

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

test("an invitation to a group that all others have left is one that is over", () => {
  const members = [
    { id: 71n, state: "left", invitedBy: 0n },
    { id: 1n, state: "invited", invitedBy: 71n },
  ] as const;
  const deserted = { ...infoOf(5n, "team", "invited"), members };
  expect(ids("team", [deserted, infoOf(6n, "team")])).toEqual([6n]);
  expect(ids("team", [deserted])).toEqual([5n]);
});

test("without one, or with several, it is said what to write", () => {
  const groups = [infoOf(5n, "team"), infoOf(6n, "team")];
  expect(groupOf(5n, groups, plain).id).toBe(5n);
  expect(() => groupOf("nobody", groups, plain)).toThrow("is no group; /group lists those that are known");
  expect(() => groupOf(9n, groups, plain)).toThrow("9 is no group");
  expect(() => groupOf("team", groups, plain)).toThrow(
    '"team" is the name of 2 groups: write team@5 (joined, nobody else in it) or team@6 (joined, nobody else in it)',
  );
});

/** A peer whose groups note what they are asked to do. */
class Noting extends FakePeer {
  readonly noted: string[] = [];
  override readonly groups = {
    list: (): readonly GroupInfo[] => [infoOf(5n, "team"), infoOf(6n, "others")],
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
  await performGroup({ kind: "group", name: "new", members: ["ali", 72n] }, { peer, recipient, label: String });
  await performGroup({ kind: "invite", group: "team", members: ["ali"] }, { peer, recipient, label: String });
  await performGroup({ kind: "leave", group: 6n }, { peer, recipient, label: String });
  expect(peer.noted).toEqual(["create new 71+72", "invite 5 71", "leave 6"]);
});

test("a group is not invited, and what cannot be found changes nothing", async () => {
  const peer = new Noting();
  const invite = (group: bigint | string, ...members: readonly (bigint | string)[]) =>
    performGroup({ kind: "invite", group, members }, { peer, recipient, label: String });
  await expect(invite("team", "others")).rejects.toThrow('"others" is a group, which cannot be invited');
  await expect(invite("team", "ali", 6n)).rejects.toThrow("6 is a group");
  await expect(invite("nobody", "ali")).rejects.toThrow("is no group");
  await expect(
    performGroup({ kind: "group", name: "new", members: [5n] }, { peer, recipient, label: String }),
  ).rejects.toThrow("5 is a group");
  await expect(performGroup({ kind: "leave", group: "nobody" }, { peer, recipient, label: String })).rejects.toThrow(
    "is no group",
  );
  expect(peer.noted).toEqual([]);
});

/** A peer that is in these groups, and knows veli. */
function memberOf(...groups: readonly GroupInfo[]): Noting {
  const peer = new Noting();
  peer.known = [peerInfo({ id: 72n, name: "veli" }), peerInfo({ id: 73n, name: "Ali Reza" })];
  peer.groups.list = () => groups;
  return peer;
}

/** What making a group comes to. */
async function made(peer: Noting, name: string): Promise<string> {
  const label = (id: bigint): string => (id === 72n ? "72 veli" : `${id}`);
  try {
    await performGroup({ kind: "group", name, members: [72n] }, { peer, recipient, label });
    return peer.noted.join();
  } catch (error) {
    return String(error);
  }
}

const joined = (id: bigint) => ({ id, state: "joined", invitedBy: 0n }) as const;

test("of two groups with one name each can be typed, and is told by who is in it", () => {
  const groups = [
    { ...infoOf(300_105n, "team"), members: [joined(72n), joined(76n)] },
    { ...infoOf(300_106n, "team", "invited"), members: [72n, 73n, 74n, 75n].map(joined) },
  ];
  expect(() => groupOf("TEAM", groups, { id: 76n, label: (id) => (id === 72n ? "72 veli" : `${id}`) })).toThrow(
    "write team@105 (joined, with 72 veli) or team@106 (invited, with 72 veli, 73, 74 and 1 more)",
  );
  expect([ids("team@105", groups), ids('"team"@106', groups), ids("team@107", groups)]).toEqual([
    [300_105n],
    [300_106n],
    [],
  ]);
});

test("no second group of one's own gets a name that one is in, or is invited to", async () => {
  const peer = memberOf({ ...infoOf(5n, "Team"), members: [joined(72n)] }, infoOf(6n, "new", "invited"));
  expect(await made(peer, "team")).toContain(
    "you are in a group called Team already (5, joined, with 72 veli); give the new one another name",
  );
  expect(await made(peer, "new")).toContain("you are invited to a group called new already");
  expect(peer.noted).toEqual([]);
  expect(await made(memberOf(infoOf(5n, "team", "left")), "team")).toBe("create team 72");
});

test("a group is not called like a peer: who writes so has forgotten its name", async () => {
  const peer = memberOf();
  expect(await made(peer, "VELI")).toContain(
    "VELI is the name of a peer, and a group needs a name of its own: write /group NAME PEER..., for example /group team VELI",
  );
  expect(await made(peer, "ali reza")).toContain('/group team "ali reza"');
  expect(peer.noted).toEqual([]);
});
