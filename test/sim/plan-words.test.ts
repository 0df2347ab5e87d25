import { expect, test } from "vitest";
import { draw } from "./draw.ts";
import { clock, faultWords, planWords, span } from "./plan-words.ts";
import type { FaultKind, Plan } from "./plan.ts";

const plan: Plan = {
  seed: 7,
  nature: { delayUs: [100, 500], writeUs: [1_000, 10_000], bounds: "tight" },
  peers: [
    { name: "p1", joinsMs: 0, wish: 1n, dials: [], custody: true, clockMs: 0 },
    { name: "p2", joinsMs: 1_500, wish: 0n, dials: ["p1", "p3"], custody: false, clockMs: -20_000 },
  ],
  sends: [
    { name: "s1", atMs: 3_000, from: "p1", to: 901n, ttlMs: 30_000, burst: 1, padBytes: 0 },
    { name: "s2", atMs: 61_002, from: "p2", to: "p1", ttlMs: 0, burst: 5, padBytes: 300 },
  ],
  faults: [
    {
      name: "f1",
      atMs: 60_000,
      kind: "crash",
      peer: "p2",
      at: { call: 3, side: "during" },
      downMs: 500,
      store: "lost",
    },
  ],
  endMs: 600_000,
};

test("a plan reads from its first moment to its last", () => {
  expect(planWords(plan)).toEqual([
    "seed 7: frames travel 0.1 to 0.5 ms, writes take 1 to 10 ms, bounds are tight",
    "  0:00.000 p1 joins, wishes for id 1, dials nobody",
    "  0:01.500 p2 joins, takes any id, dials p1 and p3, keeps no mail for others, has its clock 20 s behind",
    "  0:03.000 s1: p1 sends a message to 901, whom nobody is, good for 30 s",
    "  1:00.000 f1: p2 crashes during call 3 from now and is back after 500 ms, its store lost",
    "  1:01.002 s2: p2 sends 5 messages to p1, of 300 bytes",
    " 10:00.000 all faults end, and the mesh must come to rest",
  ]);
});

test.each<readonly [FaultKind, string]>([
  [{ kind: "cut", a: "p1", b: "p2", forMs: 2_500 }, "cut between p1 and p2 for 2.5 s"],
  [{ kind: "mute", from: "p1", to: "p2", forMs: 10 }, "nothing from p1 reaches p2 for 10 ms"],
  [
    { kind: "partition", oneWay: true, side: ["p1"], other: ["p2", "p3"], forMs: 90_000 },
    "nothing passes from p1 to p2 p3 for 1.5 min",
  ],
  [{ kind: "clock-step", peer: "p1", byMs: -3 * 365 * 86_400_000 }, "p1 has its clock set by -3 years"],
])("%j is said as it is done", (fault, words) => {
  expect(faultWords(fault)).toBe(words);
});

test("every fault that is drawn has words", () => {
  for (let seed = 0; seed < 30; seed += 1)
    for (const fault of draw(seed, { peers: 5, messages: 0, forMs: 600_000, mix: "all" }).faults)
      expect(faultWords(fault)).not.toMatch(/undefined|NaN|object/);
});

test("times are told in minutes, spans in their largest unit", () => {
  expect([clock(0), clock(3_723_004.9)]).toEqual(["  0:00.000", " 62:03.004"]);
  expect([0, 999, 1_000, 86_400_000].map(span)).toEqual(["0 ms", "999 ms", "1 s", "1 days"]);
});
