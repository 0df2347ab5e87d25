import { expect, test } from "vitest";
import { readStream } from "../../../src/bridges/gossip/read-stream.ts";
import type { GossipMessage } from "../../../src/bridges/gossip/message.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";
import { frame, notify } from "./bytes.ts";

interface Scene {
  readonly rig: BridgeRig;
  readonly program: Program;
  readonly kinds: string[];
  /** What the reader waits for after each message. */
  wait: Promise<void>;
}

async function scene(): Promise<Scene> {
  const rig = await bridgeRig();
  const kinds: string[] = [];
  const { sockets, world } = rig;
  const read = (stream: ByteStream): void => {
    const onMessage = async ({ kind }: GossipMessage): Promise<void> => {
      kinds.push(kind);
      await set.wait;
    };
    void readStream({ stream, deadlines: world.deadlines, greetingMs: 30_000, log: world.log, onMessage });
  };
  const limits = { streamsMax: 9, silenceMs: 0, unsentBytesMax: 1_000_000 };
  const { address } = await sockets.listen("127.0.0.1:0", limits, read);
  const set: Scene = { rig, program: await rig.dial(address), kinds, wait: Promise.resolve() };
  return set;
}

test("a program that never says anything is cut off, and one that has may be silent", async () => {
  const silent = await scene();
  await silent.rig.run(29_000);
  expect(silent.program.hasEnded).toBe(false);
  await silent.rig.run(2000);
  expect(silent.program.hasEnded).toBe(true);
  const quiet = await scene();
  await quiet.program.write(notify(1), 3_600_000);
  expect([quiet.program.hasEnded, quiet.kinds]).toEqual([false, ["notify"]]);
});

test("a message that does not come to its end in time ends the connection, however it trickles", async () => {
  const { program, kinds } = await scene();
  await program.write(Uint8Array.from([...notify(1), 0]));
  for (let count = 0; count < 28; count += 1) await program.write(Uint8Array.of(99), 1000);
  expect(program.hasEnded).toBe(false);
  await program.write(Uint8Array.of(99), 2000);
  expect([program.hasEnded, kinds]).toEqual([true, ["notify"]]);
});

test("what is no message is passed over, and is no greeting either", async () => {
  const { program, kinds } = await scene();
  await program.write(frame(600, 1), 10_000);
  await program.write(frame(500), 10_000);
  expect([kinds, program.hasEnded]).toEqual([[], false]);
  await program.write(frame(600, 1), 11_000);
  expect(program.hasEnded).toBe(true);
});

test("a size that is none ends the connection, after what came before it", async () => {
  const { program, kinds, rig } = await scene();
  await program.write(Uint8Array.from([...notify(1), 0, 2, 1, 0xf5]));
  expect([kinds, program.hasEnded]).toEqual([["notify"], true]);
  expect(rig.logged.at(-1)?.[2]).toMatchObject({ reason: "the size 2 does not count its own header of 4 bytes" });
});

test("the next message is read when the one before is dealt with", async () => {
  const set = await scene();
  let free = (): void => {};
  set.wait = new Promise((resolve) => (free = resolve));
  await set.program.write(Uint8Array.from([...notify(1), ...notify(2)]), 60_000);
  expect([set.kinds.length, set.program.hasEnded]).toEqual([1, false]);
  free();
  await set.rig.run(1);
  expect(set.kinds.length).toBe(2);
});
