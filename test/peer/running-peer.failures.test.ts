import { expect, test } from "vitest";
import type { Signer } from "../../src/ports/signer.ts";
import { testSigner } from "../../src/testing/signer.ts";
import { all, take, villages, type TestWorld } from "./world.ts";

const village = villages();

test("while the store fails sends are refused, and what was taken before is accepted once it works", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(world);
  world.store.failures = 4;
  const first = left.send(2n, "1");
  const second = left.send(2n, "2");
  let isAccepted = false;
  void first.accepted.then(() => (isAccepted = true));
  await here.time.pass(300);
  expect(isAccepted).toBe(false);
  expect(() => left.send(2n, "refused")).toThrow(/^the store cannot write at the moment; .* until it can$/);
  await here.time.pass(3_000);
  await Promise.all([first.accepted, second.accepted]);
  const third = left.send(2n, "3");
  expect([first.number, second.number, third.number]).toEqual([1n, 2n, 3n]);
  expect(await here.time.until(take(right.messages(), 3))).toMatchObject([{ text: "1" }, { text: "2" }, { text: "3" }]);
  expect(await here.time.until(third.settled)).toEqual({ status: "delivered", reason: "" });
});

test("a lone peer whose store failed more than once finds out that it works again, without any event", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world);
  world.store.failures = 3;
  const { accepted } = peer.send(2n, "1");
  await here.time.pass(1_000);
  await accepted;
  expect(peer.send(2n, "2").number).toBe(2n);
});

test("a peer that accepted before its store failed keeps its word over a restart", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world, { desiredId: 1n });
  await here.time.until(peer.send(2n, "kept").accepted);
  world.store.failures = Infinity;
  const lost = peer.send(2n, "never accepted");
  await here.time.until(peer.close());
  await expect(lost.accepted).rejects.toMatchObject({ code: "closed" });
  world.store.failures = 0;
  const again = await here.open(here.world({}, world), { listen: "127.0.0.1:8081" });
  const target = await here.open(here.world(), { desiredId: 2n, peers: [again.listen] });
  await here.time.pass(100);
  const fresh = again.send(2n, "after");
  expect(fresh.number).toBe(2n);
  expect(await here.time.until(take(target.messages(), 2))).toMatchObject([{ text: "kept" }, { text: "after" }]);
});

test("a receiver shows and receipts nothing before its store has it, and each message once then", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  world.store.failures = 3;
  const reading = take(right.messages(), 2);
  let isShown = false;
  void reading.then(() => (isShown = true));
  const { settled } = left.send(2n, "1");
  let isSettled = false;
  void settled.then(() => (isSettled = true));
  await here.time.pass(600);
  expect([isShown, isSettled]).toEqual([false, false]);
  await here.time.until(settled);
  left.send(2n, "2");
  expect(await here.time.until(reading)).toMatchObject([{ text: "1" }, { text: "2", missing: 0n }]);
  expect(right.status().cursor).toBe(2n);
});

test("a reader outlives a store that fails, and goes on once it works again, without another message", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  const events = right.events();
  await here.time.until(left.send(2n, "1").settled);
  const reading = take(right.messages(), 1);
  world.store.readFailures = 1;
  world.store.failures = 2;
  // A commit of the reader's own peer fails.
  const { accepted } = right.send(9n, "to nobody");
  expect(await here.time.until(reading)).toMatchObject([{ text: "1" }]);
  await here.time.until(accepted);
  await right.close();
  const told = await all(events);
  expect(told.filter(({ kind }) => kind === "error")).toMatchObject([{ error: { code: "store-failed" } }]);
});

/** A world whose signer breaks when the test says so: then the next handshake fails within a step. */
function breakable(world: (parts: Partial<TestWorld>) => TestWorld): { world: TestWorld; break: () => void } {
  let isBroken = false;
  const sound = testSigner(99);
  const signer: Signer = {
    ...sound,
    sign: (bytes) => {
      if (isBroken) throw new Error("the signer is gone");
      return sound.sign(bytes);
    },
  };
  return { world: world({ signer }), break: () => void (isBroken = true) };
}

test("a mistake of e3's own ends the peer in good order, and everybody is told", async () => {
  const here = village();
  const broken = breakable((parts) => here.world(parts));
  const [left, right] = await here.pair(broken.world);
  const events = left.events();
  const messages = all(left.messages());
  const pending = left.send(77n, "for later");
  await here.time.until(pending.accepted);
  broken.break();
  await here.open(here.world(), { peers: [left.listen] });
  await here.time.pass(10_000);
  const said = "a mistake in e3 ended the peer: the signer is gone";
  const told = await all(events);
  expect(told.at(-1)).toMatchObject({ kind: "error", error: { code: "closed", message: said } });
  expect(await messages).toEqual([]);
  await expect(pending.settled).rejects.toMatchObject({ code: "closed" });
  expect(() => left.send(2n, "x")).toThrow(expect.objectContaining({ code: "closed", message: said }));
  await left.close();
  expect([broken.world.store.closed, broken.world.disposed]).toEqual([1, 1]);
  expect(broken.world.clock.alarmAtMs).toBe(Infinity);
  const logged = broken.world.log.entries.filter(({ level }) => level === "error");
  const message = "a mistake in e3 came up, and the peer ends";
  expect(logged).toMatchObject([{ message, fields: { error: { message: "the signer is gone" } } }]);
  // Its neighbour sees it go, and what it accepted is there after a restart.
  expect(right.peers().find(({ id }) => id === 1n)?.reachable).toBe(false);
  const again = await here.open(here.world({}, { ...broken.world, signer: testSigner(99) }));
  expect(again.explain(1n, 77n)).toHaveLength(1);
});
