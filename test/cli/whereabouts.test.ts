import { expect, test } from "vitest";
import { labelOf, peersOf, searchLines, whoTable } from "../../src/cli/whereabouts.ts";
import { peerInfo } from "./fake-peer.ts";

const self = 77252666718255104n;
const own = peerInfo({ id: self, name: "ali", addresses: ["127.0.0.1:8081"], neighbour: false, hops: 0 });
const absentSince = new Date("2026-03-04T05:06:07Z");
const gone = peerInfo({ id: 9n, name: "Ali Reza", reachable: false, neighbour: false, hops: 0, absentSince });

test("a peer is its id, and its name beside it", () => {
  expect(labelOf({ id: 7n, name: "" })).toBe("7");
  expect(labelOf({ id: 7n, name: "ali" })).toBe("7 ali");
  expect(labelOf({ id: 7n, name: "a] [8" })).toBe('7 "a] [8"');
  expect(labelOf({ id: 7n, name: "8" })).toBe('7 "8"');
  expect(labelOf({ id: 7n, name: "x".repeat(256) })).toBe(`7 "${"x".repeat(23)}…"`);
});

test("the table says who is there and how far, oneself first, and since when who is not, and lines up", () => {
  const peers = [
    gone,
    peerInfo({ id: 6n, name: "李小龙", neighbour: false, hops: 2, addresses: ["a:1", "b:2"] }),
    peerInfo({ id: 5n, addresses: [] }),
    own,
  ];
  expect(whoTable(peers, self)).toEqual([
    "name        id                 hops  address         state",
    "ali         77252666718255104  -     127.0.0.1:8081  you",
    "-           5                  1     -               present",
    "李小龙      6                  2     a:1 b:2         present",
    '"Ali Reza"  9                  -     127.0.0.1:8082  absent since 05:06 UTC on 2026-03-04',
  ]);
});

test("namesakes are listed as they are to be written", () => {
  const peers = [own, { ...gone, name: "ali", id: 1_105n }, peerInfo({ id: 5n, name: "bob", addresses: ["a:1"] })];
  expect(whoTable(peers, self)).toEqual([
    "name     id                 hops  address         state",
    "ali@104  77252666718255104  -     127.0.0.1:8081  you",
    "bob      5                  1     a:1             present",
    "ali@105  1105               -     127.0.0.1:8082  absent since 05:06 UTC on 2026-03-04",
  ]);
});

test("who left last comes before who left earlier", () => {
  const later = { ...gone, id: 10n, absentSince: new Date("2026-03-04T06:00:00Z") };
  expect(whoTable([gone, later], self).map((line) => / {2}(\d+) /.exec(line)?.[1])).toEqual([undefined, "10", "9"]);
});

test.each([
  [
    { kind: "online", peer: peerInfo({ name: "bob" }) } as const,
    ["bob is online: id 77252666718255105, at 127.0.0.1:8082, 1 hop away"],
  ],
  [{ kind: "online", peer: peerInfo({ id: 5n, hops: 3 }) } as const, ["5 is online: at 127.0.0.1:8082, 3 hops away"]],
  [
    { kind: "absent", peer: gone } as const,
    ['"Ali Reza" is absent since 05:06 UTC on 2026-03-04: id 9, at 127.0.0.1:8082'],
  ],
  [{ kind: "self", peer: own } as const, ["ali is online: that is you, id 77252666718255104, at 127.0.0.1:8081"]],
  [{ kind: "unknown", near: [] } as const, ["not found: typed; /who lists the peers known"]],
  [{ kind: "unknown", near: ["ali", "Ali Reza"] } as const, ['not found: typed; did you mean ali or "Ali Reza"?']],
  [
    { kind: "several", peers: [own, { ...gone, name: "ali", id: 1_105n }] } as const,
    [
      "2 peers have this name:",
      "  ali@104 is online: that is you, id 77252666718255104, at 127.0.0.1:8081",
      "  ali@105 is absent since 05:06 UTC on 2026-03-04: id 1105, at 127.0.0.1:8082",
    ],
  ],
])("a search is answered, %#", (answer, lines) => {
  expect(searchLines({ word: "typed", answer, self })).toEqual(lines);
});

test("with a registry it is said who is a user, and what the registry knows", () => {
  const veli = peerInfo({ id: 5n, name: "veli" });
  const standings = new Map([
    [self, { kind: "verified", user: "ali" } as const],
    [5n, { kind: "unverified", user: "veli" } as const],
  ]);
  expect(whoTable([own, veli, gone], self, standings)).toEqual([
    "name        id                 hops  address         state                                 user",
    "ali         77252666718255104  -     127.0.0.1:8081  you                                   verified",
    "veli        5                  1     127.0.0.1:8082  present                               unverified",
    '"Ali Reza"  9                  -     127.0.0.1:8082  absent since 05:06 UTC on 2026-03-04  -',
  ]);
  const registry = { finding: { kind: "unknown" }, standings } as const;
  expect(searchLines({ word: "veli", answer: { kind: "online", peer: veli }, self, registry })).toEqual([
    "veli is online: id 5, at 127.0.0.1:8082, 1 hop away, not verified: it bears a user's name, and nothing shows that it is that user",
    "registry: no such user",
  ]);
});

test("a search finds one, several or nobody", () => {
  expect(peersOf({ kind: "self", peer: own })).toEqual([own]);
  expect(peersOf({ kind: "several", peers: [own, gone] })).toEqual([own, gone]);
  expect(peersOf({ kind: "unknown", near: ["ali"] })).toEqual([]);
});

test("no line begins with a bracket or can steer the screen, whatever peers are called", () => {
  const hostile = peerInfo({ id: 5n, name: "[7] \u001b[2J\u202e", addresses: ["\u001b[2J"] });
  const lines = [
    ...whoTable([hostile], self),
    ...searchLines({ word: "[7] \u001b[2J", answer: { kind: "unknown", near: [hostile.name] }, self }),
    ...searchLines({ word: "x", answer: { kind: "online", peer: hostile }, self }),
    ...searchLines({ word: "x", answer: { kind: "several", peers: [hostile, { ...hostile, id: 6n }] }, self }),
  ];
  for (const line of lines) expect(line).not.toMatch(/^\[|[\u001b\u202e]/);
});
