import { expect, test } from "vitest";
import type { KnownPeer } from "../../src/core/directory.ts";
import { peerInfo, searchAnswer } from "../../src/peer/peer-info.ts";

const known: KnownPeer = {
  ...{ id: 5n, name: "ali", addresses: ["127.0.0.1:8081"] },
  ...{ reachable: true, neighbour: true, hops: 1, goneSinceMs: undefined },
  ...{ key: Uint8Array.of(1), credential: Uint8Array.of(2), via: "" },
};
const gone: KnownPeer = { ...known, id: 6n, reachable: false, neighbour: false, hops: 0, goneSinceMs: 1_000.5 };

test("the time since when somebody is absent is a date, and nobody present has one", () => {
  expect(peerInfo(gone)).toEqual({
    ...{ id: 6n, name: "ali", addresses: ["127.0.0.1:8081"], reachable: false, neighbour: false, hops: 0 },
    ...{ absentSince: new Date(1_000), key: Uint8Array.of(1), credential: Uint8Array.of(2), via: "" },
  });
  expect(peerInfo(known).absentSince).toBeUndefined();
});

test("who is found is online, absent, oneself, one of several, or unknown", () => {
  expect(searchAnswer({ kind: "one", peer: known }, 1n)).toEqual({ kind: "online", peer: peerInfo(known) });
  expect(searchAnswer({ kind: "one", peer: gone }, 1n)).toEqual({ kind: "absent", peer: peerInfo(gone) });
  expect(searchAnswer({ kind: "one", peer: known }, 5n)).toEqual({ kind: "self", peer: peerInfo(known) });
  expect(searchAnswer({ kind: "several", peers: [known, gone] }, 5n)).toEqual({
    kind: "several",
    peers: [peerInfo(known), peerInfo(gone)],
  });
  expect(searchAnswer({ kind: "none", near: ["bob"] }, 5n)).toEqual({ kind: "unknown", near: ["bob"] });
});
