import { expect, test } from "vitest";
import { createTestMesh } from "../../src/testing/mesh.ts";
import { at, inSession, line, watch } from "./seats.ts";

test("the crash of one end is told to the other, and its next life is in no session", async () => {
  const mesh = createTestMesh();
  const { one } = await inSession(mesh);
  mesh.crash("p3");
  await mesh.run(9_000);
  expect(one.seen).toEqual([]);
  await mesh.run(2_000);
  expect(one.seen).toEqual(["ended 3 by peer: it is out of reach"]);
  const three = watch(await mesh.start("p3", { desiredId: 3n, peers: ["p2"] }));
  await mesh.run(5_000);
  expect(three.peer.sessions.current).toBeUndefined();
  one.peer.sessions.request(3n);
  await mesh.run(500);
  // Nothing that was said of the old session shows: no message, no gap.
  expect(three.seen).toEqual(["asked 1 by peer"]);
});

test("an end that crashes and is back at once is in no session, and the other one sees it", async () => {
  const mesh = createTestMesh();
  const { one } = await inSession(mesh);
  mesh.crash("p3");
  const three = watch(await mesh.start("p3", { desiredId: 3n, peers: ["p2"] }));
  await mesh.run(3_000);
  expect(one.seen).toEqual(["ended 3 by peer: it was started anew"]);
  expect(three.seen).toEqual([]);
});

test("who asked and crashed is not accepted in its next life", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  at(seats, 0).peer.sessions.request(2n);
  await mesh.run(200);
  mesh.crash("p1");
  await mesh.start("p1", { desiredId: 1n, peers: ["p2"] });
  await mesh.run(3_000);
  expect(at(seats, 1).seen).toEqual(["asked 1 by peer", "withdrawn 1 by peer: it was started anew"]);
});

test("who leaves in good order says so first", async () => {
  const mesh = createTestMesh();
  const { one, three } = await inSession(mesh);
  await mesh.until(one.peer.close());
  await mesh.run(100);
  expect(one.seen).toEqual(["ended 3 by self"]);
  expect(three.seen).toEqual(["ended 1 by peer: it leaves"]);
});

test("a session survives a cut that is short, over another road, and not a long one", async () => {
  const mesh = createTestMesh();
  const { one, three } = await inSession(mesh);
  mesh.cut("p1", "p3");
  await mesh.run(1_000);
  const sent = one.peer.send(3n, "over 2");
  expect((await mesh.until(sent.settled)).status).toBe("delivered");
  mesh.cut("p1", "p2");
  await mesh.run(5_000);
  mesh.heal("p1", "p2");
  await mesh.run(8_000);
  expect([one.peer.sessions.current?.state, three.peer.sessions.current?.state]).toEqual(["open", "open"]);
  mesh.partition(["p1"], ["p2", "p3"]);
  await mesh.run(12_000);
  expect(one.seen.at(-1)).toBe("ended 3 by peer: it is out of reach");
  expect(three.seen.at(-1)).toBe("ended 1 by peer: it is out of reach");
  mesh.healAll();
  await mesh.run(20_000);
  expect(one.seen.at(-1)).toBe("ended 3 by peer: it is out of reach");
  expect([one.peer.sessions.current, three.peer.sessions.current]).toEqual([undefined, undefined]);
});

test("an end that only the other one lost sight of hears of it", async () => {
  const mesh = createTestMesh({ limits: { sessionGoneMs: 10_000 } });
  const { one, three } = await inSession(mesh);
  mesh.pause("p3");
  await mesh.run(30_000);
  expect(one.seen).toEqual(["ended 3 by peer: it is out of reach"]);
  mesh.resume("p3");
  await mesh.run(30_000);
  expect(three.peer.sessions.current).toBeUndefined();
  expect(three.seen.filter((line) => line.startsWith("ended"))).toHaveLength(1);
});

test("a leaf can be in a session, over the mesh", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  const leaf = watch(await mesh.start("leaf", { desiredId: 9n, peers: ["p2"], leaf: true }));
  leaf.peer.send(1n, "hello");
  await mesh.run(2_000);
  leaf.peer.sessions.request(1n);
  await mesh.run(500);
  at(seats, 0).peer.sessions.accept(9n);
  await mesh.run(500);
  expect(leaf.seen).toEqual(["delivered #1", "asking 1 by self", "accepted 1 by peer"]);
  at(seats, 0).peer.sessions.end();
  await mesh.run(500);
  expect(leaf.seen.at(-1)).toBe("ended 1 by peer");
});
