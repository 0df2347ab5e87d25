import { expect, test } from "vitest";
import { draw, type DrawOptions } from "./draw.ts";
import { planWords } from "./plan-words.ts";

const options: DrawOptions = { peers: 5, messages: 20, forMs: 60_000, mix: "all" };
const seeds = Array.from({ length: 50 }, (_, seed) => seed);

test("deeds are added behind a plan that stays as it was, at least as many as are asked for", () => {
  for (const seed of seeds) {
    const [plain, rich] = [draw(seed, options), draw(seed, { ...options, groups: 30, sessions: 30 })];
    const added = rich.sends.slice(plain.sends.length);
    expect({ ...rich, sends: rich.sends.slice(0, plain.sends.length) }).toEqual(plain);
    expect(added.length).toBeGreaterThanOrEqual(60);
    expect(added.every(({ deed, atMs }) => deed !== undefined && atMs >= 0 && atMs < plain.endMs)).toBe(true);
    expect(rich.sends.map(({ name }) => name)).toEqual(rich.sends.map((_, index) => `s${index + 1}`));
  }
});

test("none are drawn unless they are asked for", () => {
  for (const seed of seeds) expect(draw(seed, options).sends.some(({ deed }) => deed !== undefined)).toBe(false);
});

test("every kind of deed is drawn, and has words", () => {
  const plans = seeds.map((seed) => draw(seed, { ...options, groups: 30, sessions: 30 }));
  const kinds = new Set(plans.flatMap(({ sends }) => sends.map(({ deed }) => deed?.kind)));
  expect([...kinds].flatMap((kind) => kind ?? []).toSorted()).toEqual(
    ["answer-groups", "answer-sessions", "ask", "end", "found", "invite", "leave", "say", "talk"].toSorted(),
  );
  expect(plans.flatMap(planWords).filter((line) => /undefined|NaN|object/.test(line))).toEqual([]);
});
