import fc from "fast-check";
import { expect, test } from "vitest";
import type { AdvertRecord } from "../../src/core/advert.ts";
import { Leases } from "../../src/core/leases.ts";
import { Topology } from "../../src/core/topology.ts";
import { fakePeer } from "../world/adverts.ts";

const limits = { advertsMax: 100, acquaintancesMax: 10, leasesMax: 100, leaseMs: 200_000, handshakeMs: 10_000 };
const self = fakePeer(1);
const others = [2, 3, 4].map(fakePeer);
const ids = [7n, 8n];

/** A peer's topology and leases, fed as the docstring of Leases says. */
class Memory {
  readonly topology = new Topology(self.node, limits);
  readonly leases = new Leases(limits);

  accept(record: AdvertRecord, nowMs: number): void {
    const before = this.topology.get(record.node);
    if (this.topology.accept(record, nowMs) === "newer" && before !== undefined) {
      this.leases.restated(before, record, nowMs);
    }
    const { up, down } = this.topology.takePresenceChanges();
    for (const { id, node } of down) this.leases.silent(id, node, nowMs);
    for (const { id, node, claimedAtMs } of up) this.leases.hold(id, node, claimedAtMs);
  }

  expire(nowMs: number): void {
    this.topology.expire(nowMs);
    this.leases.expire(nowMs);
  }
}

const news = fc.record({
  seed: fc.constantFrom(2, 3, 4),
  id: fc.constantFrom(...ids),
  claimedAtMs: fc.nat({ max: 3 }),
  linked: fc.boolean(),
  left: fc.constantFrom(false, false, true),
  afterMs: fc.constantFrom(1, 50_000, 150_000),
});

test("fed with all that topology tells, leases name the same holder of every id", () => {
  fc.assert(
    fc.property(fc.array(news, { maxLength: 25 }), (drawn) => {
      const memory = new Memory();
      memory.accept(
        self.advert({ neighbours: others.map(({ node }) => node).toSorted((a, b) => (a < b ? -1 : 1)) }),
        0,
      );
      let nowMs = 0;
      for (const [index, { seed, linked, afterMs, ...fields }] of drawn.entries()) {
        nowMs += afterMs;
        memory.expire(nowMs);
        const peer = fakePeer(seed);
        const held = memory.topology.get(peer.node);
        // Only who was present here under some id: of others topology knows more, see the docstring of Leases.
        if (!linked && (held === undefined || held.left)) continue;
        const id = !linked && held !== undefined && memory.topology.isReachable(peer.node) ? held.id : fields.id;
        const neighbours = linked ? [self.node] : [];
        memory.accept(peer.advert({ ...fields, id, neighbours, version: BigInt(index + 1) }), nowMs);
        for (const each of ids) {
          const holder = memory.topology.nodeById(each);
          const allowed = others.filter(({ node }) => memory.leases.check(each, node, nowMs).free);
          expect(allowed).toEqual(holder === undefined ? others : others.filter(({ node }) => node === holder));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("the story of one id: held, disputed, kept in silence, handed on", () => {
  const [b, c] = [fakePeer(2), fakePeer(3)];
  const memory = new Memory();
  const neighbours = [b.node, c.node].toSorted((x, y) => (x < y ? -1 : 1));
  const linked = { id: 7n, neighbours: [self.node] };
  memory.accept(self.advert({ neighbours }), 0);
  // c claims 7 first; b, from across a partition, has claimed it too.
  memory.accept(c.advert({ ...linked, claimedAtMs: 10 }), 1_000);
  memory.accept(b.advert({ ...linked, claimedAtMs: 20 }), 2_000);
  expect(memory.topology.nodeById(7n)).toBe(c.node);
  expect(memory.leases.check(7n, b.node, 2_000).free).toBe(false);
  // b takes its assigned id instead.
  memory.accept(b.advert({ ...linked, id: 9n, version: 2n }), 3_000);
  expect(memory.topology.claimantsOf(7n)).toHaveLength(1);
  // c falls silent: its id stays its own for the lease, and is free after it.
  memory.accept(self.advert({ neighbours: [b.node], version: 2n }), 4_000);
  expect(memory.leases.check(7n, b.node, 203_999).free).toBe(false);
  expect(memory.leases.check(7n, c.node, 203_999).free).toBe(true);
  expect(memory.topology.nodeById(7n)).toBe(c.node);
  memory.expire(204_000);
  expect(memory.topology.nodeById(7n)).toBeUndefined();
  expect(memory.leases.check(7n, b.node, 204_000).free).toBe(true);
  memory.accept(b.advert({ ...linked, claimedAtMs: 204_000, version: 3n }), 204_001);
  expect(memory.topology.nodeById(7n)).toBe(b.node);
  // b leaves in good order: free at once.
  memory.accept(b.advert({ ...linked, left: true, version: 4n }), 205_000);
  expect(memory.leases.check(7n, c.node, 205_000).free).toBe(true);
});
