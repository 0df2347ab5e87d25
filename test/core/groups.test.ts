import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBody } from "../../src/core/body.ts";
import type { LetterContent } from "../../src/core/group-codec.ts";
import { hear, madeUp, memberAt, saying } from "./group-letters.ts";
import { GroupTown, letters, theGroup, type GroupPeer } from "./group-room.ts";

test("who is invited accepts or rejects, and all end up knowing the same", () => {
  const town = new GroupTown(4);
  town.at(1).event(() => town.at(1).groups.create(theGroup, "team", [2n, 3n, 4n]));
  town.settle();
  town.at(2).event(() => town.at(2).groups.answer(theGroup, "joined"));
  town.at(3).event(() => town.at(3).groups.answer(theGroup, "rejected"));
  town.settle();
  for (const id of [1, 2, 4]) expect(town.at(id).seen()).toBe("1 joined, 2 joined, 3 rejected, 4 invited");
  expect(town.at(4).told).toEqual(expect.arrayContaining(["4 invited", "2 joined", "3 rejected"]));
});

test("who is invited hears of that alone; who was in the group before is listed, and no news", () => {
  const town = new GroupTown(3);
  town.at(1).event(() => town.at(1).groups.create(theGroup, "team", [2n]));
  town.settle();
  town.at(2).event(() => town.at(2).groups.answer(theGroup, "joined"));
  town.settle();
  town.at(2).event(() => town.at(2).groups.invite(theGroup, [3n]));
  town.settle();
  expect([town.at(1).told, town.at(2).told, town.at(3).told]).toEqual([
    ["1 joined", "2 invited", "2 joined", "3 invited"],
    ["2 invited", "2 joined", "3 invited"],
    ["3 invited"],
  ]);
  expect(town.at(3).seen()).toBe("1 joined, 2 joined, 3 invited");
});

test("a message is for all who joined, and for nobody else, the sender neither", () => {
  const town = new GroupTown(4);
  town.team(1, 2, 3);
  town.at(2).event(() => town.at(2).groups.invite(theGroup, [4n]));
  town.settle();
  expect(town.at(3).say("hello")).toBe(1);
  town.settle();
  expect([1, 2, 3, 4].map((id) => town.at(id).shown)).toEqual([["3#1 hello"], ["3#1 hello"], [], []]);
  expect(town.at(3).told.at(-1)).toBe("#1 delivered");
});

test("a message that comes after its sender was heard to have left is shown: it was a member when it said it", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  town.away.add(3n);
  town.at(1).say("farewell");
  town.at(1).event(() => town.at(1).groups.leave(theGroup));
  town.settle();
  town.away.delete(3n);
  // 2 tells 3 before 1 does.
  hear(town.at(3), 2, madeUp([memberAt(1, "left", 2), memberAt(2, "joined", 2), memberAt(3, "joined", 2)]));
  expect(town.at(3).seen()).toBe("1 left, 2 joined, 3 joined");
  town.settle();
  expect(town.at(3).shown).toEqual(["1#1 farewell"]);
  expect(town.at(1).told.at(-1)).toBe("#1 delivered");
});

test("a member that left settles its copies as refused, and the others' are delivered", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  town.away.add(1n);
  town.at(3).event(() => town.at(3).groups.leave(theGroup));
  town.settle();
  town.at(1).say("are you there?");
  town.away.delete(1n);
  town.settle();
  expect([town.at(2).shown, town.at(3).shown]).toEqual([["1#1 are you there?"], []]);
  expect(town.at(1).told.filter((line) => line.startsWith("#"))).toEqual(
    expect.arrayContaining(["#1 accepted", "#1 3 refused 1 of 2", "#1 refused"]),
  );
  expect(town.at(1).seen()).toBe("1 joined, 2 joined, 3 left");
});

