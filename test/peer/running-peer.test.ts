import { expect, test } from "vitest";
import { defaultLimits } from "../../src/core/limits.ts";
import { E3Error } from "../../src/core/error.ts";
import { calm } from "./time.ts";
import { all, take, villages } from "./world.ts";

const village = villages();

/** The code of what the act throws, and what it says. */
function failure(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(E3Error);
    return error instanceof E3Error ? `${error.code}: ${error.message}` : "";
  }
  return "none";
}

test("a message is accepted, delivered and read, also over a peer between", async () => {
  const here = village();
  const [left, middle] = await here.pair();
  const right = await here.open(here.world(), { desiredId: 3n, peers: [middle.listen] });
  await here.time.pass(100);
  const sent = left.send(3n, "Hi there!");
  expect(sent.number).toBe(1n);
  await here.time.until(sent.accepted);
  expect(await here.time.until(sent.settled)).toEqual({ status: "delivered", reason: "" });
  const [message] = await take(right.messages(), 1);
  expect(message).toMatchObject({ cursor: 1n, from: 1n, number: 1n, text: "Hi there!", data: undefined, missing: 0n });
  expect(left.peers().map(({ id, hops, neighbour }) => [id, hops, neighbour])).toEqual([
    [2n, 1, true],
    [3n, 2, false],
  ]);
  expect(left.topology()).toMatchObject({
    id: 1n,
    edges: [
      [1n, 2n],
      [2n, 3n],
    ],
  });
});

test("a peer is found by its name or id, present or absent, and so is the peer itself", async () => {
  const here = village();
  const [left, right] = await here.pair();
  expect(left.search("Right")).toMatchObject({ kind: "online", peer: { id: 2n, addresses: [right.listen], hops: 1 } });
  expect(left.search("2")).toEqual(left.search("right"));
  expect(left.search("left")).toMatchObject({ kind: "self", peer: { id: 1n, addresses: [left.listen] } });
  expect(left.search("rihgt")).toEqual({ kind: "unknown", near: ["right"] });
  expect(failure(() => left.search("0"))).toMatch(/^bad-id: /);
  const before = new Date(here.time.nowMs);
  await here.time.until(right.close());
  await here.time.pass(100);
  const answer = left.search("right");
  expect(answer).toMatchObject({ kind: "absent", peer: { id: 2n } });
  expect("peer" in answer && Number(answer.peer.absentSince)).toBeGreaterThanOrEqual(Number(before));
  expect(left.peers()).toEqual([]);
  expect(left.peers({ lately: true })).toMatchObject([{ id: 2n, name: "right", reachable: false }]);
});

test("namesakes are several, and their ids tell them apart", async () => {
  const here = village();
  const [left] = await here.pair();
  await here.open(here.world(), { desiredId: 30n, name: "right", peers: [left.listen] });
  await here.time.pass(100);
  expect(left.search("right")).toMatchObject({ kind: "several", peers: [{ id: 2n }, { id: 30n }] });
  expect(left.search("right@30")).toMatchObject({ kind: "online", peer: { id: 30n } });
});

test("a peer may write to itself", async () => {
  const here = village();
  const peer = await here.open(here.world(), { desiredId: 1n });
  expect(await here.time.until(peer.send(1n, "note").settled)).toMatchObject({ status: "delivered" });
  expect(await take(peer.messages(), 1)).toMatchObject([{ from: 1n, text: "note" }]);
});

test("accepted is kept when the message is durable, not before", async () => {
  const here = village();
  const world = here.world();
  const peer = await here.open(world);
  const release = world.store.hold();
  let isAccepted = false;
  const { accepted } = peer.send(9n, "wait");
  accepted.then(
    () => (isAccepted = true),
    () => {},
  );
  await here.time.pass(1_000);
  expect(isAccepted).toBe(false);
  release();
  await accepted;
  expect(peer.explain(1n, 9n)).toMatchObject([{ status: "accepted" }]);
});

