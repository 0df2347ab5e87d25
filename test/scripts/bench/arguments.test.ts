import { expect, test } from "vitest";
import { parseBenchArguments } from "../../../scripts/bench/arguments.ts";

test("five rounds of four seconds of the usual work are the default", async () => {
  expect(await parseBenchArguments([])).toEqual({
    rounds: 5,
    seconds: 4,
    warmUpSeconds: 3,
    only: [],
    bodies: [],
    lines: [],
    fanouts: [],
    drain: 100_000,
    json: false,
    svg: undefined,
    profile: false,
  });
});

test("subjects may be named one by one or together", async () => {
  const words = ["--only", "e3-memory", "--only", "nats-core", "e3-lmdb"];
  expect((await parseBenchArguments(words)).only).toEqual(["e3-memory", "nats-core", "e3-lmdb"]);
});

test("variations are lists, or ranges that double", async () => {
  const options = await parseBenchArguments(["--bodies", "64,1024", "--line", "2,3,5", "--fanout", "1..16"]);
  expect(options).toMatchObject({ bodies: [64, 1_024], lines: [2, 3, 5], fanouts: [1, 2, 4, 8, 16] });
});

test("what is varied is measured, and nothing else: a drain only when it is asked for too", async () => {
  expect(await parseBenchArguments(["--line", "5"])).toMatchObject({
    ...{ bodies: [], lines: [5], fanouts: [], drain: undefined },
  });
  expect(await parseBenchArguments(["--bodies", "64", "--drain", "10"])).toMatchObject({ bodies: [64], drain: 10 });
  const named = ["--fanout", "4", "--only", "e3-memory", "e3-drain"];
  expect(await parseBenchArguments(named)).toMatchObject({ fanouts: [4], drain: 100_000 });
});

test.each([
  [["--rounds", "0"], "--rounds must be from 1 to 1000"],
  [["--rounds", "1.5"], "--rounds must be from 1 to 1000"],
  [["--seconds", "0"], "--seconds must be from 0.1 to 600"],
  [["--bodies", "64,x"], "--bodies must be from 1 to 1000000"],
  [["--line", "1"], "--line must be from 2 to 16"],
  [["--fanout", "0..4"], "0..4 is no range"],
  [["--fanout", "8..4"], "8..4 is no range"],
  [["--fanout", "1..100"], "--fanout must be from 1 to 64"],
  [["--drain", "200000"], "--drain must be from 1 to 131072"],
  [["--only", "kafka"], "kafka"],
  [["--fast"], "fast"],
])("%j is refused", async (words, message) => {
  await expect(parseBenchArguments(words)).rejects.toThrow(message);
});
