import { expect, test } from "vitest";
import { Watches } from "../../src/core/leaf-watches.ts";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links } from "../../src/core/links.ts";
import { fakePeer } from "../world/adverts.ts";
import { openLink } from "../world/link-parts.ts";

const links = new Links(defaultLimits, fakePeer(1).node);
const [a, b] = [openLink(links, { number: 1 }), openLink(links, { number: 2 })];

test("a subject's links are those that watch it", () => {
  const watches = new Watches(10);
  watches.add(a, 5n);
  watches.add(b, 5n);
  watches.add(b, 6n);
  expect([...watches.of(5n)]).toEqual([a, b]);
  expect([...watches.of(6n)]).toEqual([b]);
  expect([...watches.of(7n)]).toEqual([]);
  expect([...watches.watchedBy(b)]).toEqual([5n, 6n]);
  expect([watches.has(a, 5n), watches.has(a, 6n)]).toEqual([true, false]);
});

test("a link watches the newest, and what it watches no more is named", () => {
  const watches = new Watches(2);
  expect(watches.add(a, 1n)).toBeUndefined();
  expect(watches.add(a, 2n)).toBeUndefined();
  expect(watches.add(a, 1n)).toBeUndefined(); // Asked for again: it is the newest now.
  expect(watches.add(a, 3n)).toBe(2n);
  expect([...watches.of(2n)]).toEqual([]);
  expect([...watches.watchedBy(a)]).toEqual([1n, 3n]);
});

test("a link that is gone watches nothing", () => {
  const watches = new Watches(10);
  watches.add(a, 1n);
  watches.add(b, 1n);
  watches.drop(a);
  watches.drop(a);
  expect([...watches.of(1n)]).toEqual([b]);
  expect([...watches.watchedBy(a)]).toEqual([]);
});
