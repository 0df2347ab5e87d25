import { expect, test } from "vitest";
import { createTestMesh } from "../../src/testing/mesh.ts";
import type { TestMesh } from "../../src/testing/mesh.ts";
import { at, line, watch, type Seat } from "./seats.ts";

function heard(seats: readonly Seat[]): readonly (readonly string[])[] {
  return seats.map(({ seen }) => seen.filter((what) => what.startsWith("[") || what.endsWith("missing")));
}

/** Says something to everyone within the limit, and waits until all had the time to hear it. */
async function say(mesh: TestMesh, { peer }: Seat, text: string, hopLimit?: number): Promise<void> {
  peer.send("everyone", text, hopLimit === undefined ? {} : { hopLimit });
  await mesh.run(3_000);
}

test("in a line of five each limit reaches as many hops, and what has none reaches all, without a gap", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 5);
  for (const hopLimit of [1, 2, 3, 4]) await say(mesh, at(seats, 0), `over ${hopLimit}`, hopLimit);
  await say(mesh, at(seats, 0), "to all");
  const [one, two, three, four, all] = [1, 2, 3, 4].map((hops) => `[1] over ${hops}`).concat("[1] to all");
  expect(heard(seats)).toEqual([
    [],
    [one, two, three, four, all],
    [two, three, four, all],
    [three, four, all],
    [four, all],
  ]);
  // From the middle it goes both ways.
  await say(mesh, at(seats, 2), "close", 1);
  expect(heard(seats).map((seen) => seen.includes("[3] close"))).toEqual([false, true, false, true, false]);
});

test("a send to neighbours alone is spread as soon as one of them has it, and says whom it is for", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 5);
  const sent = at(seats, 0).peer.send("everyone", "close", { hopLimit: 1 });
  expect((await mesh.until(sent.settled)).status).toBe("spread");
  await mesh.run(3_000);
  const [account] = at(seats, 0).peer.explain(1n, "everyone");
  expect(account?.next).toBe("peers that come within 1 hop until it expires get it, too");
  expect(heard(seats)).toEqual([[], ["[1] close"], [], [], []]);
});

test("repair after a cut keeps to the limit: who was away gets it from who may still pass it on", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 5);
  mesh.cut("p2", "p3");
  await mesh.run(5_000);
  for (const hopLimit of [1, 2, 3]) await say(mesh, at(seats, 0), `over ${hopLimit}`, hopLimit);
  await say(mesh, at(seats, 0), "to all");
  expect(heard(seats).slice(2)).toEqual([[], [], []]);
  mesh.heal("p2", "p3");
  await mesh.run(15_000);
  expect(heard(seats).slice(2)).toEqual([
    ["[1] over 2", "[1] over 3", "[1] to all"],
    ["[1] over 3", "[1] to all"],
    ["[1] to all"],
  ]);
});

test("a peer at the limit that crashes passes it on emptied in its next life, too", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 4);
  mesh.cut("p2", "p3");
  await mesh.run(5_000);
  await say(mesh, at(seats, 0), "close", 1);
  await say(mesh, at(seats, 0), "farther", 2);
  mesh.crash("p2");
  mesh.heal("p2", "p3");
  const two = watch(await mesh.start("p2", { desiredId: 2n, peers: ["p1"] }));
  await mesh.run(15_000);
  await say(mesh, at(seats, 0), "to all");
  expect(heard([two, ...seats.slice(2)])).toEqual([["[1] to all"], ["[1] farther", "[1] to all"], ["[1] to all"]]);
});

test("what was counted without its body stays counted over a restart, and what depends on it is shown at once", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 4);
  await say(mesh, at(seats, 0), "close", 1);
  mesh.crash("p4");
  const four = watch(await mesh.start("p4", { desiredId: 4n, peers: ["p3"] }));
  await mesh.run(15_000);
  at(seats, 1).peer.send("everyone", "I saw that");
  await mesh.run(500);
  expect(heard([at(seats, 2), four])).toEqual([["[2] I saw that"], ["[2] I saw that"]]);
  const history = await mesh.until(four.peer.history({ with: "everyone" }));
  expect(history.messages.map(({ text }) => text)).toEqual(["I saw that"]);
});
