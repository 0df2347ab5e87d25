import { expect, test } from "vitest";
import { Sender } from "../../src/cli/sender.ts";
import { E3Error } from "../../src/core/error.ts";
import { settled } from "./fake-host.ts";
import { FakePeer } from "./fake-peer.ts";

const target = 77252666718255106n;

function senderTo(peer: FakePeer) {
  const failures: unknown[] = [];
  return { sender: new Sender(peer, (error) => failures.push(error)), failures };
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  let done = false;
  void work.then(() => (done = true));
  await settled();
  return done;
}

test("no more than 1024 messages wait to be accepted, and they stay in order", async () => {
  const peer = new FakePeer();
  peer.acceptsAtOnce = false;
  const { sender } = senderTo(peer);
  for (let text = 0; text < 1_024; text++) await sender.send(target, `${text}`);
  const next = sender.send(target, "1024");
  expect(await isDone(next)).toBe(false);
  expect(sender.isWaiting).toBe(true);
  peer.sends[0]?.accept();
  await next;
  expect(sender.isWaiting).toBe(false);
  expect(peer.sends.map(({ text }) => text)).toEqual(Array.from({ length: 1_025 }, (_, text) => `${text}`));
});

test("a message for which there is no room waits until something moves, and is sent once", async () => {
  const peer = new FakePeer();
  peer.room = 1;
  const { sender, failures } = senderTo(peer);
  await sender.send(target, "first");
  await settled();
  const second = sender.send(target, "second");
  sender.moved();
  expect(await isDone(second)).toBe(false);
  peer.room = 2;
  sender.moved();
  await second;
  expect(peer.sends.map(({ text }) => text)).toEqual(["first", "second"]);
  expect(failures).toEqual([]);
});

test("other errors are told, whether thrown or in place of acceptance, and the next message goes on", async () => {
  const peer = new FakePeer();
  peer.acceptsAtOnce = false;
  const { sender, failures } = senderTo(peer);
  const tooLarge = new E3Error("too-large", "2 MB");
  peer.sendFails = tooLarge;
  await sender.send(target, "large");
  peer.sendFails = undefined;
  await sender.send(target, "lost");
  const failed = new E3Error("store-failed", "the disk is full");
  peer.sends[0]?.reject(failed);
  await sender.send(target, "next");
  await settled();
  expect(failures).toEqual([tooLarge, failed]);
  expect(peer.sends.map(({ text }) => text)).toEqual(["lost", "next"]);
});

test("idle means that every message was accepted or told as failed", async () => {
  const peer = new FakePeer();
  peer.acceptsAtOnce = false;
  const { sender } = senderTo(peer);
  await sender.idle();
  await sender.send(target, "one");
  await sender.send(target, "two");
  const idle = sender.idle();
  peer.sends[0]?.accept();
  expect(await isDone(idle)).toBe(false);
  peer.sends[1]?.reject(new E3Error("closed", "closed"));
  await idle;
});

test("giving up ends all waiting", async () => {
  const peer = new FakePeer();
  peer.room = 0;
  const { sender, failures } = senderTo(peer);
  const waiting = sender.send(target, "never");
  expect(await isDone(waiting)).toBe(false);
  sender.giveUp();
  await waiting;
  await sender.send(target, "nor this");
  await sender.idle();
  expect([peer.sends, failures]).toEqual([[], []]);
});
