import { expect, test } from "vitest";
import { E3Error } from "../../src/core/error.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";
import { at, inSession, line } from "./seats.ts";

function code(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof E3Error) return error.code;
    throw error;
  }
  return "no error";
}

test("asked, accepted, talked, ended: both are told, and the numbers of messages are all that a signal takes", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 3);
  const [one, three] = [at(seats, 0), at(seats, 2)];
  one.peer.send(3n, "are you there?");
  await mesh.run(200);
  one.peer.sessions.request(3n);
  await mesh.run(200);
  expect(one.peer.sessions.current).toMatchObject({ peer: 3n, state: "asking" });
  expect(three.peer.sessions.requests).toEqual([1n]);
  three.peer.sessions.accept(1n);
  await mesh.run(200);
  expect(one.peer.sessions.current).toMatchObject({ peer: 3n, state: "open" });
  expect(three.peer.sessions.current).toMatchObject({ peer: 1n, state: "open" });
  one.peer.send(3n, "hello");
  await mesh.run(200);
  three.peer.send(1n, "hi");
  await mesh.run(200);
  three.peer.sessions.end("dinner");
  await mesh.run(200);
  expect(one.seen).toEqual([
    "delivered #1",
    "asking 3 by self",
    "accepted 3 by peer",
    "delivered #3",
    "[3] hi",
    "ended 3 by peer: dinner",
  ]);
  expect(three.seen).toEqual([
    "[1] are you there?",
    "asked 1 by peer",
    "accepted 1 by self",
    "[1] hello",
    "delivered #2",
    "ended 1 by self: dinner",
  ]);
  expect([one.peer.sessions.current, three.peer.sessions.current]).toEqual([undefined, undefined]);
});

test("a session has a link of its own for its time, and no longer", async () => {
  const mesh = createTestMesh();
  const { one, three } = await inSession(mesh);
  const linked = (): readonly bigint[] => one.peer.peers().flatMap(({ id, neighbour }) => (neighbour ? [id] : []));
  expect(linked()).toEqual([2n, 3n]);
  const sent = one.peer.send(3n, "by the short way");
  expect(one.peer.explain(sent.number, 3n)).toMatchObject([{ road: [1n, 3n] }]);
  await mesh.run(200);
  one.peer.sessions.end();
  await mesh.run(1_000);
  expect(linked()).toEqual([2n, 3n]);
  await mesh.run(2_000);
  expect(linked()).toEqual([2n]);
  const last = one.peer.send(3n, "by the long way");
  expect((await mesh.until(last.settled)).status).toBe("delivered");
  expect(three.seen.filter((line) => line.startsWith("["))).toEqual(["[1] by the short way", "[1] by the long way"]);
});

test("a link that somebody else wants outlives the session", async () => {
  const mesh = createTestMesh();
  const { one } = await inSession(mesh);
  one.peer.connect(mesh.address("p3"));
  one.peer.sessions.end();
  await mesh.run(10_000);
  expect(one.peer.peers().map(({ neighbour }) => neighbour)).toEqual([true, true]);
});

test("rejected, busy and withdrawn", async () => {
  const mesh = createTestMesh();
  const { one, two, three } = await inSession(mesh);
  two.peer.sessions.request(1n);
  await mesh.run(200);
  expect(two.seen).toEqual(["asking 1 by self", "busy 1 by peer"]);
  expect(one.seen).toEqual(["busy 2 by self"]);
  one.peer.sessions.end();
  await mesh.run(200);
  two.peer.sessions.request(1n);
  await mesh.run(200);
  one.peer.sessions.reject(2n);
  await mesh.run(200);
  expect(two.seen.slice(2)).toEqual(["asking 1 by self", "rejected 1 by peer"]);
  two.peer.sessions.request(3n);
  await mesh.run(200);
  two.peer.sessions.end("never mind");
  await mesh.run(200);
  expect(two.seen.slice(4)).toEqual(["asking 3 by self", "withdrawn 3 by self: never mind"]);
  expect(three.seen.slice(1)).toEqual(["asked 2 by peer", "withdrawn 2 by peer: never mind"]);
});