test("whom the teller does not know to be there, or thinks has left, is told by whoever knows better", () => {
  const town = new GroupTown(5);
  town.team(1, 2, 3);
  town.at(3).event(() => town.at(3).groups.leave(theGroup));
  town.settle();
  // 1 invites 3 again, and 2 invites 4, and neither has heard of the other.
  town.away.add(2n);
  town.at(1).event(() => town.at(1).groups.invite(theGroup, [3n]));
  town.settle();
  town.away.add(1n);
  town.away.delete(2n);
  town.at(2).event(() => town.at(2).groups.invite(theGroup, [4n, 5n]));
  town.settle();
  town.away.clear();
  town.settle();
  for (const id of [1, 2, 3, 4, 5])
    expect(town.at(id).seen(), `${id}`).toBe("1 joined, 2 joined, 3 invited, 4 invited, 5 invited");
});

test("an invitation counts also where the one who made it has left meanwhile", () => {
  const town = new GroupTown(3);
  town.team(1, 2);
  town.at(1).event(() => {
    town.at(1).groups.invite(theGroup, [3n]);
    town.at(1).groups.leave(theGroup);
  });
  town.settle();
  expect(town.at(3).seen()).toBe("1 left, 2 joined, 3 invited");
  town.at(3).event(() => town.at(3).groups.answer(theGroup, "joined"));
  town.settle();
  expect(town.at(2).seen()).toBe("1 left, 2 joined, 3 joined");
});

test("a member whose store is lost is invited again by the first that is said, and may join again", () => {
  const town = new GroupTown(3);
  town.team(1, 2, 3);
  town.peers.delete(3n);
  town.start(3n);
  town.at(1).say("who is there?");
  town.settle();
  expect(town.at(3).seen()).toBe("1 joined, 2 joined, 3 invited");
  town.at(3).event(() => town.at(3).groups.answer(theGroup, "joined"));
  town.settle();
  town.at(1).say("welcome");
  town.settle();
  expect(town.at(3).shown).toEqual(["1#2 welcome"]);
  for (const id of [1, 2]) expect(town.at(id).seen()).toBe("1 joined, 2 joined, 3 joined");
});

test("a letter that expired is told again with the next that its reader says", () => {
  const town = new GroupTown(4);
  town.team(1, 3);
  town.away.add(3n);
  town.at(1).event(() => town.at(1).groups.invite(theGroup, [4n]));
  town.settle();
  for (const id of [1, 4]) {
    const peer = town.at(id);
    for (const lane of [...peer.outbox.lanes()].filter(({ to }) => to === 3n)) {
      const all = [{ first: 1, last: 1_000 }];
      peer.event(() => peer.outbox.settle(lane, all, { status: "expired", reason: "", nowMs: 0 }, peer.effects));
    }
  }
  town.away.clear();
  town.at(3).say("I am back");
  town.settle();
  expect(town.at(3).seen()).toBe("1 joined, 3 joined, 4 invited");
});

test("former members count where others are invited, and not where they are invited again themselves", () => {
  const town = new GroupTown(4, { groupMembersMax: 3 });
  town.team(1, 2, 3);
  town.at(3).event(() => town.at(3).groups.leave(theGroup));
  town.settle();
  expect(() => town.at(1).groups.invite(theGroup, [4n])).toThrow("4 members are too many");
  town.at(1).event(() => town.at(1).groups.invite(theGroup, [3n]));
  expect(town.at(1).seen()).toBe("1 joined, 2 joined, 3 invited");
});

test("callers hear what is wrong, and nothing has happened", () => {
  const town = new GroupTown(3);
  const { groups } = town.at(1);
  const send = (content: LetterContent) => groups.send(theGroup, content, 1, 0);
  expect(() => send({ case: "text", value: "hi" })).toThrow("no group 900");
  expect(() => groups.answer(theGroup, "joined")).toThrow("no group 900");
  expect(() => groups.leave(theGroup)).toThrow("no group 900");
  expect(() => groups.create(theGroup, "team", [])).toThrow("name one peer");
  expect(() => groups.create(theGroup, "team", [1n])).toThrow("cannot invite itself");
  const crowd = Array.from({ length: 300 }, (_, index) => BigInt(index + 10));
  expect(() => groups.create(theGroup, "team", crowd)).toThrow("301 members are too many");
  expect(groups.list()).toEqual([]);
  town.at(1).event(() => groups.create(theGroup, "team", [2n, 2n]));
  town.settle();
  expect(() => groups.answer(theGroup, "joined")).toThrow("member already");
  expect(() => groups.invite(theGroup, [2n])).toThrow("2 is invited already");
  expect(() => town.at(2).groups.invite(theGroup, [3n])).toThrow("accept first");
  expect(() => town.at(2).groups.leave(theGroup)).toThrow("accept first");
  town.at(2).event(() => town.at(2).groups.answer(theGroup, "rejected"));
  expect(() => town.at(2).groups.answer(theGroup, "joined")).toThrow("no invitation is open in group team");
  town.at(1).event(() => groups.leave(theGroup));
  expect(() => groups.leave(theGroup)).toThrow("there is nothing to leave");
  expect([town.at(1).seen(), letters(town.at(1)).length > 0]).toEqual(["1 left, 2 invited", true]);
});

