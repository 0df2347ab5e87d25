import fc from "fast-check";
import { expect, test } from "vitest";
import { Membership, memberStates, versionMax, type Member } from "../../src/core/membership.ts";

const anyMember: fc.Arbitrary<Member> = fc.record({
  id: fc.bigInt({ min: 1n, max: 4n }),
  state: fc.constantFrom(...memberStates),
  version: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constantFrom(versionMax - 1, versionMax)),
  invitedBy: fc.bigInt({ min: 0n, max: 3n }),
});
const anyMembers = fc.array(anyMember, { maxLength: 8 });
const anyMembership = anyMembers.map((members) => new Membership().merge(members));

test("whatever is heard, in whatever order and however often, those who heard the same know the same", () => {
  fc.assert(
    fc.property(anyMembers, fc.array(fc.nat(100)), (members, draws) => {
      const shuffled = draws.reduce((list, draw) => {
        const index = draw % Math.max(1, list.length);
        return [...list.slice(index), ...list.slice(0, index).toReversed()];
      }, members);
      const once = new Membership().merge(members);
      const again = new Membership().merge(shuffled).merge(members.slice(0, 3)).merge(shuffled);
      expect(again.members).toEqual(once.members);
      expect(again.sum).toBe(once.sum);
    }),
  );
});

test("merging is commutative, associative and idempotent", () => {
  fc.assert(
    fc.property(anyMembership, anyMembership, anyMembership, (a, b, c) => {
      expect(a.merge(b.members).members).toEqual(b.merge(a.members).members);
      expect(a.merge(b.members).merge(c.members).members).toEqual(a.merge(b.merge(c.members).members).members);
      expect(a.merge(a.members).members).toEqual(a.members);
    }),
  );
});

test("sums are equal if and only if the members are", () => {
  fc.assert(
    fc.property(anyMembership, anyMembership, (a, b) => {
      const isEqual = JSON.stringify(lines(a)) === JSON.stringify(lines(b));
      expect(a.sum === b.sum).toBe(isEqual);
      expect(new Membership(a.members.toReversed()).sum).toBe(a.sum);
    }),
  );
});

function lines({ members }: Membership): readonly string[] {
  return members.map(({ id, state, version, invitedBy }) => [id, state, version, invitedBy].join("/"));
}

test("the sum tells apart two members who swapped anything, and nobody from somebody", () => {
  const one = { id: 1n, state: "joined", version: 2, invitedBy: 3n } as const;
  const two = { id: 2n, state: "left", version: 1, invitedBy: 4n } as const;
  const sums = [
    [],
    [one],
    [two],
    [one, two],
    [
      { ...one, state: two.state },
      { ...two, state: one.state },
    ],
    [
      { ...one, version: two.version },
      { ...two, version: one.version },
    ],
    [
      { ...one, invitedBy: two.invitedBy },
      { ...two, invitedBy: one.invitedBy },
    ],
  ].map((members) => new Membership(members).sum);
  expect(new Set(sums).size).toBe(sums.length);
});

test("of two statements the higher version holds; of equal versions the state that comes later", () => {
  const at = (state: Member["state"], version: number): Member => ({ id: 7n, state, version, invitedBy: 1n });
  const held = (...members: readonly Member[]) => new Membership().merge(members).get(7n)?.state;
  expect(held(at("left", 2), at("invited", 3))).toBe("invited");
  expect(held(at("invited", 3), at("left", 2))).toBe("invited");
  expect(held(at("joined", 2), at("rejected", 2), at("invited", 2))).toBe("rejected");
  expect(held(at("left", 2), at("rejected", 2))).toBe("left");
});

test("a change counts the version up, keeps who invited, and leaves what was before as it was", () => {
  const before = new Membership().with(1n, "joined", 0n).with(2n, "invited", 1n);
  const after = before.with(2n, "joined");
  expect(after.get(2n)).toEqual({ id: 2n, state: "joined", version: 2, invitedBy: 1n });
  expect(before.get(2n)).toEqual({ id: 2n, state: "invited", version: 1, invitedBy: 1n });
  expect(before.with(2n, "left").merge(after.members).is(2n, "left")).toBe(true);
  expect(after.with(2n, "left").with(2n, "invited", 5n).get(2n)).toMatchObject({ version: 4, invitedBy: 5n });
});

test("a change holds over what was known, whatever that was; a version that somebody drove to its end stays there", () => {
  fc.assert(
    fc.property(anyMembership, fc.constantFrom(...memberStates), (before, state) => {
      const after = before.with(2n, state);
      expect(after.is(2n, state)).toBe(true);
      expect(after.get(2n)?.version).toBeLessThanOrEqual(versionMax);
      if ((before.get(2n)?.version ?? 0) < versionMax)
        expect(after.merge(before.members).members).toEqual(after.members);
    }),
  );
});

test("members and ids come ascending; those in a state can be asked for", () => {
  const members = new Membership().with(30n, "invited").with(4n, "joined").with(200n, "left").with(1n, "rejected");
  expect(members.members.map(({ id }) => id)).toEqual([1n, 4n, 30n, 200n]);
  expect(members.those("joined", "invited")).toEqual([4n, 30n]);
  expect(members.those("left")).toEqual([200n]);
  expect([members.size, members.is(9n, "left"), members.get(9n)]).toEqual([4, false, undefined]);
});

test("messages are for who joined or is invited; what comes late may be of who left, and not of who never came", () => {
  const members = new Membership()
    .with(1n, "joined")
    .with(2n, "invited")
    .with(3n, "invited")
    .with(3n, "joined")
    .with(3n, "left")
    .with(4n, "invited")
    .with(4n, "joined")
    .with(4n, "left")
    .with(4n, "invited");
  expect([1n, 2n, 3n, 4n, 5n].map((id) => members.isOpen(id))).toEqual([true, true, false, true, false]);
  expect([1n, 2n, 3n, 4n, 5n].map((id) => members.wasIn(id))).toEqual([true, false, true, true, false]);
});

test("what changed is who is new, or of whom anything is said anew: state, version, or who invited it", () => {
  const before = new Membership().with(1n, "joined").with(2n, "invited");
  const after = before.with(2n, "joined").with(3n, "invited");
  expect(after.changedSince(before).map(({ id }) => id)).toEqual([2n, 3n]);
  expect(before.changedSince(before)).toEqual([]);
  const other = before.merge([{ id: 2n, state: "invited", version: 1, invitedBy: 7n }]);
  expect(other.changedSince(before).map(({ id }) => id)).toEqual([2n]);
  expect(after.changedSince(new Membership())).toEqual(after.members);
});
