import { expect, test, vi } from "vitest";
import { calm } from "./time.ts";
import { all, take, villages } from "./world.ts";

const village = villages();

test("closing waits for what is on its way, and no longer", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const sent = left.send(2n, "last words");
  const startMs = here.time.nowMs;
  await here.time.until(left.close());
  expect(await sent.settled).toEqual({ status: "delivered", reason: "" });
  expect(here.time.nowMs).toBe(startMs);
  expect(await take(right.messages(), 1)).toMatchObject([{ text: "last words" }]);
});

test("a peer with nothing on its way closes at once, and its neighbours know", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const startMs = here.time.nowMs;
  await here.time.until(left.close());
  expect(here.time.nowMs).toBe(startMs);
  await here.time.pass(10);
  expect(right.status()).toMatchObject({ links: 0, peers: 0 });
});

test("closing twice is closing once", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world);
  const first = peer.close();
  expect(peer.close()).toBe(first);
  await here.time.until(first);
  await peer[Symbol.asyncDispose]();
  expect([world.store.closed, world.disposed]).toEqual([1, 1]);
  expect(world.clock.alarmAtMs).toBe(Infinity);
});

test("a closed peer refuses what changes anything, and still answers what it knows", async () => {
  const here = village();
  const peer = await here.open(here.world(), { desiredId: 1n });
  const closing = peer.close();
  for (const act of [() => peer.send(2n, "x"), () => peer.connect("127.0.0.1:9"), () => peer.disconnect(2n)]) {
    expect(act).toThrow(expect.objectContaining({ code: "closed", message: "the peer is closed; create another one" }));
  }
  await here.time.until(closing);
  expect([peer.id, peer.peers(), peer.status().outbox]).toEqual([1n, [], 0]);
  expect(await all(peer.messages())).toEqual([]);
  expect(await all(peer.events())).toEqual([]);
});

test("sends that are not settled break with closed, and go on after a restart", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world, { desiredId: 1n });
  const sent = peer.send(2n, "for later");
  await here.time.until(peer.close());
  await sent.accepted;
  await expect(sent.settled).rejects.toMatchObject({ code: "closed" });
  const again = await here.open(here.world({}, world));
  expect(again.explain(1n, 2n)).toMatchObject([{ status: "accepted" }]);
});

test("closing while the store does not answer gives up after a while; the send was never accepted", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world);
  world.store.hold();
  const sent = peer.send(2n, "lost");
  const startMs = here.time.nowMs;
  await here.time.until(peer.close());
  expect(here.time.nowMs - startMs).toBe(2_500);
  await expect(sent.accepted).rejects.toMatchObject({ code: "closed" });
  await expect(sent.settled).rejects.toMatchObject({ code: "closed" });
  expect(world.log.entries.filter(({ level }) => level === "error")).toEqual([]);
});

test("a peer may be closed from within its own loops, which end then", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const reading = (async () => {
    const seen: string[] = [];
    for await (const { text } of right.messages()) {
      seen.push(text);
      await right.close();
    }
    return seen;
  })();
  const watching = (async () => {
    for await (const event of left.events()) if (event.kind === "peer") void left.close();
  })();
  left.send(2n, "bye");
  expect(await here.time.until(reading)).toEqual(["bye"]);
  await here.time.until(watching);
});

test("closing from within the promise of a send is no different", async () => {
  const here = village();
  const [left] = await here.pair();
  const { accepted, settled } = left.send(2n, "and gone");
  await here.time.until(accepted.then(() => left.close()));
  expect(await settled).toMatchObject({ status: "delivered" });
});

test("what a reader dealt with before the close is not shown again, what it did not is", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  for (const text of ["1", "2", "3"]) await here.time.until(left.send(2n, text).settled);
  const reader = right.messages();
  await reader.next();
  await reader.next();
  const closing = right.close();
  await here.time.until(closing);
  // Asked for too late to be noted: it ends, it does not fail.
  expect(await reader.next()).toEqual({ done: true, value: undefined });
  const again = await here.open(here.world({}, world));
  expect(await take(again.messages(), 2)).toMatchObject([{ text: "2" }, { text: "3" }]);
});

test("a shown cursor that cannot be written fails the reader, so that somebody knows", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  await here.time.until(left.send(2n, "1").settled);
  vi.spyOn(world.shown, "set").mockImplementation(() => {
    throw new Error("no space");
  });
  const reader = right.messages();
  await reader.next();
  await expect(reader.next()).rejects.toThrow("no space");
});

test("promises that nobody looks at do not end the process when the peer closes", async () => {
  const here = village();
  const peer = await here.open(here.world());
  peer.send(2n, "ignored");
  void peer.close();
  await here.time.pass(5_000);
  await calm();
});
