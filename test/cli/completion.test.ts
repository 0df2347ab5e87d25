import fc from "fast-check";
import { expect, test } from "vitest";
import { complete } from "../../src/cli/completion.ts";
import { parseLine } from "../../src/cli/line.ts";
import { peerInfo } from "./fake-peer.ts";

const known = [
  peerInfo({ id: 771n, name: "ali" }),
  peerInfo({ id: 772n, name: "Ali Reza" }),
  peerInfo({ id: 863n, name: "bob" }),
  peerInfo({ id: 864n, name: "bob" }),
  peerInfo({ id: 95n }),
];

const groups = [
  { id: 901n, name: "gang" },
  { id: 902n, name: "my friends" },
];
const all = { peers: () => known, groups: () => groups };

const candidates = (line: string): readonly string[] => complete(line, all)[0];

test.each([
  ["/se", ["/search "]],
  ["/e", ["/end", "/explain", "/exit"]],
  [
    "/",
    [
      "/all",
      "/chat",
      "/accept",
      "/reject",
      "/end",
      "/group",
      "/invite",
      "/leave",
      "/history",
      "/who",
      "/search",
      "/name",
      "/peers",
      "/connect",
      "/explain",
      "/clear",
      "/help",
      "/exit",
    ],
  ],
  ["al", ["ali", '"Ali Reza"']],
  ["AL", ["ali", '"Ali Reza"']],
  ["ali R", []],
  ["g", ["gang "]],
  ["my", ['"my friends" ']],
  ["90", ["901", "902"]],
  ["/leave g", ["gang "]],
  ["/leave a", []],
  ["/leave ", ["gang", '"my friends"', "901", "902"]],
  ["/history g", ["gang "]],
  ["/history gang b", []],
  ["/invite g", ["gang "]],
  ["/invite gang bo", ["bob@863", "bob@864"]],
  ['/invite "my friends" 771 al', ["ali", '"Ali Reza"']],
  ["/group al", []],
  ["/group x al", ["ali", '"Ali Reza"']],
  ["/group x 771 g", []],
  ["/accept my", ['"my friends" ']],
  ["/explain 3 g", ["gang "]],
  ["/chat g", []],
  ['"al', ['"Ali Reza" ']],
  ["bo", ["bob@863", "bob@864"]],
  ["bob@864", ["bob@864 "]],
  ["77", ["771", "772"]],
  ["95", ["95 "]],
  ["/search al", ["ali", '"Ali Reza"']],
  ["/chat al", ["ali", '"Ali Reza"']],
  ["/accept bob@864", ["bob@864 "]],
  ['/search "Ali R', ['"Ali Reza" ']],
  ["/explain 3 bob@863", ["bob@863 "]],
])("%j may go on with %j", (line, words) => {
  expect(candidates(line)).toEqual(words);
});

test.each([
  "",
  "x",
  "ali he",
  "  al",
  " /se",
  "771 al",
  "/explain ",
  "/explain a",
  "/connect a",
  "/nothing a",
  '771 "Ali',
])("%j is left alone", (line) => {
  expect(candidates(line)).toEqual([]);
});

test("after a command that asks for somebody all are offered", () => {
  expect(candidates("/search ")).toHaveLength(9);
});

test("names that cannot be shown are not offered, but their ids are", () => {
  const hostile = peerInfo({ id: 7n, name: "ali\u001b[2J" });
  expect(complete("/search ", { ...all, peers: () => [hostile] })[0]).toEqual(["7 "]);
});

test("of too many none is offered", () => {
  const many = Array.from({ length: 51 }, (_, index) => peerInfo({ id: BigInt(index + 100), name: `ali${index}` }));
  const crowd = { ...all, peers: () => many };
  expect(complete("al", crowd)[0]).toEqual([]);
  expect(complete("ali50", crowd)[0]).toEqual(["ali50 "]);
});

test("what is replaced is the end of the line", () => {
  fc.assert(
    fc.property(fc.string(), (line) => {
      expect(line.endsWith(complete(line, all)[1])).toBe(true);
    }),
  );
});

test("a line completed is a message or a command, once there is something to say", () => {
  for (const line of ["al", '"al', "bob@86", "95"]) {
    for (const word of candidates(line)) expect(parseLine(`${word.trim()} hi`)).toMatchObject({ kind: "send" });
  }
});
