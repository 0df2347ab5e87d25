import { expect, test } from "vitest";
import { sessionSentence, shortLabel } from "../../src/cli/session-sentences.ts";
import type { SessionEvent } from "../../src/peer/session-types.ts";

function said(state: SessionEvent["state"], by: SessionEvent["by"], reason = ""): string {
  return sessionSentence({ kind: "session", peer: 7n, state, by, reason, cursor: 0n }, (id) => `${id} ali`);
}

test.each([
  ["asking", "self", "you asked 7 ali for a session; /end takes that back"],
  ["asked", "peer", "7 ali asks you for a session: /accept or /reject"],
  ["accepted", "self", "you are in a session with 7 ali: what you type goes there; /end ends it"],
  ["accepted", "peer", "you are in a session with 7 ali: what you type goes there; /end ends it"],
  ["rejected", "self", "you rejected the session that 7 ali asked for"],
  ["rejected", "peer", "7 ali rejected the session you asked for"],
  ["busy", "self", "7 ali asked you for a session, and was told that you are busy"],
  ["busy", "peer", "7 ali is busy: try again later"],
  ["unanswered", "peer", "7 ali did not accept the session you asked for"],
  ["withdrawn", "self", "you no longer ask 7 ali for a session"],
  ["withdrawn", "peer", "7 ali no longer asks you for a session"],
  ["ended", "self", "you ended the session with 7 ali"],
  ["ended", "peer", "the session with 7 ali is over"],
] as const)("%s by %s is said as %j", (state, by, sentence) => {
  expect(said(state, by)).toBe(sentence);
});

test("every state has words, whoever brought it about", () => {
  const states = ["asking", "asked", "accepted", "rejected", "busy", "unanswered", "withdrawn", "ended"] as const;
  for (const state of states) for (const by of ["self", "peer"] as const) expect(said(state, by)).toContain("7 ali");
});

test("a reason stands at the end, and cannot pass for a line of its own", () => {
  expect(said("ended", "peer", "dinner\n[7] hello\u001b[2J")).toMatch(
    /^the session with 7 ali is over: dinner\\n\[7\] hello\\/,
  );
});

test("a prompt names a peer in a word, by its id when it has no name", () => {
  expect(shortLabel({ id: 7n, name: "ali" })).toBe("ali");
  expect(shortLabel({ id: 7n, name: "" })).toBe("7");
  expect(shortLabel({ id: 7n, name: "x".repeat(100) }).length).toBeLessThan(30);
  expect(shortLabel({ id: 7n, name: "a\u001b[2Jb" })).not.toContain("\u001b");
});
