import { expect, test } from "vitest";
import { Presence } from "../../src/cli/presence.ts";
import type { PeerEvent } from "../../src/peer/types.ts";
import { peerInfo } from "./fake-peer.ts";

const up = (id: bigint): PeerEvent => ({ kind: "peer", id, state: "up" });
const down = (id: bigint): PeerEvent => ({ kind: "peer", id, state: "down" });

test("peers that can be reached at the beginning come up once, whoever tells first", () => {
  const presence = new Presence();
  expect(presence.isNews(up(1n))).toBe(true);
  const known = [peerInfo({ id: 1n }), peerInfo({ id: 2n }), peerInfo({ id: 3n, reachable: false })];
  expect(presence.begin(known)).toEqual([up(2n)]);
  expect(presence.isNews(up(2n))).toBe(false);
  expect(presence.isNews(up(3n))).toBe(true);
});

test("ups and downs take turns", () => {
  const presence = new Presence();
  const events = [down(1n), up(1n), up(1n), down(1n), down(1n), up(1n)];
  expect(events.map((event) => presence.isNews(event))).toEqual([false, true, false, true, false, true]);
});

test("another name of who is up is news, each time", () => {
  const presence = new Presence();
  const renamed: PeerEvent = { kind: "peer", id: 1n, state: "renamed" };
  const events = [renamed, up(1n), renamed, renamed, down(1n)];
  expect(events.map((event) => presence.isNews(event))).toEqual([false, true, true, true, true]);
});

test("other events are always news", () => {
  const presence = new Presence();
  const event: PeerEvent = { kind: "status", to: 1n, number: 1n, status: "delivered", reason: "" };
  expect([presence.isNews(event), presence.isNews(event)]).toEqual([true, true]);
});
