import { expect, test } from "vitest";
import { Presence } from "../../src/core/presence.ts";
import { fakePeer } from "../world/adverts.ts";

const peer = fakePeer(1);
const first = peer.advert();
const second = peer.advert({ version: 2n, id: 20n });

test("only nodes that were touched are looked at, and each change is told once", () => {
  const presence = new Presence();
  const here = () => first;
  expect(presence.take(here)).toEqual({ up: [], down: [] });
  presence.touch(peer.node);
  expect(presence.take(here)).toEqual({ up: [first], down: [] });
  presence.touch(peer.node);
  expect(presence.take(here)).toEqual({ up: [], down: [] });
  expect(presence.take(() => undefined)).toEqual({ up: [], down: [] });
  presence.touch(peer.node);
  expect(presence.take(() => undefined)).toEqual({ up: [], down: [first] });
});

test("who is called otherwise, or to be found elsewhere, is told of, and who is linked otherwise is not", () => {
  const presence = new Presence();
  const told: unknown[] = [];
  const editions = [
    first,
    peer.advert({ version: 2n, name: "ali" }),
    peer.advert({ version: 3n, name: "ali", neighbours: [7n] }),
    peer.advert({ version: 4n, name: "ali", addresses: ["127.0.0.1:9"] }),
    peer.advert({ version: 5n, id: 20n, name: "bea" }),
    undefined,
  ];
  for (const edition of editions) {
    presence.touch(peer.node);
    presence.take(
      () => edition,
      ({ version }) => told.push(version),
    );
  }
  expect(told).toEqual([2n, 4n]);
});

test("its size is how many were there when last asked", () => {
  const presence = new Presence();
  presence.touch(peer.node);
  expect(presence.size).toBe(0);
  presence.take(() => first);
  presence.touch(peer.node);
  presence.take(() => second);
  expect(presence.size).toBe(1);
  presence.touch(peer.node);
  expect(presence.size).toBe(1);
  presence.take(() => undefined);
  expect(presence.size).toBe(0);
});

test("another id is a down of the old and an up of the new", () => {
  const presence = new Presence();
  presence.touch(peer.node);
  presence.take(() => first);
  presence.touch(peer.node);
  expect(presence.take(() => second)).toEqual({ up: [second], down: [first] });
});

test("down tells the last advert from while the peer was present", () => {
  const presence = new Presence();
  const renamed = peer.advert({ version: 2n, name: "renamed" });
  for (const record of [first, renamed]) {
    presence.touch(peer.node);
    presence.take(() => record);
  }
  presence.touch(peer.node);
  expect(presence.take(() => undefined)).toEqual({ up: [], down: [renamed] });
});
