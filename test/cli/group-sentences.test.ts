import { expect, test } from "vitest";
import { groupSentence, groupsTable, receiptSentence } from "../../src/cli/group-sentences.ts";
import type { GroupInfo } from "../../src/peer/group-types.ts";
import type { PeerEvent } from "../../src/peer/types.ts";

type GroupEvent = Extract<PeerEvent, { readonly kind: "group" }>;
type ReceiptEvent = Extract<PeerEvent, { readonly kind: "receipt" }>;

const names = new Map([
  [71n, "ali"],
  [72n, "bob"],
  [900n, "team"],
]);
const label = (id: bigint): string => names.get(id) ?? `${id}`;

function told(event: Partial<GroupEvent>): string {
  const plain = { kind: "group", group: 900n, name: "team", member: 71n, state: "joined", invitedBy: 72n } as const;
  return groupSentence({ ...plain, own: "joined", isSelf: false, ...event }, label);
}

function receipt(event: Partial<ReceiptEvent>): string {
  const plain = { kind: "receipt", group: 900n, number: 3n, member: 71n, status: "delivered" } as const;
  return receiptSentence({ ...plain, recipients: 4, delivered: 3, waiting: [72n], ...event }, label);
}

test("what others do in a group is told by their names", () => {
  expect(told({})).toBe("ali is in group team (900)");
  expect(told({ state: "invited" })).toBe("ali is invited to group team (900) by bob");
  expect(told({ state: "rejected" })).toBe("ali rejected the invitation to group team (900)");
  expect(told({ state: "left" })).toBe("ali left group team (900)");
});

test("who is invited reads by whom, and what to type", () => {
  const own = { isSelf: true, state: "invited" } as const;
  expect(told(own)).toBe("bob invites you to group team (900): /accept team or /reject team");
  expect(told({ ...own, name: "my friends" })).toContain('/accept "my friends" or /reject "my friends"');
  expect(told({ isSelf: true })).toBe("you are in group team (900)");
  expect(told({ isSelf: true, state: "left" })).toBe("you left group team (900)");
});

test("a name from elsewhere neither ends a line nor steers a terminal", () => {
  for (const state of ["invited", "joined", "rejected", "left"] as const)
    for (const isSelf of [false, true])
      expect(told({ state, isSelf, name: "a\n[7] fake\u001b[2J" })).not.toMatch(/[\n\u001b]/);
});

test("a receipt says how many have the message, and for whom it waits", () => {
  expect(receipt({})).toBe("#3 to team delivered to 3 of 4, waiting for bob");
  expect(receipt({ delivered: 2, waiting: [72n, 73n] })).toBe("#3 to team delivered to 2 of 4, waiting for bob, 73");
  expect(receipt({ delivered: 4, waiting: [] })).toBe("#3 to team delivered to 4 of 4");
  expect(receipt({ status: "refused", waiting: [] })).toBe("#3 to team delivered to 3 of 4; refused at ali");
});

test("the table has the groups known, who is in them or invited, and where one stands", () => {
  const member = (id: bigint, state: GroupInfo["state"]) => ({ id, state, invitedBy: 0n });
  const groups: readonly GroupInfo[] = [
    {
      id: 900n,
      name: "team",
      state: "joined",
      members: [member(71n, "joined"), member(72n, "invited"), member(5n, "left")],
    },
    { id: 901n, name: "my friends", state: "left", members: [member(5n, "left")] },
  ];
  const lines = groupsTable(groups, label).map((line) => line.replaceAll(/ +/g, " ").trim());
  expect(lines).toEqual(["id name you members", "900 team joined ali, bob (invited)", '901 "my friends" left -']);
  const deserted: GroupInfo = {
    ...{ id: 902n, name: "old", state: "invited" },
    members: [member(71n, "left"), member(5n, "invited")],
  };
  expect(groupsTable([deserted], label)[1]?.replaceAll(/ +/g, " ").trim()).toBe("902 old over -");
  expect(groupsTable([], label)).toEqual(["no group is known yet; /group NAME WHO... makes one"]);
});
