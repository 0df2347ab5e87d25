import { expect, test } from "vitest";
import type { Message, Peer } from "../../src/peer/types.ts";
import { createTestMesh, type TestMesh } from "../../src/testing/mesh.ts";
import { at, line, watch } from "./seats.ts";

/** Marks as read what has come last from a sender, in a group or to the peer alone, while time passes. */
async function read(mesh: TestMesh, peer: Peer, from: bigint, group?: bigint): Promise<Message> {
  const messages = peer.messages({ after: 0n });
  const { cursor } = peer.status();
  let found: Message | undefined;
  for (;;) {
    const result: IteratorResult<Message, void> = await mesh.until(messages.next());
    if (result.done === true) break;
    const { value } = result;
    if (value.from === from && value.group === group && value.conversation !== "everyone") found = value;
    if (value.cursor === cursor) break;
  }
  await messages.return?.();
  if (found === undefined) throw new Error(`nothing came from ${from}`);
  await mesh.until(peer.markRead(found.cursor));
  return found;
}

test("who sent learns once that all was read, however many messages it were, and after they were delivered", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 3);
  const [one, three] = [at(seats, 0).peer, at(seats, 2).peer];
  for (let number = 1; number <= 200; number += 1) one.send(3n, `${number}`);
  await mesh.run(1_000);
  await read(mesh, three, 1n);
  await mesh.run(1_000);
  expect(at(seats, 0).seen.slice(-2)).toEqual(["delivered #200", "read #200 to 3 by 3"]);
  expect(at(seats, 0).seen.filter((seen) => seen.startsWith("read"))).toHaveLength(1);
  expect(one.readBy(3n)).toEqual([{ by: 3n, number: 200n }]);
  expect(one.explain(7n, 3n)).toMatchObject([{ status: "delivered", readBy: [3n] }]);
  expect(three.readBy(1n)).toEqual([]);
});

test("a thousand marks in a row cost a few envelopes: only the last one waits for the answer to the first", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 3);
  const [one, two, three] = [at(seats, 0).peer, at(seats, 1).peer, at(seats, 2).peer];
  for (let number = 1; number <= 1_000; number += 1) one.send(3n, `${number}`);
  await mesh.run(2_000);
  const before = two.status().envelopes.forwarded;
  for (let cursor = 1n; cursor <= 1_000n; cursor += 1n) void three.markRead(cursor);
  await mesh.run(1_000);
  expect(one.readBy(3n)).toEqual([{ by: 3n, number: 1_000n }]);
  expect(two.status().envelopes.forwarded - before).toBeLessThanOrEqual(20);
});

test("what was read while the sender was cut off, it learns when it is back; the marks of both survive crashes", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 3);
  const one = at(seats, 0).peer;
  one.send(3n, "before the cut");
  await mesh.run(500);
  mesh.cut("p1", "p2");
  await mesh.run(5_000);
  await read(mesh, at(seats, 2).peer, 1n);
  await mesh.run(60_000);
  expect(one.readBy(3n)).toEqual([]);
  mesh.crash("p3");
  const again = await mesh.start("p3", { desiredId: 3n, peers: ["p2"] });
  mesh.heal("p1", "p2");
  await mesh.run(10_000);
  expect(at(seats, 0).seen).toContain("read #1 to 3 by 3");
  mesh.crash("p1");
  const back = watch(await mesh.start("p1", { desiredId: 1n, peers: ["p2"] }));
  await mesh.run(10_000);
  expect(back.peer.readBy(3n)).toEqual([{ by: 3n, number: 1n }]);
  back.peer.send(3n, "after it");
  await mesh.run(500);
  expect(await mesh.until(again.conversations())).toMatchObject([{ with: 1n, count: 2, unread: 1 }]);
  await read(mesh, again, 1n);
  await mesh.run(500);
  expect(back.seen).toEqual(["delivered #2", "read #2 to 3 by 3"]);
  expect(await mesh.until(again.conversations())).toMatchObject([{ unread: 0, unreadUpTo: [] }]);
});

test("a mark whose telling is lost is told again, and its answer is lost without harm", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  at(seats, 0).peer.send(2n, "hello");
  await mesh.run(500);
  mesh.mute("p2", "p1");
  await read(mesh, at(seats, 1).peer, 1n);
  await mesh.run(300);
  mesh.heal("p1", "p2");
  mesh.mute("p1", "p2");
  await mesh.run(1_000);
  mesh.heal("p1", "p2");
  await mesh.run(10_000);
  expect(at(seats, 0).seen.filter((seen) => seen.startsWith("read"))).toEqual(["read #1 to 2 by 2"]);
});