test("a body that is no letter is malformed, and means nothing", () => {
  const { groups } = new GroupTown(1).at(1);
  const meant = { origin: 2n, epoch: 9n, sentAtMs: 0, after: [], lamport: 0 };
  expect(groups.meaning({ ...meant, bytes: Uint8Array.of(1, 2, 3) })).toBeUndefined();
  const body = decodeBody(saying(theGroup, "hi"));
  if (typeof body === "string" || body.kind !== "group") throw new Error("no letter");
  const own = { epoch: 0xe1n, number: 4 };
  const others = { epoch: 8n, number: 4 };
  const meaning = groups.meaning({ ...meant, after: [own, others], bytes: body.bytes });
  // What was seen of this peer itself needs no waiting.
  expect([meaning?.group, meaning?.after]).toEqual([{ id: theGroup, number: 1 }, [others]]);
});

const step = fc.record({
  what: fc.constantFrom(
    "invite",
    "join",
    "reject",
    "leave",
    "say",
    "cross",
    "cross",
    "unheard",
    "crash",
    "away",
    "back",
  ),
  who: fc.integer({ min: 1, max: 4 }),
  whom: fc.integer({ min: 1, max: 4 }),
  draw: fc.nat(1_000),
});

test("whatever happens, and whoever dies at whatever point: once letters cross again, those in the group know the same, and letters end", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const town = new GroupTown(4);
      town.team(1, 2);
      for (const { what, who, whom, draw } of steps) {
        const peer = town.at(who);
        const crossing = town.crossing();
        const next = crossing[draw % Math.max(1, crossing.length)];
        if ((what === "cross" || what === "unheard") && next !== undefined) town.cross(next, what === "cross");
        else if (what === "crash") town.start(peer.id);
        else if (what === "away") town.away.add(peer.id);
        else if (what === "back") town.away.delete(peer.id);
        else if (!act(peer, what, BigInt(whom), draw % 5 === 0)) town.start(peer.id);
      }
      town.away.clear();
      town.settle();
      // Who has not heard of the end says something, as people do.
      for (const peer of town.peers.values()) act(peer, "say", 0n, false);
      town.settle();
      const groups = [...town.peers.values()].filter(({ id, groups }) => {
        const known = groups.list().find((group) => group.id === theGroup);
        return known?.members.some((member) => member.id === id && member.state === "joined");
      });
      expect(new Set(groups.map((peer) => peer.seen())).size).toBeLessThanOrEqual(1);
      for (const peer of town.peers.values()) expect(peer.outbox.size).toBe(0);
    }),
    { numRuns: 300 },
  );
});

/** @returns whether the peer outlived it. */
function act(peer: GroupPeer, what: string, whom: bigint, dies: boolean): boolean {
  return peer.event(() => {
    try {
      if (what === "invite") peer.groups.invite(theGroup, [whom]);
      else if (what === "join") peer.groups.answer(theGroup, "joined");
      else if (what === "reject") peer.groups.answer(theGroup, "rejected");
      else if (what === "leave") peer.groups.leave(theGroup);
      else if (what === "say") peer.groups.send(theGroup, { case: "text", value: "hi" }, 1_000, 0);
    } catch {
      // What cannot be done is refused.
    }
  }, dies);
}
