import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { Fanout } from "../../src/peer/fanout.ts";
import { all, take } from "./world.ts";

test("every reader sees what is told after it began, in order", async () => {
  const fanout = new Fanout<number>();
  fanout.tell(0);
  const early = fanout.read();
  fanout.tell(1);
  const late = fanout.read();
  fanout.tell(2);
  expect(await take(early, 2)).toEqual([1, 2]);
  expect(await take(late, 1)).toEqual([2]);
});

test("a reader that waits is given what is told next, however often it asked", async () => {
  const fanout = new Fanout<number>();
  const reader = fanout.read();
  const asked = [reader.next(), reader.next(), reader.next()];
  fanout.tell(1);
  fanout.tell(2);
  fanout.end();
  expect(await Promise.all(asked)).toEqual([
    { done: false, value: 1 },
    { done: false, value: 2 },
    { done: true, value: undefined },
  ]);
});

test("a reader that falls ten thousand behind loses the oldest, and no other reader does", async () => {
  const fanout = new Fanout<number>();
  const slow = fanout.read();
  const quick = fanout.read();
  for (let item = 1; item <= 10_003; item += 1) {
    fanout.tell(item);
    expect((await quick.next()).value).toBe(item);
  }
  fanout.end();
  const seen = await all(slow);
  expect(seen).toHaveLength(10_000);
  expect(seen[0]).toBe(4);
  expect(seen.at(-1)).toBe(10_003);
});

test("the end lets readers finish what they have; later ones end at once", async () => {
  const fanout = new Fanout<number>();
  const reader = fanout.read();
  fanout.tell(1);
  fanout.end();
  fanout.tell(2);
  expect(await all(reader)).toEqual([1]);
  expect(await all(fanout.read())).toEqual([]);
});

test("a loop that is left ends its reader, also while another call waits", async () => {
  const fanout = new Fanout<number>();
  const reader = fanout.read();
  const waiting = reader.next();
  await reader.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
  fanout.tell(1);
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test("an abort ends the reader at once: what it has is forgotten, and a waiting call ends", async () => {
  const fanout = new Fanout<number>();
  const controller = new AbortController();
  const behind = fanout.read(controller.signal);
  const waiting = fanout.read(controller.signal);
  const next = (async () => {
    await waiting.next();
    return waiting.next();
  })();
  fanout.tell(1);
  controller.abort();
  expect(await behind.next()).toEqual({ done: true, value: undefined });
  expect(await next).toEqual({ done: true, value: undefined });
});

test("a reader with a signal that is aborted already has nothing to give", async () => {
  const fanout = new Fanout<number>();
  const reader = fanout.read(AbortSignal.abort());
  fanout.tell(1);
  expect(await all(reader)).toEqual([]);
});

test("readers that are over leave nothing behind on their signal", async () => {
  const fanout = new Fanout<number>();
  const { signal } = new AbortController();
  for (let count = 0; count < 5; count += 1) await fanout.read(signal).return?.();
  const open = fanout.read(signal);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  fanout.end();
  expect(await all(open)).toEqual([]);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

test("what one reader does while it is told something does not keep it from the others", async () => {
  const fanout = new Fanout<number>();
  const first = fanout.read();
  const second = fanout.read();
  const ended = first.next().then(() => first.return?.());
  fanout.tell(1);
  fanout.tell(2);
  await ended;
  expect(await take(second, 2)).toEqual([1, 2]);
});
