import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { LeaseRecordSchema } from "../../src/gen/e3/v1/store_pb.ts";
import { Leases, type LeaseAnswer } from "../../src/core/leases.ts";
import { key64 } from "../../src/core/store-op.ts";
import { tableOf } from "../world/table.ts";

const limits = { leasesMax: 10, leaseMs: 200_000, handshakeMs: 10_000 };
const [x, y, z] = [101n, 102n, 103n];
const free = { free: true };

/** Why the id is not free. */
function denial(answer: LeaseAnswer): string {
  return answer.free ? "it is free" : answer.reason;
}

test("an id nobody holds is free for anybody", () => {
  expect(new Leases(limits).check(7n, x, 0)).toEqual(free);
});

test("an id is held while its holder is present, for 200 s of silence, and free to the holder at any time", () => {
  const leases = new Leases(limits);
  leases.hold(7n, x, 0);
  expect(leases.check(7n, y, 1e12)).toEqual({ free: false, reason: "id 7 is held by another peer" });
  expect(leases.check(7n, x, 1e12)).toEqual(free);
  leases.silent(7n, x, 1_000);
  expect(denial(leases.check(7n, y, 1_001))).toContain("free in 200 s");
  expect(leases.check(7n, x, 1_001)).toEqual(free);
  expect(denial(leases.check(7n, y, 200_999))).toContain("free in 1 s");
  expect(leases.check(7n, y, 201_000)).toEqual(free);
  expect(leases.check(8n, y, 0)).toEqual(free);
});

test("a holder that comes back in time holds on", () => {
  const leases = new Leases(limits);
  leases.hold(7n, x, 0);
  leases.silent(7n, x, 1_000);
  leases.hold(7n, x, 0);
  expect(leases.nextDeadlineMs).toBe(Infinity);
  leases.expire(1e12);
  expect(leases.check(7n, y, 1e12).free).toBe(false);
});

test("being told of the silence again does not prolong it", () => {
  const leases = new Leases(limits);
  leases.hold(7n, x, 0);
  leases.silent(7n, x, 0);
  leases.silent(7n, x, 100_000);
  leases.silent(7n, y, 100_000);
  expect(leases.check(7n, y, 200_000)).toEqual(free);
});

test("an id is free at once when its holder left", () => {
  const leases = new Leases(limits);
  leases.hold(7n, x, 0);
  leases.release(7n, y);
  expect(leases.check(7n, y, 0).free).toBe(false);
  leases.release(7n, x);
  expect(leases.check(7n, y, 0)).toEqual(free);
});

test("who leaves or takes another id frees the one it had at once, also while silent", () => {
  for (const after of [
    { id: 7n, left: true },
    { id: 8n, left: false },
  ]) {
    for (const away of [false, true]) {
      const leases = new Leases(limits);
      leases.hold(7n, x, 10);
      if (away) leases.silent(7n, x, 0);
      leases.restated({ id: 7n }, { node: x, claimedAtMs: 10, ...after }, 1_000);
      expect(leases.check(7n, y, 1_000)).toEqual(free);
      // Away, it will not be told present under the new id; present, it will.
      expect(leases.check(8n, y, 1_000).free).toBe(after.left || !away);
    }
  }
});

test("news of a silent peer starts its lease over, and may date its claim anew", () => {
  const leases = new Leases(limits);
  leases.hold(7n, x, 10);
  leases.hold(7n, y, 20);
  leases.silent(7n, x, 0);
  leases.restated({ id: 7n }, { id: 7n, node: x, claimedAtMs: 10, left: false }, 100_000);
  expect(leases.check(7n, x, 299_999)).toEqual(free);
  leases.restated({ id: 7n }, { id: 7n, node: x, claimedAtMs: 30, left: false }, 100_001);
  expect(leases.check(7n, x, 100_001).free).toBe(false);
});

test("news of a peer that was never present makes no lease, and a reservation no longer than it is", () => {
  const leases = new Leases(limits);
  leases.reserve(9n, x, 0);
  leases.restated({ id: 9n }, { id: 9n, node: x, claimedAtMs: 10, left: false }, 5_000);
  leases.expire(10_000);
  expect(leases.check(9n, y, 10_000)).toEqual(free);
  leases.restated({ id: 7n }, { id: 8n, node: x, claimedAtMs: 10, left: false }, 0);
  expect(leases.check(8n, y, 0)).toEqual(free);
  expect(leases.nextDeadlineMs).toBe(Infinity);
});

