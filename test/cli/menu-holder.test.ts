import { expect, test } from "vitest";
import { holderOf } from "../../src/cli/menu-holder.ts";
import type { PeerInfo } from "../../src/peer/types.ts";
import { peerInfo } from "./fake-peer.ts";

const at = { kind: "address", address: "127.0.0.1:9090" } as const;

function holder(id: bigint, parts: Partial<PeerInfo> = {}): PeerInfo {
  return peerInfo({ id, addresses: ["127.0.0.1:9090"], ...parts });
}

function absent(id: bigint, since: string): PeerInfo {
  return holder(id, { reachable: false, neighbour: false, hops: 0, absentSince: new Date(since) });
}

test("whoever says that it listens there is meant", () => {
  expect(holderOf(at, [peerInfo(), holder(7n)])).toMatchObject({ kind: "one", peer: { id: 7n } });
  expect(holderOf(at, [peerInfo()])).toEqual({ kind: "none" });
  const second = holder(7n, { addresses: ["10.0.0.1:9090", "localhost:9090"] });
  expect(holderOf(at, [second])).toMatchObject({ kind: "one", peer: { id: 7n } });
});

test("a neighbour comes before others that say so, those present before the absent, and the latest absent first", () => {
  const far = holder(8n, { neighbour: false, hops: 3 });
  const [early, late] = [absent(1n, "2026-01-01"), absent(2n, "2026-02-01")];
  expect(holderOf(at, [far, early, holder(9n), late])).toMatchObject({ kind: "one", peer: { id: 9n } });
  expect(holderOf(at, [early, far, late])).toMatchObject({ kind: "one", peer: { id: 8n } });
  expect(holderOf(at, [early, late])).toMatchObject({ kind: "one", peer: { id: 2n } });
});

test("of several that are equally near none is chosen", () => {
  expect(holderOf(at, [holder(8n), holder(9n)])).toMatchObject({ kind: "several", peers: [{ id: 8n }, { id: 9n }] });
});

test("an id means who holds it", () => {
  const peers = [peerInfo(), absent(7n, "2026-01-01")];
  expect(holderOf({ kind: "id", id: 7n }, peers)).toMatchObject({ kind: "one", peer: { id: 7n } });
  expect(holderOf({ kind: "id", id: 6n }, peers)).toEqual({ kind: "none" });
});
