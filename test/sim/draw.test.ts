import { expect, test } from "vitest";
import { draw, mixes, type DrawOptions, type Mix } from "./draw.ts";
import { namesIn, type Plan } from "./plan.ts";

const options: DrawOptions = { peers: 10, messages: 100, forMs: 600_000, mix: "all" };
const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const plans = seeds.map((seed) => draw(seed, options));
const names = Array.from({ length: 10 }, (_, index) => `p${index + 1}`);

test("the same seed gives the same plan, and another seed another one", () => {
  expect(draw(3, options)).toEqual(draw(3, options));
  expect(new Set(plans.map(({ peers }) => JSON.stringify(peers.map(({ dials }) => dials)))).size).toBeGreaterThan(95);
});

test("there are as many peers and messages as asked for", () => {
  for (const { peers, sends } of plans) {
    expect(peers.map(({ name }) => name)).toEqual(names);
    expect(sends.reduce((sum, { burst }) => sum + burst, 0)).toBe(100);
  }
});

test("parts are named by their places, in the order of time", () => {
  for (const { sends, faults } of plans) {
    for (const [letter, parts] of [
      ["s", sends],
      ["f", faults],
    ] as const) {
      expect(parts.map(({ name }) => name)).toEqual(parts.map((_, index) => `${letter}${index + 1}`));
      expect(parts.map(({ atMs }) => atMs)).toEqual(parts.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    }
  }
});

test("all times are whole, and within the run", () => {
  for (const { sends, faults, endMs } of plans)
    for (const { atMs } of [...sends, ...faults])
      expect(Number.isInteger(atMs) && atMs >= 0 && atMs < endMs).toBe(true);
});

test("everything is about peers that there are, and about two where it takes two", () => {
  for (const { peers, faults } of plans) {
    for (const fault of faults) {
      expect(names).toEqual(expect.arrayContaining([...namesIn(fault)]));
      expect(new Set(namesIn(fault)).size).toBe(namesIn(fault).length);
    }
    for (const { name, dials } of peers) expect(dials).not.toContain(name);
  }
});

test.each(Object.entries(mixes))("the mix %s has its kinds of fault, copies of disks, and no others", (mix, kinds) => {
  const isMix = (name: string): name is Mix => name in mixes;
  if (!isMix(mix)) throw new Error(mix);
  const drawn = seeds.flatMap((seed) => draw(seed, { ...options, mix }).faults.map(({ kind }) => kind));
  const withCopies = kinds.length > 0 && (mix === "all" || mix === "disk") ? [...kinds, "back-up"] : kinds;
  expect(new Set(drawn)).toEqual(new Set(withCopies));
});

test("each seed leaves some kinds of fault out, and each kind is left out now and then", () => {
  const drawn = plans.map(({ faults }) => new Set(faults.map(({ kind }) => kind)));
  for (const kind of mixes.all) {
    const share = drawn.filter((kinds) => kinds.has(kind)).length / drawn.length;
    expect([kind, share > 0.2, share < 0.8]).toEqual([kind, true, true]);
  }
});

test("mail for whom perhaps nobody is again does not wait for ever", () => {
  const isAbsent = ({ to }: Plan["sends"][number]): boolean => typeof to === "bigint";
  const absent = plans.flatMap(({ sends }) => sends.filter(isAbsent));
  expect(absent.length).toBeGreaterThan(100);
  expect(absent.every(({ ttlMs }) => ttlMs > 0 && ttlMs <= 60_000)).toBe(true);
  for (const { peers, faults, sends } of plans) {
    const changed = new Set(
      faults.flatMap((fault) => ("store" in fault && fault.store !== "kept" ? [fault.peer] : [])),
    );
    const shaky = new Set(peers.flatMap(({ name, wish }) => (wish === 0n && changed.has(name) ? [name] : [])));
    for (const { to, ttlMs } of sends) if (typeof to === "string" && shaky.has(to)) expect(ttlMs).toBeGreaterThan(0);
  }
});
