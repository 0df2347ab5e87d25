import { expect, test } from "vitest";
import { findingSentence, noticeSentence, standingCell, standingSentence } from "../../src/cli/registry-sentences.ts";

const at = { registry: "127.0.0.1:8090", user: "ali" };

test.each([
  [{ kind: "signed-in", first: false } as const, "signed in as ali at 127.0.0.1:8090"],
  [{ kind: "signed-in", first: true } as const, "signed in as ali at 127.0.0.1:8090; it knows of nobody else online"],
  [
    { kind: "away", reason: "the registry at 127.0.0.1:8090 does not answer" } as const,
    "the registry at 127.0.0.1:8090 does not answer; messages go on without it",
  ],
  [{ kind: "back" } as const, "the registry at 127.0.0.1:8090 answers again"],
  [
    { kind: "ended", reason: "the session has ended", elsewhere: false } as const,
    "no longer signed in at 127.0.0.1:8090: the session has ended; messages go on without it. To sign in, leave and start again",
  ],
  [
    { kind: "ended", reason: "ali signed in elsewhere", elsewhere: true } as const,
    "ali signed in elsewhere, and this peer leaves",
  ],
])("what happens is told in one line, %#", (news, sentence) => {
  expect(noticeSentence({ ...at, news })).toBe(sentence);
});

const veli = { user: "veli", id: 7n };

test.each([
  [{ ...veli, kind: "online", addresses: ["a:1"], busy: false } as const, "veli is online: id 7, at a:1"],
  [{ ...veli, kind: "online", addresses: [], busy: true } as const, "veli is online and busy: id 7, no address"],
  [{ ...veli, kind: "self", addresses: ["a:1"], busy: false } as const, "veli is online: that is you, id 7, at a:1"],
  [
    { ...veli, kind: "offline", since: new Date("2026-03-04T05:06:07Z") } as const,
    "veli is offline since 05:06 UTC on 2026-03-04: id 7",
  ],
  [{ ...veli, kind: "offline", since: undefined } as const, "veli is offline: id 7"],
  [{ kind: "unknown" } as const, "no such user"],
  [{ kind: "silent" } as const, "no answer"],
  [{ kind: "ended" } as const, "not asked, as you are not signed in any more"],
])("what the registry says of a user is told, %#", (finding, sentence) => {
  expect(findingSentence(finding)).toBe(`registry: ${sentence}`);
});

test("who is a user is said where it is a question", () => {
  const [verified, unverified, unknown] = [
    { kind: "verified", user: "ali" } as const,
    { kind: "unverified", user: "ali" } as const,
    { kind: "unknown" } as const,
  ];
  expect([verified, unverified, unknown, undefined].map(standingCell)).toEqual(["verified", "unverified", "-", "-"]);
  expect([verified, unknown, undefined].map(standingSentence)).toEqual([", verified by the registry", "", ""]);
  expect(standingSentence(unverified)).toContain("not verified");
});

test("nothing that a registry says can steer the screen", () => {
  const hostile = "\u001b[2J\n[7] fake";
  const lines = [
    noticeSentence({ ...at, news: { kind: "away", reason: hostile } }),
    noticeSentence({ ...at, user: hostile, news: { kind: "signed-in", first: true } }),
    findingSentence({ kind: "online", user: hostile, id: 7n, addresses: [hostile], busy: false }),
  ];
  for (const line of lines) expect(line).not.toMatch(/^\[|[\u001b\n]/);
});
