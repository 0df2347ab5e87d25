import fc from "fast-check";
import { expect, test } from "vitest";
import { Leases } from "../../src/core/leases.ts";
import type { StoreEntry } from "../../src/core/store-op.ts";
import { tableOf } from "../world/table.ts";

const limits = { leasesMax: 5, leaseMs: 200_000, handshakeMs: 10_000 };

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("hold", "silent", "release", "reserve", "expire"),
    id: fc.bigInt({ min: 1n, max: 4n }),
    node: fc.bigInt({ min: 1n, max: 3n }),
    afterMs: fc.constantFrom(0, 1, 5_000, 100_000),
  }),
  { maxLength: 40 },
);

test("whatever happens, the bound holds, one node at most may have an id, and the store says what memory does", () => {
  fc.assert(
    fc.property(steps, (drawn) => {
      const leases = new Leases(limits);
      let table: readonly StoreEntry[] = [];
      let nowMs = 0;
      for (const { kind, id, node, afterMs } of drawn) {
        nowMs += afterMs;
        if (kind === "hold") leases.hold(id, node, Number(id * 3n + node));
        if (kind === "silent") leases.silent(id, node, nowMs);
        if (kind === "release") leases.release(id, node);
        if (kind === "reserve") leases.reserve(id, node, nowMs);
        if (kind === "expire") leases.expire(nowMs);
        table = tableOf(leases.ops(), table);
        expect(table.length).toBeLessThanOrEqual(limits.leasesMax);
      }
      leases.expire(nowMs);
      expect(leases.nextDeadlineMs).toBeGreaterThan(nowMs);
      table = tableOf(leases.ops(), table);
      const restarted = Leases.from(table, nowMs, limits);
      for (let id = 1n; id <= 4n; id += 1n) {
        const allowed = [1n, 2n, 3n].filter((node) => leases.check(id, node, nowMs).free);
        expect([1, 3]).toContain(allowed.length);
        // Reservations are forgotten by a restart; leases are not.
        if (restarted.check(id, 99n, nowMs).free) continue;
        expect([1n, 2n, 3n].filter((node) => restarted.check(id, node, nowMs).free)).toHaveLength(1);
      }
    }),
    { numRuns: 300 },
  );
});
