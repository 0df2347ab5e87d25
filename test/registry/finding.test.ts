import { create } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Presence, SearchResponseSchema } from "../../src/gen/e3/v1/registry_pb.ts";
import { findingOf, soughtOf } from "../../src/registry/finding.ts";

const ali = { name: "ali", id: 106n, addresses: ["a:1"] };

test("a word is read as it is for a peer", () => {
  expect(soughtOf("106")).toEqual({ target: 106n, digits: "" });
  expect(soughtOf("ali")).toEqual({ target: "ali", digits: "" });
  expect(soughtOf('"Ali Reza"@06')).toEqual({ target: "Ali Reza", digits: "06" });
  expect(() => soughtOf("0")).toThrow(expect.objectContaining({ code: "bad-id" }));
  expect(soughtOf('"7"')).toBeUndefined();
  expect(soughtOf("x".repeat(10_000))).toBeUndefined();
});

test.each([
  [
    { ...ali, presence: Presence.ONLINE, busy: true },
    { kind: "online", user: "ali", id: 106n, addresses: ["a:1"], busy: true },
  ],
  [
    { ...ali, presence: Presence.ONLINE, self: true },
    { kind: "self", user: "ali", id: 106n, addresses: ["a:1"], busy: false },
  ],
  [
    { ...ali, presence: Presence.OFFLINE, offlineSinceMs: 5n },
    { kind: "offline", user: "ali", id: 106n, since: new Date(5) },
  ],
  [
    { ...ali, presence: Presence.OFFLINE },
    { kind: "offline", user: "ali", id: 106n, since: undefined },
  ],
  [{ presence: Presence.NOT_FOUND }, { kind: "unknown" }],
  [{}, { kind: "unknown" }],
])("an answer is put into words, %#", (answer, finding) => {
  expect(findingOf(create(SearchResponseSchema, answer), "")).toEqual(finding);
});

test("digits that are not the end of the id find nobody", () => {
  const answer = create(SearchResponseSchema, { ...ali, presence: Presence.ONLINE });
  expect(findingOf(answer, "06")).toMatchObject({ kind: "online" });
  expect(findingOf(answer, "07")).toEqual({ kind: "unknown" });
});
