import { expect, test } from "vitest";
import { draw } from "./draw.ts";
import { keepOf, printKeep } from "./keep.ts";
import type { Plan } from "./plan.ts";
import { shrink, type Shrunk } from "./shrink.ts";
import type { Violation } from "./violation.ts";

const drawn = draw(11, { peers: 8, messages: 60, forMs: 120_000, mix: "all" });
const violation: Violation = { invariant: "2: exactly once", message: "twice", atMs: 500_000 };
const has = (parts: readonly { readonly name: string }[], ...names: readonly string[]): boolean =>
  names.every((name) => parts.some((part) => part.name === name));

function shrunkBy(run: (plan: Plan) => Violation | undefined, runsMax = 1_000, atMs = 500_000): Shrunk {
  return shrink(drawn, { violation: { ...violation, atMs }, run, runsMax });
}

const wordsOf = ({ plan }: Shrunk): string => printKeep(keepOf(plan, drawn));

test("what is left is what it takes to fail, and nothing else", () => {
  const [first, other] = [drawn.sends[16], drawn.sends[39]];
  const isBroken = ({ sends, faults }: Plan): boolean => has(sends, "s17", "s40") && has(faults, "f1");
  const shrunk = shrunkBy((plan) => (isBroken(plan) ? violation : undefined));
  const { peers, sends, faults, endMs } = shrunk.plan;
  expect(sends).toEqual([first, other]);
  expect(faults.map(({ name }) => name)).toEqual(["f1"]);
  expect(peers.length).toBeLessThan(8);
  expect(endMs).toBeLessThan(3_000);
  expect(isBroken(shrunk.plan)).toBe(true);
});

test("a plan that fails whatever it holds shrinks to one peer and no time", () => {
  const { plan } = shrunkBy(() => violation);
  expect([plan.peers.length, plan.sends.length, plan.faults.length, plan.endMs < 2_000]).toEqual([1, 0, 0, true]);
});

test("a plan of which nothing can go stays as it is", () => {
  const words = wordsOf(shrunkBy((plan) => (plan === drawn ? violation : undefined)));
  expect(words).toBe(printKeep(keepOf(drawn)));
});

test("what breaks another invariant is no smaller failure of this one", () => {
  const other = { ...violation, invariant: "10: in order" };
  expect(wordsOf(shrunkBy((plan) => (plan.faults.length < 3 ? other : violation)))).toMatch(/f/);
});

test("what comes after the violation goes first, in one run", () => {
  const runs: Plan[] = [];
  shrunkBy(
    (plan) => {
      runs.push(plan);
      return violation;
    },
    1,
    30_000.5,
  );
  expect(runs).toHaveLength(1);
  expect(runs[0]?.endMs).toBe(30_001);
  expect(runs[0]?.sends).toEqual(drawn.sends.filter(({ atMs }) => atMs < 30_001));
});

test("no more runs are spent than allowed, none on the same plan twice, and each is told of", () => {
  const seen: string[] = [];
  let told = 0;
  const { runs } = shrink(drawn, {
    violation,
    runsMax: 40,
    run: (plan) => {
      seen.push(printKeep(keepOf(plan, drawn)));
      return has(plan.sends, "s3", "s30", "s50") ? violation : undefined;
    },
    progress: (count) => {
      told = count;
    },
  });
  expect([runs, seen.length, new Set(seen).size, told]).toEqual([40, 40, 40, 40]);
});
