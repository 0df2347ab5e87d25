import { expect, test } from "vitest";
import type { SessionState } from "../../src/core/sessions.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";

test("a session as a program sees it", async () => {
  const mesh = createTestMesh();
  const left = await mesh.start("left", { desiredId: 1n });
  const right = await mesh.start("right", { desiredId: 2n, peers: ["left"] });
  await mesh.run(1_000);
  expect([left.sessions.current, left.sessions.requests]).toEqual([undefined, []]);
  left.sessions.request(2n);
  const asking: SessionState["state"] | undefined = left.sessions.current?.state;
  expect(asking).toBe("asking");
  await mesh.run(100);
  expect(right.sessions.requests).toEqual([1n]);
  right.sessions.reject(1n);
  await mesh.run(100);
  expect([left.sessions.current, right.sessions.requests]).toEqual([undefined, []]);
  right.sessions.request(1n);
  await mesh.run(100);
  left.sessions.accept(2n);
  const { since, ...rest } = left.sessions.current ?? {};
  expect(rest).toEqual({ peer: 2n, state: "open" });
  expect(since).toBeInstanceOf(Date);
  await mesh.run(100);
  expect(right.sessions.current?.state).toBe("open");
  left.sessions.end("enough");
  await mesh.run(100);
  expect(right.sessions.current).toBeUndefined();
});

test("the end of a session says up to where messages came before it, also those that came with it", async () => {
  const mesh = createTestMesh();
  const left = await mesh.start("left", { desiredId: 1n });
  const right = await mesh.start("right", { desiredId: 2n, peers: ["left"] });
  await mesh.run(1_000);
  const told: (readonly [string, bigint])[] = [];
  const listen = async (): Promise<void> => {
    for await (const event of left.events()) if (event.kind === "session") told.push([event.state, event.cursor]);
  };
  void listen();
  right.sessions.request(1n);
  await mesh.run(100);
  left.sessions.accept(2n);
  await mesh.run(100);
  for (const text of ["one", "two", "last words"]) right.send(1n, text);
  right.sessions.end();
  await mesh.run(1_000);
  expect(told).toEqual([
    ["asked", 0n],
    ["accepted", 0n],
    ["ended", 3n],
  ]);
});

test("a wrong id is refused, and a closed peer does nothing", async () => {
  const mesh = createTestMesh();
  const peer = await mesh.start("peer");
  expect(() => peer.sessions.request(0n)).toThrow(expect.objectContaining({ code: "bad-id" }));
  await mesh.until(peer.close());
  const closed: unknown = expect.objectContaining({ code: "closed" });
  for (const act of [
    () => peer.sessions.request(1n),
    () => peer.sessions.accept(1n),
    () => peer.sessions.reject(1n),
    () => peer.sessions.end(),
  ])
    expect(act).toThrow(closed);
});

test("a leaf that asks for somebody it has not heard of, asks its neighbours: soon it can", async () => {
  const mesh = createTestMesh();
  await mesh.start("hub");
  const left = await mesh.start("left", { desiredId: 1n, leaf: true, peers: ["hub"] });
  const right = await mesh.start("right", { desiredId: 2n, leaf: true, peers: ["hub"] });
  await mesh.run(1_050);
  expect(() => left.sessions.request(2n)).toThrow(expect.objectContaining({ code: "unknown-peer" }));
  await mesh.run(100);
  left.sessions.request(2n);
  await mesh.run(50);
  expect(right.sessions.requests).toEqual([1n]);
});