test("what is wrong with a send is thrown at once, and takes no number", async () => {
  const here = village();
  const limits = { ...defaultLimits, bodyBytesMax: 10, outboxCountMax: 2 };
  const peer = await here.open(here.world({ limits }));
  expect(failure(() => peer.send(0n, "x"))).toMatch(/^bad-id: /);
  expect(failure(() => peer.send(2n ** 63n, "x"))).toMatch(/^bad-id: /);
  expect(failure(() => peer.send(1n, ""))).toMatch(/^bad-content: /);
  expect(failure(() => peer.send(1n, "x".repeat(11)))).toMatch(/^too-large: /);
  expect(failure(() => peer.send(1n, "x", { ttlMs: 0 }))).toMatch(/^bad-option: /);
  expect([peer.send(1n, "x").number, peer.send(1n, "x").number]).toEqual([1n, 2n]);
  expect(failure(() => peer.send(1n, "x"))).toMatch(/^resource-exhausted: the outbox is full/);
});

test("who waits for room is sent as soon as there is some, in the order of asking", async () => {
  const here = village();
  const peer = await here.open(here.world({ limits: { ...defaultLimits, outboxCountMax: 1 } }));
  const { settled } = peer.send(9n, "first", { ttlMs: 5_000 });
  const second = peer.sendWhenRoom(9n, "second", { ttlMs: 5_000 });
  const third = peer.sendWhenRoom(9n, "third", { ttlMs: 5_000 });
  await calm();
  expect(peer.status().outbox).toBe(1);
  expect(await here.time.until(settled)).toMatchObject({ status: "expired" });
  expect(await here.time.until(second)).toMatchObject({ number: 2n });
  expect(await here.time.until(third)).toMatchObject({ number: 3n });
});

test("who waits for room when the peer closes is told so", async () => {
  const here = village();
  const peer = await here.open(here.world({ limits: { ...defaultLimits, outboxCountMax: 1 } }));
  peer.send(9n, "first");
  const waiting = peer.sendWhenRoom(9n, "second").catch((error: unknown) => error);
  await here.time.until(peer.close());
  expect(await here.time.until(waiting)).toMatchObject({ code: "closed" });
});

test("a message that is not delivered in its time is settled as expired", async () => {
  const here = village();
  const peer = await here.open(here.world());
  const { settled } = peer.send(9n, "quick", { ttlMs: 5_000 });
  expect(await here.time.until(settled)).toEqual({
    status: "expired",
    reason: "no receipt came within its time to live",
  });
});

test("explain finds a send by number, for one target or all, and says when there is none", async () => {
  const here = village();
  const [left] = await here.pair();
  await here.time.until(left.send(2n, "there").settled);
  await here.time.until(left.send(9n, "away").accepted);
  expect(left.explain(1n).map(({ to, status }) => [to, status])).toEqual([
    [9n, "stored"],
    [2n, "delivered"],
  ]);
  expect(left.explain(1n, 9n)).toMatchObject([{ number: 1n, custodians: [2n], road: [] }]);
  expect(left.explain(1n, 9n)[0]?.sentAt).toBeInstanceOf(Date);
  expect(failure(() => left.explain(2n, 9n))).toMatch(/^unknown-number: no send to 9 with number 2 is known/);
  expect(failure(() => left.explain(0n))).toMatch(/^unknown-number: no send with number 0 is known/);
});

test("events tell of peers and of sends, in order", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n });
  const events = left.events();
  const right = await here.open(here.world(), { desiredId: 2n, peers: [left.listen] });
  await here.time.pass(100);
  await here.time.until(left.send(2n, "hi").settled);
  await here.time.until(right.close());
  await here.time.pass(100);
  const status = { kind: "status", to: 2n, number: 1n, reason: "" };
  expect(await take(events, 4)).toEqual([
    { kind: "peer", id: 2n, state: "up" },
    { ...status, status: "accepted" },
    { ...status, status: "delivered" },
    { kind: "peer", id: 2n, state: "down" },
  ]);
});

test("messages are sent and answered from within the loops that read them", async () => {
  const here = village();
  const [left, right] = await here.pair();
  void (async () => {
    for await (const { from, text } of right.messages()) right.send(from, `${text}!`);
  })();
  const heard: string[] = [];
  const talk = (async () => {
    left.send(2n, "a");
    for await (const { text } of left.messages()) {
      heard.push(text);
      if (text.length > 5) return;
      left.send(2n, `${text}?`);
    }
  })();
  await here.time.until(talk);
  expect(heard).toEqual(["a!", "a!?!", "a!?!?!"]);
});

test("what is yet to come cannot be acknowledged: it is shown when it comes", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(here.world(), world);
  right.acknowledge(99n);
  expect(world.shown.get()).toBe(0n);
  left.send(2n, "after all");
  const [message] = await here.time.until(take(right.messages(), 1));
  expect(message).toMatchObject({ cursor: 1n, text: "after all" });
});

