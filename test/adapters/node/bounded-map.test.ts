import { expect, test } from "vitest";
import { BoundedMap } from "../../../src/adapters/node/bounded-map.ts";

test("a full map forgets what was untouched for longest", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c"), map.size]).toEqual([1, undefined, 3, 2]);
});

test("setting a key again replaces its value and makes no room", () => {
  const map = new BoundedMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  map.set("a", 3);
  expect([map.get("a"), map.get("b"), map.size]).toEqual([3, 2, 2]);
});
