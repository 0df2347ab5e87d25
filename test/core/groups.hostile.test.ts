import { expect, test } from "vitest";
import { versionMax } from "../../src/core/membership.ts";
import { hear, madeUp, memberAt, saying } from "./group-letters.ts";
import { GroupTown, letters, theGroup } from "./group-room.ts";

test("invariant 1: nobody is made a member, or no member, by what others say", () => {
  const town = new GroupTown(3);
  expect(hear(town.at(3), 2, madeUp([memberAt(2, "joined"), memberAt(3, "joined", 5)]))).toBe("done");
  expect(town.at(3).seen()).toBe("2 joined, 3 invited");
  expect(() => town.at(3).say("no")).toThrow("accept first");
  const other = new GroupTown(3);
  other.team(1, 2, 3);
  for (const state of ["left", "rejected", "invited"] as const) {
    hear(other.at(3), 2, madeUp([memberAt(2, "joined", 2), memberAt(3, state, 90)]));
    expect(other.at(3).seen()).toContain("3 joined");
  }
  other.settle();
  for (const id of [1, 2, 3]) expect(other.at(id).seen()).toBe("1 joined, 2 joined, 3 joined");
});

test("a lie about a member comes out with the first that it says, which is shown", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  hear(town.at(1), 2, madeUp([memberAt(1, "joined"), memberAt(2, "joined", 2), memberAt(3, "left", 3)]));
  expect(town.at(1).seen()).toBe("1 joined, 2 joined, 3 left");
  town.at(3).say("I am here");
  town.settle();
  expect(town.at(1).shown).toEqual(["3#1 I am here"]);
  for (const id of [1, 2, 3]) expect(town.at(id).seen()).toBe("1 joined, 2 joined, 3 joined");
});

test("a lie that its victim hears of is taken back at all whom it may have reached", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  const lie = madeUp([memberAt(1, "joined"), memberAt(2, "joined", 2), memberAt(3, "left", 3)]);
  hear(town.at(1), 2, lie);
  hear(town.at(3), 2, lie);
  town.settle();
  for (const id of [1, 3]) expect(town.at(id).seen()).toBe("1 joined, 2 joined, 3 joined");
});

test("a version at its end keeps nobody from reading the rest, over a restart too", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  hear(town.at(3), 2, madeUp([memberAt(2, "joined", 2), memberAt(3, "left", versionMax)]));
  expect(town.at(3).seen()).toContain("3 joined");
  town.settle();
  town.start(3n);
  expect(town.at(3).seen()).toBe("1 joined, 2 joined, 3 joined");
  town.at(3).say("still here");
  town.settle();
  expect(town.at(1).shown).toEqual(["3#1 still here"]);
});

test("invariant 2: strangers are not heard, and nothing is known of what they bring up", () => {
  const town = new GroupTown(4);
  town.team(1, 2);
  expect(hear(town.at(2), 4, madeUp([memberAt(1, "left", 9), memberAt(2, "left", 9)]))).toBe(5);
  expect(hear(town.at(2), 4, saying(theGroup, "hi"))).toBe(5);
  expect(hear(town.at(3), 4, saying(theGroup, "hi"))).toBe(5);
  expect(hear(town.at(3), 4, madeUp([memberAt(4, "joined")]))).toBe(5);
  expect([town.at(2).seen(), town.at(3).groups.list(), town.at(2).shown]).toEqual(["1 joined, 2 joined", [], []]);
});

test("memberships beyond the bound, and names that cannot be, are refused", () => {
  const town = new GroupTown(2, { groupMembersMax: 3 });
  const many = [2, 3, 4, 5].map((id) => memberAt(id, "joined"));
  expect(hear(town.at(1), 2, madeUp([memberAt(1, "invited"), ...many]))).toBe(5);
  for (const name of ["", "a\nb", "x".repeat(257), "123"])
    expect(hear(town.at(1), 2, madeUp([memberAt(1, "invited"), memberAt(2, "joined")], { name })), name).toBe(5);
  expect(hear(town.at(1), 2, madeUp([memberAt(1, "invited"), memberAt(2, "joined"), memberAt(3, "joined")]))).toBe(
    "done",
  );
  expect(hear(town.at(1), 2, madeUp([memberAt(2, "joined"), memberAt(4, "joined")]))).toBe(5);
  expect(town.at(1).seen()).toBe("1 invited, 2 joined, 3 joined");
});

test("nobody's id becomes a group's by an invitation: what is sent to the peer goes to the peer", () => {
  const town = new GroupTown(3, {}, [33n]);
  for (const group of [3n, 1n, 33n])
    expect(hear(town.at(1), 2, madeUp([memberAt(1, "invited"), memberAt(2, "joined")], { group }))).toBe(5);
  const [peer] = [town.at(1)];
  expect(hear(peer, 2, madeUp([memberAt(1, "invited"), memberAt(2, "joined")], { group: 4n }))).toBe("done");
  expect([peer.groups.has(4n, 0), peer.groups.has(3n, 0)]).toEqual([true, false]);
  town.start(4n);
  expect(peer.groups.has(4n, 0)).toBe(false);
  // What one has joined by oneself is not given to who takes its id later.
  peer.event(() => peer.groups.answer(4n, "joined"));
  expect(peer.groups.has(4n, 0)).toBe(true);
});

test("invariant 3: sums that never match are answered once, also where two go on knowing something else", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  for (let turn = 0; turn < 5; turn += 1)
    hear(
      town.at(1),
      2,
      madeUp([memberAt(1, "joined"), memberAt(2, "joined", 2), memberAt(3, "joined", 2)], { sum: BigInt(turn + 77) }),
    );
  expect(letters(town.at(1)).map(({ to }) => to)).toEqual([2n]);
  // It pretends not to know the others, so that they are told.
  hear(town.at(1), 2, madeUp([memberAt(2, "joined", 2)], { sum: 99n }));
  const told = letters(town.at(1)).length;
  hear(town.at(1), 2, madeUp([memberAt(2, "joined", 2)], { sum: 98n }));
  expect(letters(town.at(1))).toHaveLength(told);
  expect(told).toBeLessThanOrEqual(2);
});

test("strangers' invitations take the place of each other, not of groups that this peer is in", () => {
  const town = new GroupTown(3, { groupsMax: 3 });
  town.team(1, 2);
  for (let group = 1_000n; group < 1_010n; group += 1n)
    expect(hear(town.at(1), 3, madeUp([memberAt(1, "invited"), memberAt(3, "joined")], { group }))).toBe("done");
  expect(
    town
      .at(1)
      .groups.list()
      .map(({ id }) => id),
  ).toEqual([theGroup, 1_008n, 1_009n]);
  town.at(1).event(() => town.at(1).groups.create(901n, "own", [2n]));
  town.at(1).event(() => town.at(1).groups.create(902n, "own too", [2n]));
  expect(() => town.at(1).groups.create(903n, "too many", [2n])).toThrow("leave one first");
  town.settle();
  town.at(1).event(() => town.at(1).groups.leave(901n));
  town.at(1).event(() => town.at(1).groups.create(903n, "again", [2n]));
  expect(
    town
      .at(1)
      .groups.list()
      .map(({ id }) => id),
  ).toEqual([theGroup, 902n, 903n]);
  expect(
    town
      .start(1n)
      .groups.list()
      .map(({ id }) => id),
  ).toEqual([theGroup, 902n, 903n]);
});