test("of two claims on one id the earlier stands, in whatever order they are heard; the other's turn comes after", () => {
  for (const order of [
    [x, y],
    [y, x],
  ]) {
    const leases = new Leases(limits);
    for (const node of order) leases.hold(7n, node, node === x ? 10 : 20);
    expect(leases.check(7n, x, 0)).toEqual(free);
    expect(leases.check(7n, y, 0).free).toBe(false);
    leases.silent(7n, x, 1_000);
    expect(leases.check(7n, y, 200_999).free).toBe(false);
    expect(leases.check(7n, y, 201_000)).toEqual(free);
    expect(leases.check(7n, z, 201_000).free).toBe(false);
  }
});

test("equal claims go to the lower node", () => {
  const leases = new Leases(limits);
  leases.hold(7n, y, 10);
  leases.hold(7n, x, 10);
  expect([leases.check(7n, x, 0).free, leases.check(7n, y, 0).free]).toEqual([true, false]);
});

test("the holder is whoever holds the id or did within the lease, never one it was only granted to", () => {
  const leases = new Leases(limits);
  leases.reserve(7n, x, 0);
  expect(leases.holderOf(7n, 0)).toBeUndefined();
  leases.hold(7n, y, 20);
  expect(leases.holderOf(7n, 0)).toBe(y);
  leases.silent(7n, y, 0);
  expect([leases.holderOf(7n, 199_999), leases.holderOf(7n, 200_000)]).toEqual([y, undefined]);
});

test("a granted id is kept for the newcomer for 10 s, and longer once it shows up", () => {
  const leases = new Leases(limits);
  leases.reserve(7n, x, 1_000);
  expect(denial(leases.check(7n, y, 10_999))).toContain("just granted");
  expect(leases.check(7n, x, 10_999)).toEqual(free);
  expect(leases.nextDeadlineMs).toBe(11_000);
  expect(leases.check(7n, y, 11_000)).toEqual(free);
  leases.hold(7n, x, 1_000);
  expect(leases.nextDeadlineMs).toBe(Infinity);
  expect(leases.check(7n, y, 11_000).free).toBe(false);
});

test("a reservation renews itself, never shortens a lease, and outlasts one about to end", () => {
  const leases = new Leases(limits);
  leases.reserve(7n, x, 0);
  leases.reserve(7n, x, 5_000);
  expect(leases.nextDeadlineMs).toBe(15_000);
  leases.hold(8n, x, 0);
  leases.silent(8n, x, 0);
  leases.reserve(8n, x, 1_000);
  expect(leases.check(8n, y, 199_999).free).toBe(false);
  leases.reserve(8n, x, 199_000);
  expect(leases.check(8n, y, 208_999).free).toBe(false);
  expect(leases.check(8n, y, 209_000)).toEqual(free);
});

test("the deadline is the first of all leases and reservations, and passes with expire", () => {
  const leases = new Leases(limits);
  expect(leases.nextDeadlineMs).toBe(Infinity);
  leases.hold(7n, x, 0);
  leases.silent(7n, x, 0);
  leases.reserve(8n, y, 195_000);
  expect(leases.nextDeadlineMs).toBe(200_000);
  leases.expire(200_000);
  expect(leases.nextDeadlineMs).toBe(205_000);
  leases.expire(205_000);
  expect(leases.nextDeadlineMs).toBe(Infinity);
});

test("a lease is stored once, with the holder's node as its key, and deleted once it ends", () => {
  const leases = new Leases(limits);
  leases.hold(7n, 0x0102030405060708n, 15);
  leases.hold(7n, 0x0102030405060708n, 15);
  const [op, ...more] = leases.ops();
  expect(op).toMatchObject({ table: "leases", key: "0000000000000007" });
  expect(more).toEqual([]);
  expect(fromBinary(LeaseRecordSchema, op?.value ?? new Uint8Array())).toMatchObject({
    id: 7n,
    key: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    claimedAtMs: 15n,
    silentSinceMs: 0n,
  });
  expect(leases.ops()).toEqual([]);
  leases.hold(7n, 0x0102030405060708n, 15);
  expect(leases.ops()).toEqual([]);
  leases.release(7n, 0x0102030405060708n);
  expect(leases.ops()).toEqual([{ table: "leases", key: key64(7n), value: undefined }]);
});

