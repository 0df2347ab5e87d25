import { create, toBinary } from "@bufbuild/protobuf";
import { expect, test, vi } from "vitest";
import { memoryShownCursor } from "../../src/adapters/memory/shown-cursor.ts";
import { createMemoryStore } from "../../src/adapters/memory/store.ts";
import { E3Error } from "../../src/core/error.ts";
import { storeFormat } from "../../src/core/store-format.ts";
import { key64, tables } from "../../src/core/store-op.ts";
import { StoreFormatSchema } from "../../src/gen/e3/v1/store_pb.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { calm } from "./time.ts";
import { take, villages, type TestWorld } from "./world.ts";

const village = villages();

/** How often each part of the world was closed, and that nothing of it goes on. */
function leftovers(world: TestWorld): object {
  const { store, disposed, clock, shown } = world;
  let isShownOpen = true;
  try {
    shown.set(shown.get());
  } catch {
    isShownOpen = false;
  }
  return { closed: store.closed, disposed, alarmAtMs: clock.alarmAtMs, isShownOpen };
}

const nothing = { closed: 1, disposed: 1, alarmAtMs: Infinity, isShownOpen: false };

test("a peer is open once it listens and has its id", async () => {
  const { open, world } = bind(village());
  const peer = await open(world(), { name: "anna", listen: "127.0.0.1:8081" });
  expect(peer.listen).toBe("127.0.0.1:8081");
  expect(peer.id).toBeGreaterThan(0n);
  expect(peer.desired).toBe(null);
  expect(peer.status()).toEqual({
    ...{ id: peer.id, listen: "127.0.0.1:8081", name: "anna", desired: null },
    ...{ links: 0, peers: 0, outbox: 0, mailbox: 0, cursor: 0n },
    envelopes: { forwarded: 0, spread: 0, repaired: 0, suppressed: 0, stranded: 0, outOfHops: 0, tooLarge: 0 },
  });
});

test("a peer has its id only when that is durable", async () => {
  const here = village();
  const world = here.world();
  const release = world.store.hold();
  let isOpen = false;
  // Nothing else happens while the disk takes its time.
  here.time.clock().setAlarm(here.time.nowMs + 1_000, () => release());
  const opening = here.open(world, { desiredId: 5n });
  void opening.then(() => (isOpen = true));
  await calm();
  expect(isOpen).toBe(false);
  expect((await opening).id).toBe(5n);
});

test("a restarted peer has its id, and sends again what was not settled", async () => {
  const here = village();
  const before = here.world();
  const first = await here.open(before, { desiredId: 5n });
  await here.time.until(first.send(6n, "for later").accepted);
  await here.time.until(first.close());
  const again = await here.open(here.world({}, before), { listen: "127.0.0.1:8081" });
  expect(again.id).toBe(5n);
  expect(again.explain(1n, 6n)).toMatchObject([{ status: "accepted", to: 6n }]);
  const target = await here.open(here.world(), { desiredId: 6n, peers: [again.listen] });
  const [message] = await here.time.until(take(target.messages(), 1));
  expect(message).toMatchObject({ from: 5n, number: 1n, text: "for later" });
});

test("all that a store holds is taken up, however many pages it has", async () => {
  const here = village();
  const before = here.world();
  const first = await here.open(before, { desiredId: 5n });
  const sends = Array.from({ length: 10_050 }, () => first.send(6n, "x").accepted);
  await here.time.until(Promise.all(sends));
  await here.time.until(first.close());
  const again = await here.open(here.world({}, before));
  expect(again.status().outbox).toBe(10_050);
  expect(again.send(6n, "next").number).toBe(10_051n);
});

test("messages that come after the store was lost are new to a reader that had been shown others", async () => {
  const here = village();
  const shown = memoryShownCursor();
  shown.set(5n);
  const [left, right] = await here.pair(here.world(), here.world({ shown }));
  left.send(2n, "first of a new store");
  const [message] = await here.time.until(take(right.messages(), 1));
  expect(message).toMatchObject({ cursor: 6n, text: "first of a new store" });
});

test("a lost count of the inbox is found again in the inbox: nothing in there is overwritten", async () => {
  const here = village();
  const before = here.world();
  const [left, right] = await here.pair(here.world(), before);
  left.send(2n, "kept");
  await here.time.until(take(right.messages({ after: 0n }), 1));
  await here.time.until(right.close());
  await before.store.commit([{ table: "meta", key: "inbox", value: undefined }]);
  const again = await here.open(here.world({ shown: memoryShownCursor() }, before), { peers: [left.listen] });
  left.send(2n, "new");
  const messages = await here.time.until(take(again.messages({ after: 0n }), 2));
  expect(messages.map(({ cursor, text }) => [cursor, text])).toEqual([
    [1n, "kept"],
    [2n, "new"],
  ]);
});

test("a lost count of what was sent is found again: nothing of it is overwritten", async () => {
  const here = village();
  const before = here.world();
  const [left, right] = await here.pair(before);
  for (const text of ["one", "two"]) await here.time.until(left.send(right.id, text).settled);
  await here.time.until(left.close());
  await before.store.commit([{ table: "meta", key: "sent", value: undefined }]);
  const again = await here.open(here.world({}, before), { peers: [right.listen] });
  await here.time.until(again.send(right.id, "three").settled);
  const { messages } = await here.time.until(again.history({ with: right.id }));
  expect(messages.map(({ text }) => text)).toEqual(["one", "two", "three"]);
});