test("sends made within the events of others are accepted, each with its own number", async () => {
  const here = village();
  const [left] = await here.pair();
  const events = left.events();
  left.send(2n, "1");
  const chain = (async () => {
    for await (const event of events) {
      if (event.kind !== "status" || event.status !== "accepted") continue;
      if (event.number === 5n) return;
      left.send(2n, `${event.number + 1n}`);
    }
  })();
  await here.time.until(chain);
  expect(left.explain(5n, 2n)).toHaveLength(1);
});

test("messages begin after a cursor, now, or where the last reader stopped", async () => {
  const here = village();
  const [left, right] = await here.pair();
  for (const text of ["1", "2", "3"]) await here.time.until(left.send(2n, text).settled);
  const fresh = take(right.messages({ after: "new" }), 1);
  expect(await take(right.messages({ after: 1n }), 2)).toMatchObject([{ text: "2" }, { text: "3" }]);
  expect(await take(right.messages(), 2)).toMatchObject([{ text: "1" }, { text: "2" }]);
  expect(await take(right.messages({ after: "unshown" }), 1)).toMatchObject([{ text: "2" }]);
  left.send(2n, "4");
  expect(await here.time.until(fresh)).toMatchObject([{ text: "4", cursor: 4n }]);
});

test("a restart shows what was not dealt with, and nothing twice", async () => {
  const here = village();
  const world = here.world();
  const [left, right] = await here.pair(undefined, world);
  for (const text of ["1", "2", "3"]) await here.time.until(left.send(2n, text).settled);
  await take(right.messages(), 3);
  await here.time.until(right.close());
  const again = await here.open(here.world({}, world));
  expect(await take(again.messages(), 1)).toMatchObject([{ text: "3" }]);
});

test("an aborted reader ends, others go on", async () => {
  const here = village();
  const [left, right] = await here.pair();
  const controller = new AbortController();
  const { signal } = controller;
  const ended = Promise.all([all(right.messages({ signal })), all(right.events({ signal }))]);
  const other = take(right.messages(), 1);
  await calm();
  controller.abort();
  expect(await ended).toEqual([[], []]);
  left.send(2n, "on");
  expect(await here.time.until(other)).toMatchObject([{ text: "on" }]);
});

test("a peer connects by address and disconnects by id or address, and stays so", async () => {
  const here = village();
  const left = await here.open(here.world(), { desiredId: 1n, listen: "127.0.0.1:8081" });
  const right = await here.open(here.world(), { desiredId: 2n });
  left.connect(right.listen);
  await here.time.pass(100);
  expect(left.status().links).toBe(1);
  left.disconnect(2n);
  await here.time.pass(20_000);
  expect([left.status().links, right.status().links]).toEqual([0, 0]);
  left.connect(right.listen);
  await here.time.pass(100);
  expect(right.status().links).toBe(1);
  left.disconnect(right.listen);
  await here.time.pass(20_000);
  expect(right.status().links).toBe(0);
});

test("who or what is not known cannot be disconnected, and one's own address not connected", async () => {
  const here = village();
  const peer = await here.open(here.world(), { listen: "127.0.0.1:8081" });
  expect(failure(() => peer.disconnect(77n))).toMatch(/^unknown-peer: /);
  expect(failure(() => peer.disconnect("127.0.0.1:9"))).toMatch(/^unknown-peer: /);
  expect(failure(() => peer.disconnect("nonsense"))).toMatch(/^bad-address: /);
  expect(failure(() => peer.connect("127.0.0.1"))).toMatch(/^bad-address: /);
  const own = /^bad-address: .* is this peer's own address; give another peer's$/;
  expect(failure(() => peer.connect("127.0.0.1:8081"))).toMatch(own);
  expect(failure(() => peer.connect("localhost:8081"))).toMatch(own);
});

test("addresses kept dialled are bounded", async () => {
  const here = village();
  const limits = { ...defaultLimits, dialTargetsMax: 1 };
  const peer = await here.open(here.world({ limits }));
  peer.connect("127.0.0.1:9");
  expect(failure(() => peer.connect("127.0.0.1:10"))).toMatch(/^resource-exhausted: 1 addresses are kept dialled/);
});