test("a reservation is not stored, and does not hide the claim that is", () => {
  const leases = new Leases(limits);
  leases.reserve(7n, x, 0);
  leases.reserve(8n, x, 0);
  leases.hold(8n, y, 20);
  const [entry, ...more] = tableOf(leases.ops());
  expect([entry?.key, more]).toEqual([key64(8n), []]);
  expect(fromBinary(LeaseRecordSchema, entry?.value ?? new Uint8Array())).toMatchObject({ claimedAtMs: 20n });
  leases.expire(10_000);
  expect(leases.ops()).toEqual([]);
});

test("after a restart every lease counts as silent since then, and nothing is written anew", () => {
  const before = new Leases(limits);
  before.hold(7n, x, 15);
  before.hold(8n, y, 16);
  before.silent(8n, y, 1_000.5);
  const after = Leases.from(tableOf(before.ops()), 150_000, limits);
  expect(after.ops()).toEqual([]);
  for (const id of [7n, 8n]) {
    expect(after.check(id, z, 349_999).free).toBe(false);
    expect(after.check(id, z, 350_000)).toEqual(free);
  }
  expect(after.check(7n, x, 150_000)).toEqual(free);
  after.hold(7n, z, 14);
  expect(after.check(7n, z, 150_000)).toEqual(free);
});

test("entries that are not leases are passed over", () => {
  const valid = toBinary(LeaseRecordSchema, create(LeaseRecordSchema, { id: 7n, key: new Uint8Array(8) }));
  const shortKey = toBinary(LeaseRecordSchema, create(LeaseRecordSchema, { id: 9n, key: new Uint8Array(7) }));
  const entries = [
    { key: key64(8n), value: valid },
    { key: key64(9n), value: shortKey },
    { key: key64(10n), value: Uint8Array.of(0xff) },
  ];
  const leases = Leases.from(entries, 0, limits);
  for (const id of [7n, 8n, 9n, 10n]) expect(leases.check(id, z, 0)).toEqual(free);
});

test("when full, the longest silent make room for the present, and the present for nobody", () => {
  const leases = new Leases({ ...limits, leasesMax: 3 });
  for (const id of [1n, 2n, 3n]) leases.hold(id, x, 0);
  leases.silent(2n, x, 10);
  leases.silent(1n, x, 20);
  leases.hold(4n, x, 0);
  expect([1n, 2n, 3n, 4n].map((id) => leases.check(id, y, 30).free)).toEqual([false, true, false, false]);
  leases.hold(5n, x, 0);
  leases.hold(6n, x, 0);
  expect([1n, 3n, 4n, 5n, 6n].map((id) => leases.check(id, y, 30).free)).toEqual([true, false, false, false, true]);
});

test("the present take the place of reservations when nobody is silent", () => {
  const leases = new Leases({ ...limits, leasesMax: 2 });
  leases.reserve(1n, x, 0);
  leases.reserve(2n, x, 0);
  leases.hold(3n, x, 0);
  expect([1n, 2n, 3n].map((id) => leases.check(id, y, 1).free)).toEqual([true, false, false]);
});

test("asking for any number of ids ends nobody's lease", () => {
  const leases = new Leases({ ...limits, leasesMax: 3 });
  leases.hold(1n, x, 0);
  leases.silent(1n, x, 0);
  for (let id = 10n; id < 50n; id += 1n) leases.reserve(id, y, 1_000);
  expect(leases.check(1n, z, 1_000).free).toBe(false);
  expect(leases.check(49n, z, 1_000).free).toBe(false);
  expect(leases.check(10n, z, 1_000)).toEqual(free);
});

test("more stored leases than fit: the first go, from the store as well", () => {
  const many = new Leases(limits);
  for (const id of [1n, 2n, 3n]) many.hold(id, x, 0);
  const leases = Leases.from(tableOf(many.ops()), 0, { ...limits, leasesMax: 2 });
  expect(leases.ops()).toEqual([{ table: "leases", key: key64(1n), value: undefined }]);
  expect([1n, 2n, 3n].map((id) => leases.check(id, y, 0).free)).toEqual([true, false, false]);
});
