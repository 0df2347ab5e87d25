import { expect, test } from "vitest";
import { LastWords } from "../../src/bridges/last-words.ts";
import type { Sent } from "../../src/peer/types.ts";
import { createTestMesh } from "../../src/testing/mesh.ts";

async function scene() {
  const mesh = createTestMesh();
  await mesh.start("host");
  await mesh.start("far", { peers: ["host"], desiredId: 99n });
  const guest = await mesh.start("guest", { peers: ["host"], leaf: true });
  await mesh.run(2_000);
  const words = new LastWords(guest);
  const say = (to: bigint | "everyone", text: string): Sent => {
    const sent = guest.send(to, text);
    words.said(to, sent);
    return sent;
  };
  const over = new AbortController();
  const counts: number[] = [];
  const wait = (): void => void words.away(over.signal).then((count) => counts.push(count));
  return { mesh, guest, say, over, counts, wait };
}

test("of one that said nothing nothing is here, and so it is of one whose words were delivered long ago", async () => {
  const { mesh, counts, wait, say } = await scene();
  wait();
  await mesh.run(10);
  expect(counts).toEqual([0]);
  say(99n, "hi");
  say("everyone", "hello");
  await mesh.run(10_000);
  wait();
  await mesh.run(10);
  expect(counts).toEqual([0, 0]);
});

test("words that are on their way are waited for: until they are delivered, spread, or stored by others", async () => {
  const { mesh, counts, wait, say } = await scene();
  mesh.crash("far");
  await mesh.run(10_000);
  mesh.cut("host", "guest");
  say(99n, "for who is away");
  say("everyone", "for all");
  wait();
  await mesh.run(60_000);
  expect(counts).toEqual([]);
  mesh.heal("host", "guest");
  await mesh.run(60_000);
  expect(counts).toEqual([0]);
});

test("what others had stored before they are asked for is away", async () => {
  const { mesh, counts, wait, say } = await scene();
  mesh.crash("far");
  await mesh.run(10_000);
  say(99n, "for who is away");
  await mesh.run(10_000);
  wait();
  await mesh.run(10);
  expect(counts).toEqual([0]);
});

test("when the waiting ends, or the guest closes, it says how many words are only here", async () => {
  const { mesh, guest, counts, wait, say, over } = await scene();
  mesh.cut("host", "guest");
  for (const text of ["one", "two"]) say(99n, text);
  wait();
  await mesh.run(1_000);
  over.abort();
  await mesh.run(10);
  expect(counts).toEqual([2]);
  const words = new LastWords(guest);
  words.said(99n, guest.send(99n, "three"));
  const left = words.away(new AbortController().signal);
  await mesh.until(guest.close());
  expect(await mesh.until(left)).toBe(1);
});
