import { expect, test } from "vitest";
import { Reach } from "../../src/core/reach.ts";
import { fakePeer } from "../world/adverts.ts";

const [self, other] = [fakePeer(1), fakePeer(2)];
const record = other.advert();

test("who loses its road is gone since then, however often it is looked at, until it has a road again", () => {
  const reach = new Reach(self.node);
  reach.place(record, false, 70);
  reach.place(record, false, 90);
  expect([...reach.goneSinceMs]).toEqual([[other.node, 70]]);
  reach.place(record, true, 95);
  expect([...reach.goneSinceMs]).toEqual([]);
});

test("the sum is over those with a road, each counted once", () => {
  const reach = new Reach(self.node);
  const empty = reach.digest.value;
  reach.place(record, true, 0);
  const one = reach.digest.value;
  reach.place(record, true, 0);
  expect(reach.digest.value).toBe(one);
  expect(one).not.toBe(empty);
  reach.place(record, false, 0);
  expect(reach.digest.value).toBe(empty);
});

test("presence is looked at where a road came or went", () => {
  const reach = new Reach(self.node);
  const taken = () => reach.presence.take((node) => (reach.goneSinceMs.has(node) ? undefined : record));
  reach.place(record, false, 0);
  reach.place(record, true, 0);
  expect(taken()).toEqual({ up: [record], down: [] });
  reach.place(record, true, 0);
  expect(taken()).toEqual({ up: [], down: [] });
  reach.place(record, false, 0);
  expect(taken()).toEqual({ up: [], down: [record] });
});

test("oneself is never gone", () => {
  const reach = new Reach(self.node);
  reach.place(self.advert(), false, 5);
  expect(reach.goneSinceMs.size).toBe(0);
});

test("who waits to be placed is named once, and then no longer", () => {
  const reach = new Reach(self.node);
  for (const node of [other.node, self.node, other.node]) reach.waitFor(node);
  expect([...reach.takeWaiting()]).toEqual([other.node, self.node]);
  expect([...reach.takeWaiting()]).toEqual([]);
});
