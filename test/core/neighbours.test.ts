import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { Links, type Link } from "../../src/core/links.ts";
import { Neighbours } from "../../src/core/neighbours.ts";
import { fakePeer } from "../world/adverts.ts";
import { bringUp, bringUpLeaf, openLink } from "../world/link-parts.ts";

function parts() {
  const links = new Links(defaultLimits, fakePeer(1).node);
  const full = openLink(links, { number: 2 });
  const again = openLink(links, { number: 12 });
  bringUp(links, full, 2);
  const leaf = bringUpLeaf(links, 3);
  bringUp(links, again, 2);
  return { full, again, leaf };
}

test("neighbours are found by node, and leaves apart from the others", () => {
  const { full, leaf } = parts();
  const neighbours = new Neighbours<Link>();
  neighbours.put(fakePeer(2).node, full);
  neighbours.put(fakePeer(3).node, leaf);
  expect(neighbours.get(fakePeer(3).node)).toBe(leaf);
  expect([...neighbours.all()]).toEqual([full, leaf]);
  expect([...neighbours.full()]).toEqual([full]);
  expect([...neighbours.leaves()]).toEqual([leaf]);
  expect(neighbours.size).toBe(2);
  expect(neighbours.nodes()).toEqual([2, 3].map((seed) => fakePeer(seed).node).toSorted((a, b) => (a < b ? -1 : 1)));
});

test("of two links with one node the newer counts, and the end of the older changes nothing", () => {
  const { full, again } = parts();
  const neighbours = new Neighbours<Link>();
  neighbours.put(fakePeer(2).node, full);
  neighbours.put(fakePeer(2).node, again);
  expect([...neighbours.full()]).toEqual([again]);
  expect(neighbours.drop(full)).toBe(false);
  expect(neighbours.size).toBe(1);
  expect(neighbours.drop(again)).toBe(true);
  expect([...neighbours.full(), ...neighbours.all()]).toEqual([]);
});
