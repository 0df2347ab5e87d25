import { expect, test } from "vitest";
import { give, type Answer } from "../../src/cli/answers.ts";
import { E3Error } from "../../src/core/error.ts";
import type { GroupInfo } from "../../src/peer/group-types.ts";
import { FakePeer, peerInfo } from "./fake-peer.ts";

/** A peer that others ask for sessions, and that is invited to groups. */
class Asked extends FakePeer {
  readonly given: string[] = [];
  invited: readonly GroupInfo[] = [];
  override readonly groups = {
    list: () => this.invited,
    create: () => Promise.resolve(9n),
    invite: () => {},
    accept: (group: bigint) => void this.given.push(`accept group ${group}`),
    reject: (group: bigint) => void this.given.push(`reject group ${group}`),
    leave: () => {},
  };

  constructor(requests: readonly bigint[], invited: readonly GroupInfo[] = []) {
    super();
    this.known = [peerInfo({ id: 71n, name: "ali" }), peerInfo({ id: 72n, name: "veli" })];
    this.invited = invited;
    this.sessions.requests = requests;
    this.sessions.accept = (from) => void this.given.push(`accept ${from}`);
    this.sessions.reject = (from) => void this.given.push(`reject ${from}`);
  }
}

function group(id: bigint, name: string, state: GroupInfo["state"] = "invited"): GroupInfo {
  return { id, name, state, members: [] };
}

function fault(peer: Asked, answer: Answer): readonly string[] {
  try {
    give(answer, peer);
  } catch (error) {
    if (error instanceof E3Error) return [error.code, error.message];
    throw error;
  }
  return [];
}

test("without a word the only offer is meant, be it a session or a group", () => {
  const asked = new Asked([71n]);
  give({ answer: "accept", word: undefined }, asked);
  give({ answer: "reject", word: undefined }, asked);
  expect(asked.given).toEqual(["accept 71", "reject 71"]);
  const invited = new Asked([], [group(5n, "team"), group(6n, "old", "joined")]);
  give({ answer: "accept", word: undefined }, invited);
  give({ answer: "reject", word: undefined }, invited);
  expect(invited.given).toEqual(["accept group 5", "reject group 5"]);
});

test("of several one is named, by name or id", () => {
  const peer = new Asked([71n, 72n], [group(5n, "team")]);
  for (const word of ["ali", "VELI", 71n, "team", 5n]) give({ answer: "accept", word }, peer);
  expect(peer.given).toEqual(["accept 71", "accept 72", "accept 71", "accept group 5", "accept group 5"]);
});

test("what is not clear is an error that says what to write", () => {
  const peer = new Asked([71n], [group(5n, "ali")]);
  for (const word of [undefined, "ali"]) {
    const [code, message] = fault(peer, { answer: "accept", word });
    expect(code).toBe("ambiguous-name");
    expect(message).toContain("/accept 71 (session with 71 ali, 127.0.0.1:8082) or /accept 5 (group ali)");
  }
  expect(peer.given).toEqual([]);
});

test("of namesakes who ask, those are listed that may be meant, with their addresses", () => {
  const peer = new Asked([71n, 72n, 73n]);
  peer.known = [...peer.known, peerInfo({ id: 73n, name: "ali", addresses: ["127.0.0.1:73"] })];
  const [code, message] = fault(peer, { answer: "accept", word: "ali" });
  expect([code, message]).toEqual([
    "ambiguous-name",
    "there are several to accept: write /accept 71 (session with 71 ali, 127.0.0.1:8082) " +
      "or /accept 73 (session with 73 ali, 127.0.0.1:73)",
  ]);
  give({ answer: "reject", word: "ali@73" }, peer);
  expect(peer.given).toEqual(["reject 73"]);
});

test("what nobody offers cannot be answered", () => {
  expect(fault(new Asked([]), { answer: "accept", word: undefined })).toEqual([
    "no-session",
    "nothing to accept: nobody asks you for a session, or invites you to a group",
  ]);
  const [code, message] = fault(new Asked([71n]), { answer: "reject", word: "veli\n" });
  expect(code).toBe("no-session");
  expect(message).toMatch(/^veli\\n neither asks .* write \/reject ali \(session with 71 ali, 127\.0\.0\.1:8082\)$/);
});

test("each of several is named by what is to be typed for it", () => {
  const peer = new Asked([71n, 72n], [group(5n, "my friends"), group(6n, "team"), group(7n, "team")]);
  const [, message] = fault(peer, { answer: "accept", word: undefined });
  expect(message?.match(/\/accept \S+(?: friends")? \(/g)).toEqual([
    "/accept ali (",
    "/accept veli (",
    '/accept "my friends" (',
    "/accept 6 (",
    "/accept 7 (",
  ]);
});

test("an invitation to a group that all others have left is no choice, but may be named", () => {
  const members = [
    { id: 71n, state: "left", invitedBy: 0n },
    { id: 77252666718255104n, state: "invited", invitedBy: 71n },
  ] as const;
  const deserted: GroupInfo = { ...group(5n, "old"), members };
  const peer = new Asked([], [deserted, group(6n, "team")]);
  give({ answer: "accept", word: undefined }, peer);
  give({ answer: "reject", word: "old" }, peer);
  expect(peer.given).toEqual(["accept group 6", "reject group 5"]);
  expect(fault(new Asked([], [deserted]), { answer: "accept", word: undefined })[0]).toBe("no-session");
  const shared: GroupInfo = { ...deserted, members: [...members, { id: 72n, state: "invited", invitedBy: 71n }] };
  const both = new Asked([], [shared]);
  give({ answer: "accept", word: undefined }, both);
  expect(both.given).toEqual(["accept group 5"]);
});
