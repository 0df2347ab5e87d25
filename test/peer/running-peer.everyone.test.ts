import { expect, test } from "vitest";
import type { PeerEvent } from "../../src/peer/types.ts";
import { all, take, villages } from "./world.ts";

const village = villages();

test("what is sent to everyone is accepted, then spread, and read by all, told apart from what is for one", async () => {
  const here = village();
  const [left, middle] = await here.pair();
  const right = await here.open(here.world(), { desiredId: 3n, peers: [middle.listen] });
  await here.time.pass(200);
  const sent = left.send("everyone", "Hi all!");
  expect(sent.number).toBe(1n);
  await here.time.until(sent.accepted);
  expect(await here.time.until(sent.settled)).toEqual({ status: "spread", reason: "" });
  await here.time.until(left.send(3n, "and you").settled);
  const { conversation, ...said } = { conversation: "everyone", from: 1n, number: 1n, text: "Hi all!", missing: 0n };
  expect(await here.time.until(take(middle.messages(), 1))).toMatchObject([{ conversation, ...said }]);
  const both = await here.time.until(take(right.messages(), 2));
  expect(new Set(both.map((message) => message.conversation))).toEqual(new Set(["direct", "everyone"]));
});

test("it is not read by who sent it", async () => {
  const here = village();
  const [left, right] = await here.pair();
  await here.time.until(left.send("everyone", "Hi all!").settled);
  await here.time.until(right.send(1n, "Hi").settled);
  expect(await take(left.messages(), 1)).toMatchObject([{ text: "Hi", conversation: "direct" }]);
});

test("numbers to everyone are counted by themselves, and so are those to each peer", async () => {
  const here = village();
  const [left] = await here.pair();
  const sent = [left.send("everyone", "a"), left.send(2n, "b"), left.send("everyone", "c"), left.send(9n, "d")];
  expect(sent.map(({ number }) => number)).toEqual([1n, 1n, 2n, 1n]);
  await here.time.until(Promise.all(sent.map(({ accepted }) => accepted)));
});

test("events tell how it fares, as of what is for everyone", async () => {
  const here = village();
  const [left] = await here.pair();
  const events = all(left.events());
  await here.time.until(left.send("everyone", "Hi all!").settled);
  await here.time.until(left.send(2n, "Hi").settled);
  await here.time.until(left.close());
  const statuses = (await events).filter((event: PeerEvent) => event.kind === "status");
  expect(statuses.filter(({ to }) => to === "everyone")).toEqual([
    { kind: "status", to: "everyone", number: 1n, status: "accepted", reason: "" },
    { kind: "status", to: "everyone", number: 1n, status: "spread", reason: "" },
  ]);
  expect(statuses.filter(({ to }) => to !== "everyone").map(({ to }) => to)).toEqual([2n, 2n]);
});

test("explain finds it among others of its number, or alone", async () => {
  const here = village();
  const [left] = await here.pair();
  await here.time.until(Promise.all([left.send("everyone", "a").settled, left.send(2n, "b").settled]));
  expect(left.explain(1n, "everyone")).toMatchObject([{ to: "everyone", number: 1n, status: "spread", road: [] }]);
  expect(left.explain(1n).map(({ to }) => to)).toEqual(["everyone", 2n]);
  expect(() => left.explain(2n, "everyone")).toThrow("no send to everyone with number 2 is known");
});

test("said to nobody, it waits for whoever comes, or ends with its time", async () => {
  const here = village();
  const alone = await here.open(here.world(), { desiredId: 1n });
  const [short, long] = [alone.send("everyone", "a", { ttlMs: 500 }), alone.send("everyone", "b")];
  const { status, reason } = await here.time.until(short.settled);
  expect([status, reason]).toEqual(["expired", "no other peer was there within its time to live"]);
  expect(alone.explain(2n, "everyone")).toMatchObject([{ status: "accepted" }]);
  const late = await here.open(here.world(), { desiredId: 2n, peers: [alone.listen] });
  expect(await here.time.until(long.settled)).toEqual({ status: "spread", reason: "" });
  expect(await here.time.until(take(late.messages(), 1))).toMatchObject([{ text: "b", conversation: "everyone" }]);
});

test("what is wrong with it is thrown at once, and takes no number", async () => {
  const here = village();
  const peer = await here.open(here.world(), { desiredId: 1n });
  expect(() => peer.send("everyone", "")).toThrow("there is no text to send");
  expect(() => peer.send("everyone", "a", { ttlMs: 0 })).toThrow("a time to live of");
  expect(peer.send("everyone", "a").number).toBe(1n);
  await here.time.until(peer.close());
  expect(() => peer.send("everyone", "a")).toThrow("the peer is closed");
});

test("a restart goes on with its numbers, and shows nothing twice", async () => {
  const here = village();
  const [one, two] = [here.world(), here.world()];
  const [left, right] = await here.pair(one, two);
  await here.time.until(left.send("everyone", "a").settled);
  await take(right.messages({ acknowledge: "manual" }), 1);
  right.acknowledge(1n);
  await here.time.until(Promise.all([left.close(), right.close()]));
  const [again, other] = await here.pair(here.world({}, one), here.world({}, two));
  const sent = again.send("everyone", "b");
  expect(sent.number).toBe(2n);
  expect(await here.time.until(sent.settled)).toMatchObject({ status: "spread" });
  expect(await here.time.until(take(other.messages(), 1))).toMatchObject([{ text: "b", number: 2n }]);
});