test("nobody answers: after a minute both are told, and an answer comes too late", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  const [one, two] = [at(seats, 0), at(seats, 1)];
  one.peer.sessions.request(2n);
  await mesh.run(59_000);
  expect(two.seen).toEqual(["asked 1 by peer"]);
  await mesh.run(2_000);
  expect(one.seen).toEqual(["asking 2 by self", "unanswered 2 by peer: nobody answered in time"]);
  expect(two.seen).toEqual(["asked 1 by peer", "withdrawn 1 by peer: nobody answered in time"]);
  expect(code(() => two.peer.sessions.accept(1n))).toBe("no-session");
});

test("an answer that crosses the withdrawal is answered with the end", async () => {
  const mesh = createTestMesh({ delayMs: [50, 50] });
  const seats = await line(mesh, 2);
  const [one, two] = [at(seats, 0), at(seats, 1)];
  one.peer.sessions.request(2n);
  await mesh.run(500);
  one.peer.sessions.end();
  two.peer.sessions.accept(1n);
  await mesh.run(500);
  expect(one.seen).toEqual(["asking 2 by self", "withdrawn 2 by self"]);
  expect(two.seen).toEqual(["asked 1 by peer", "accepted 1 by self", "ended 1 by peer"]);
  expect(two.peer.sessions.current).toBeUndefined();
});

test("two that ask each other at once are in one session", async () => {
  for (const delay of [1, 20, 300]) {
    const mesh = createTestMesh({ delayMs: [delay, delay] });
    const seats = await line(mesh, 2);
    const [one, two] = [at(seats, 0), at(seats, 1)];
    one.peer.sessions.request(2n);
    two.peer.sessions.request(1n);
    await mesh.run(5_000);
    expect(one.seen).toEqual(["asking 2 by self", "accepted 2 by peer"]);
    expect(two.seen).toEqual(["asking 1 by self", "accepted 1 by peer"]);
    two.peer.sessions.end();
    await mesh.run(5_000);
    expect(one.peer.sessions.current).toBeUndefined();
  }
});

test("who asks a peer that asks it accepts", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  const [one, two] = [at(seats, 0), at(seats, 1)];
  one.peer.sessions.request(2n);
  await mesh.run(200);
  two.peer.sessions.request(1n);
  await mesh.run(200);
  expect(two.seen).toEqual(["asked 1 by peer", "accepted 1 by self"]);
  expect(one.seen).toEqual(["asking 2 by self", "accepted 2 by peer"]);
});

test("of several who ask one is accepted, and the others hear that it is busy", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 4);
  for (const index of [0, 1, 2]) at(seats, index).peer.sessions.request(4n);
  await mesh.run(200);
  const { peer, seen } = at(seats, 3);
  expect([...peer.sessions.requests].map(Number).sort((a, b) => a - b)).toEqual([1, 2, 3]);
  peer.sessions.accept(2n);
  await mesh.run(200);
  expect([0, 1, 2].map((index) => at(seats, index).seen.at(-1))).toEqual([
    "busy 4 by peer",
    "accepted 4 by peer",
    "busy 4 by peer",
  ]);
  expect(seen.slice(3).sort()).toEqual(["accepted 2 by self", "busy 1 by self", "busy 3 by self"]);
});

test("a request that makes no sense fails at once, and nothing is sent", async () => {
  const mesh = createTestMesh();
  const { one, three } = await inSession(mesh);
  const { sessions } = one.peer;
  expect(code(() => sessions.request(1n))).toBe("bad-option");
  expect(code(() => sessions.request(7n))).toBe("unknown-peer");
  expect(code(() => sessions.request(0n))).toBe("bad-id");
  expect(code(() => sessions.request(2n))).toBe("in-session");
  expect(code(() => sessions.accept(2n))).toBe("no-session");
  expect(code(() => sessions.end("x".repeat(1_025)))).toBe("too-large");
  mesh.crash("p2");
  await mesh.run(1_000);
  sessions.end();
  expect(code(() => sessions.request(2n))).toBe("absent");
  expect(code(() => sessions.end())).toBe("no-session");
  await mesh.run(1_000);
  expect(one.seen).toEqual(["ended 3 by self"]);
  expect(three.seen).toEqual(["ended 1 by peer"]);
});
