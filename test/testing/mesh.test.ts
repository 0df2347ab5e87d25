import { expect, test } from "vitest";
import type { Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";

async function pair(mesh: TestMesh): Promise<{ readonly a: Peer; readonly b: Peer }> {
  const a = await mesh.start("a", { desiredId: 1n });
  const b = await mesh.start("b", { desiredId: 2n, peers: ["a"] });
  await mesh.run(1_000);
  return { a, b };
}

/** Reads as many messages as asked for, in the mesh's time. */
async function read(mesh: TestMesh, peer: Peer, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { from, text } of peer.messages()) if (texts.push(`${from}: ${text}`) === count) return;
  };
  await mesh.until(reading());
  return texts;
}

test("a message is delivered and read, in no time but the mesh's", async () => {
  const mesh = createTestMesh();
  const { a, b } = await pair(mesh);
  const sent = a.send(2n, "hello");
  expect((await mesh.until(sent.settled)).status).toBe("delivered");
  expect(await read(mesh, b, 1)).toEqual(["1: hello"]);
  expect(mesh.nowMs).toBeLessThan(2_000);
});

test("the same seed goes the same way, and another one another way", async () => {
  const run = async (seed: number): Promise<number> => {
    const mesh = createTestMesh({ seed });
    const { a } = await pair(mesh);
    await mesh.until(a.send(2n, "hello").settled);
    return mesh.nowMs;
  };
  const first = await run(1);
  expect(await run(1)).toBe(first);
  expect(await run(2)).not.toBe(first);
});

test("a message for a peer that was killed is delivered when it is started again with its disk", async () => {
  const mesh = createTestMesh();
  const { a } = await pair(mesh);
  mesh.crash("b");
  const sent = a.send(2n, "are you there?");
  await mesh.until(sent.accepted);
  await mesh.run(3_600_000);
  expect(a.explain(sent.number)[0]?.status).not.toBe("delivered");
  const again = await mesh.start("b", { desiredId: 2n, peers: ["a"] });
  expect((await mesh.until(sent.settled)).status).toBe("delivered");
  expect(await read(mesh, again, 1)).toEqual(["1: are you there?"]);
});

test("between peers that are cut off nothing passes until they are healed", async () => {
  const mesh = createTestMesh();
  const { a } = await pair(mesh);
  mesh.partition(["a"], ["b"]);
  await mesh.run(10_000);
  const sent = a.send(2n, "later");
  await expect(mesh.until(sent.settled, 10_000)).rejects.toThrow("not settled within 10000 ms");
  mesh.healAll();
  expect((await mesh.until(sent.settled)).status).toBe("delivered");
});

test("a send on a full disk is refused, and accepted once there is room", async () => {
  const mesh = createTestMesh();
  const { a } = await pair(mesh);
  mesh.disk("a", "full");
  const early = a.send(2n, "while it fills up");
  await mesh.run(1_000);
  expect(() => a.send(2n, "no room")).toThrow("the store cannot write");
  mesh.disk("a", "well");
  expect((await mesh.until(early.settled)).status).toBe("delivered");
  expect((await mesh.until(a.send(2n, "room").settled)).status).toBe("delivered");
});

test("a paused peer takes what came when it goes on", async () => {
  const mesh = createTestMesh();
  const { a, b } = await pair(mesh);
  mesh.pause("b");
  const sent = a.send(2n, "wake up");
  await mesh.run(2_000);
  mesh.resume("b");
  expect((await mesh.until(sent.settled)).status).toBe("delivered");
  expect(await read(mesh, b, 1)).toEqual(["1: wake up"]);
});

test("a peer that closes is gone for the others, and its name can be started again", async () => {
  const mesh = createTestMesh();
  const { a, b } = await pair(mesh);
  await mesh.until(b.close());
  await mesh.run(1_000);
  expect(a.peers().map(({ id }) => id)).toEqual([]);
  const again = await mesh.start("b", { peers: ["a"] });
  expect(again.id).toBe(2n);
});

test("a name that is up cannot be started again", async () => {
  const mesh = createTestMesh();
  await pair(mesh);
  await expect(mesh.start("a")).rejects.toThrow("a is up already");
});
