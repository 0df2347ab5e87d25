import fc from "fast-check";
import { expect, test } from "vitest";
import {
  eventSentence,
  explanationSentences,
  gapSentence,
  messageLine,
  momentOf,
  peersTable,
  readySentence,
} from "../../src/cli/sentences.ts";
import { explanation, message, peerInfo } from "./fake-peer.ts";

test("a peer that is ready says its id, its address and what came of its wish", () => {
  const ready = { id: 7n, listen: "127.0.0.1:8081", wished: undefined, desired: null };
  expect(readySentence(ready)).toBe("ready: id 7, listening on 127.0.0.1:8081");
  expect(readySentence({ ...ready, wished: 7n, desired: "granted" })).toContain("the desired id is granted");
  expect(readySentence({ ...ready, wished: 9n, desired: "refused" })).toContain("the desired id 9 is refused");
  // A user of a registry wished for nothing.
  expect(readySentence({ ...ready, desired: "granted" })).toBe(readySentence(ready));
  expect(readySentence({ ...ready, desired: "refused" })).toContain("another peer holds the id of this peer's user");
});

test("a message is its sender in brackets, a space, and its text", () => {
  expect(messageLine(message())).toBe("[77252666718255106] Hi there!");
  expect(messageLine(message({ text: "a\nb\u001b[2J" }))).toBe("[77252666718255106] a\\nb\\x1b[2J");
});

test("data is shown as its size and type", () => {
  const data = { contentType: "image/png\n", data: new Uint8Array(3) };
  expect(messageLine(message({ text: "", data }))).toBe("[77252666718255106] (3 bytes of image/png\\n)");
});

/** Anything a string can hold, lone surrogates included. */
const codeUnits = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

test("whatever a peer writes, its message is one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: codeUnits }), (text) => {
      expect(messageLine(message({ text }))).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("missing messages are counted", () => {
  expect(gapSentence(message())).toBeUndefined();
  expect(gapSentence(message({ missing: 1n }))).toContain("1 message of 77252666718255106");
  expect(gapSentence(message({ missing: 2n }))).toContain("2 messages of");
});

test("events are sentences with number, target and reason", () => {
  const status = { kind: "status", to: 7n, number: 3n, status: "refused", reason: "over\nquota" } as const;
  expect(eventSentence(status)).toBe("refused #3 to 7: over\\nquota");
  expect(eventSentence({ ...status, status: "delivered", reason: "" })).toBe("delivered #3 to 7");
  expect(eventSentence({ kind: "peer", id: 7n, state: "down" })).toBe("peer 7 is down");
  expect(eventSentence({ kind: "id", id: 7n, reason: "held by another" })).toContain("7: held by another");
});

test("the moment of a message is its sender's, unless that makes no sense", () => {
  const sentAt = new Date("2026-01-02T03:04:05.678Z");
  expect(momentOf(message({ sentAt }))).toBe("2026-01-02T03:04:05.678Z");
  expect(momentOf(message({ sentAt: new Date(Number.NaN) }))).toBe("2026-03-04T05:06:07.089Z");
});

test("the table of peers is aligned and says how far each is", () => {
  const peers = [
    peerInfo({ id: 5n, name: "Ada" }),
    peerInfo({ id: 77252666718255106n, neighbour: false, hops: 2, addresses: ["a:1", "b:2"] }),
    peerInfo({
      id: 9n,
      name: "\u001b[2J".padEnd(300, "x"),
      neighbour: false,
      reachable: false,
      hops: 0,
      addresses: [],
    }),
  ];
  expect(peersTable(peers)).toEqual([
    "id                 name                            state      address",
    "5                  Ada                             neighbour  127.0.0.1:8082",
    "77252666718255106  -                               2 hops     a:1 b:2",
    '9                  "\\\\x1b[2Jxxxxxxxxxxxxxxxxxxx…"  away       -',
  ]);
});

test("an empty mesh is said to be empty", () => {
  expect(peersTable([])).toEqual(["no other peer is known yet"]);
});

test("an explanation says where the message is and what happens next", () => {
  expect(explanationSentences(explanation({ next: "it waits\nfor 7" }))).toEqual([
    "#3 to 77252666718255106: stored",
    "  road: none now",
    "  copies held by: 77252666718255105",
    "  accepted 2026-03-04 05:06:07 UTC, sent 2 times",
    "  next: it waits\\nfor 7",
  ]);
  expect(explanationSentences(explanation({ road: [1n, 2n], attempts: 1 })).join("\n")).toMatch(
    /1 > 2[^]*sent 1 time$/,
  );
});