test("a lost count is looked for a few messages at a time, however many there are: each may have a MiB", async () => {
  const here = village();
  const world = here.world();
  const keys = Array.from({ length: 200 }, (_, index) => key64(BigInt(index + 1)));
  const messages = ["inbox", "sent"] as const;
  const value = Uint8Array.of(1);
  await world.store.commit(messages.flatMap((table) => keys.map((key) => ({ table, key, value }))));
  const read = vi.spyOn(world.store, "read");
  const peer = await here.open(world);
  expect(peer.status().cursor).toBe(200n);
  for (const table of messages) {
    const limits = read.mock.calls.flatMap(([of, , limit]) => (of === table ? [limit] : []));
    expect(Math.max(...limits)).toBe(64);
  }
});

test("without a history nothing that is sent is kept, and what was kept before stays", async () => {
  const here = village();
  const before = here.world();
  const [left, right] = await here.pair(before);
  await here.time.until(left.send(right.id, "one").settled);
  await here.time.until(left.close());
  const again = await here.open(here.world({}, before), { peers: [right.listen], history: false });
  await here.time.until(again.send(right.id, "two").settled);
  const { messages } = await here.time.until(again.history({ with: right.id }));
  expect(messages.map(({ text }) => text)).toEqual(["one"]);
});

test("damaged records are named in the log", async () => {
  const here = village();
  const world = here.world();
  world.store.damage("outbox", "0123");
  await here.open(world);
  const [entry] = world.log.entries;
  expect(entry).toEqual({
    level: "error",
    message: "a damaged record was set aside",
    fields: { table: "outbox", key: "0123" },
  });
});

test("every table is read from its first record when a peer starts: damage may have put that before all that is asked for", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(here.world(), world);
  left.send(2n, "kept");
  await here.time.until(take(right.messages({ after: 0n }), 1));
  await here.time.until(right.close());
  world.store.readFromStart.clear();
  await here.open(here.world({}, world));
  expect([...world.store.readFromStart].toSorted()).toEqual([...tables].toSorted());
});

test("an address in use is told, and nothing is left open", async () => {
  const here = village();
  const taken = await here.open(here.world());
  const world = here.world();
  await expect(here.open(world, { listen: taken.listen })).rejects.toMatchObject({ code: "port-in-use" });
  expect(leftovers(world)).toEqual(nothing);
});

test("a store that cannot be read is told, and nothing is left open", async () => {
  const here = village();
  const world = here.world();
  world.store.readFailures = 1;
  await expect(here.open(world)).rejects.toMatchObject({ code: "store-failed" });
  expect(leftovers(world)).toEqual(nothing);
});

test("a store that cannot be written is told instead of being waited for, and nothing is left open", async () => {
  const here = village();
  const world = here.world();
  world.store.failures = Infinity;
  await expect(here.open(world)).rejects.toMatchObject({ code: "store-failed", message: "the disk is full" });
  expect(leftovers(world)).toEqual(nothing);
  await here.time.pass(60_000);
  expect(world.store.commits).toHaveLength(1);
});

test("a store of a newer version is told, and nothing is left open", async () => {
  const here = village();
  const world = here.world();
  const newer = create(StoreFormatSchema, { version: storeFormat + 1 });
  await world.store.commit([{ table: "meta", key: "format", value: toBinary(StoreFormatSchema, newer) }]);
  await expect(here.open(world)).rejects.toMatchObject({ code: "store-newer" });
  expect(leftovers(world)).toEqual(nothing);
});

test("a mistake of e3's own while opening is thrown, and nothing is left open", async () => {
  const here = village();
  const world = here.world();
  const dial = (): never => {
    throw new Error("not implemented");
  };
  vi.spyOn(world.transport, "dial").mockImplementation(dial);
  await expect(here.open(world, { peers: ["127.0.0.1:9"] })).rejects.toThrow("not implemented");
  expect(leftovers(world)).toEqual(nothing);
  expect(world.log.entries.at(-1)?.message).toBe("a mistake in e3 came up, and the peer ends");
});

test("whatever fails to close, the rest is closed", async () => {
  const here = village();
  const transport = here.network.transport();
  const broken: Transport = {
    listen: () => Promise.reject(new E3Error("address-unavailable", "no such address")),
    dial: (address, handler) => transport.dial(address, handler),
    [Symbol.asyncDispose]: () => Promise.reject(new Error("the transport does not close")),
  };
  const world = here.world({ transport: broken });
  await expect(here.open(world)).rejects.toThrow("the transport does not close");
  expect(leftovers(world)).toEqual(nothing);
});

test("a store that fails to close does not keep the directory locked", async () => {
  const here = village();
  const store = createMemoryStore();
  store[Symbol.asyncDispose] = () => Promise.reject(new Error("the store does not close"));
  const world = here.world();
  const peer = await here.open({ ...world, store });
  await expect(here.time.until(peer.close())).rejects.toThrow("the store does not close");
  expect(world.disposed).toBe(1);
});

/** Methods that may be called without their village. */
function bind(here: ReturnType<typeof village>) {
  return { open: here.open.bind(here), world: here.world.bind(here) };
}