test("in a group it is known which members have read how far", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 3);
  const [one, two, three] = [at(seats, 0).peer, at(seats, 1).peer, at(seats, 2).peer];
  const group = await mesh.until(one.groups.create("team", [2n, 3n]));
  await mesh.run(500);
  for (const peer of [two, three]) peer.groups.accept(group);
  await mesh.run(500);
  one.send(group, "first");
  one.send(group, "second");
  await mesh.run(500);
  await read(mesh, two, 1n, group);
  await mesh.run(500);
  expect(one.readBy(group)).toEqual([{ by: 2n, number: 2n }]);
  one.send(group, "third");
  await mesh.run(500);
  await read(mesh, three, 1n, group);
  await mesh.run(500);
  expect(one.readBy(group)).toEqual([
    { by: 2n, number: 2n },
    { by: 3n, number: 3n },
  ]);
  expect(at(seats, 0).seen.filter((seen) => seen.startsWith("read"))).toEqual([
    `read #2 to ${group} by 2`,
    `read #3 to ${group} by 3`,
  ]);
  expect(two.readBy(group)).toEqual([]);
});

test("who does not want it known marks for itself alone, also what it read before it changed its mind", async () => {
  const mesh = createTestMesh();
  const [first] = await line(mesh, 1);
  const quiet = await mesh.start("p2", { desiredId: 2n, peers: ["p1"], readReceipts: false });
  await mesh.run(1_000);
  first?.peer.send(2n, "seen?");
  await mesh.run(500);
  await read(mesh, quiet, 1n);
  await mesh.run(60_000);
  expect(await mesh.until(quiet.conversations())).toMatchObject([{ unread: 0 }]);
  await mesh.until(quiet.close());
  const open = await mesh.start("p2", { desiredId: 2n, peers: ["p1"] });
  await mesh.run(60_000);
  expect(first?.peer.readBy(2n)).toEqual([]);
  first?.peer.send(2n, "and now?");
  await mesh.run(500);
  await read(mesh, open, 1n);
  await mesh.run(500);
  expect(first?.peer.readBy(2n)).toEqual([{ by: 2n, number: 2n }]);
});

test("a message that is marked as yet to be read is unread once it was shown, until it is read", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  const two = at(seats, 1).peer;
  at(seats, 0).peer.send(2n, "one");
  at(seats, 0).peer.send(2n, "two");
  await mesh.run(500);
  expect(await mesh.until(two.conversations())).toMatchObject([{ unread: 0 }]);
  await mesh.until(two.markRead(1n, { before: true }));
  expect(await mesh.until(two.conversations())).toMatchObject([{ unread: 2, unreadUpTo: [2n] }]);
  await mesh.until(two.markRead(1n));
  expect(await mesh.until(two.conversations())).toMatchObject([{ unread: 1, unreadUpTo: [2n] }]);
  await mesh.run(500);
  expect(at(seats, 0).peer.readBy(2n)).toEqual([{ by: 2n, number: 1n }]);
});

test("what is for everyone has no marks, and where nothing is kept nothing can be marked", async () => {
  const mesh = createTestMesh();
  const seats = await line(mesh, 2);
  const [one, two] = [at(seats, 0), at(seats, 1).peer];
  one.peer.send("everyone", "hello all");
  await mesh.run(500);
  await mesh.until(two.markRead(1n));
  await mesh.run(500);
  expect(one.seen.filter((seen) => seen.startsWith("read"))).toEqual([]);
  for (const cursor of [0n, 2n, -1n, 2n ** 70n])
    await expect(mesh.until(two.markRead(cursor))).rejects.toMatchObject({ code: "unknown-number" });
  await mesh.until(two.close());
  await expect(mesh.until(two.markRead(1n))).rejects.toMatchObject({ code: "closed" });
});

test("a leaf reads, and is read, like any other", async () => {
  const mesh = createTestMesh();
  const [first] = await line(mesh, 2);
  const leaf = watch(await mesh.start("leaf", { desiredId: 9n, peers: ["p2"], leaf: true }));
  await mesh.run(2_000);
  first?.peer.send(9n, "to the leaf");
  leaf.peer.send(1n, "from the leaf");
  await mesh.run(1_000);
  await read(mesh, leaf.peer, 1n);
  if (first !== undefined) await read(mesh, first.peer, 9n);
  await mesh.run(5_000);
  expect(first?.seen).toContain("read #1 to 9 by 9");
  expect(leaf.seen).toContain("read #1 to 1 by 1");
});
