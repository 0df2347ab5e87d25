import { expect, test } from "vitest";
import { Notices } from "../../../src/bridges/gossip/notices.ts";
import type { ByteStream } from "../../../src/ports/sockets.ts";
import { bridgeRig, type BridgeRig } from "../rig.ts";

interface Scene {
  readonly rig: BridgeRig;
  readonly notices: Notices;
  /** First bytes of what was written, in order. */
  readonly written: number[];
  isDestroyed: boolean;
  /** Writes resolve with this. */
  taken: Promise<void>;
}

async function scene(pauseMs = 20): Promise<Scene> {
  const rig = await bridgeRig();
  const written: number[] = [];
  const stream: ByteStream = {
    remote: "127.0.0.1:1",
    isLoopback: true,
    async *chunks() {},
    async write([first = 0]) {
      written.push(first);
      await set.taken;
    },
    end() {},
    destroy() {
      set.isDestroyed = true;
    },
  };
  const { deadlines } = rig.world;
  const notices = new Notices({ stream, deadlines, pauseMs, stallMs: 30_000, unsentBytesMax: 10 });
  const set: Scene = { rig, notices, written, isDestroyed: false, taken: Promise.resolve() };
  return set;
}

function notice(id: number): { readonly id: number; readonly frame: Uint8Array } {
  return { id, frame: Uint8Array.of(id, 0) };
}

test("the next one leaves when the module has answered", async () => {
  const { rig, notices, written } = await scene();
  for (const id of [1, 2, 3]) notices.push(notice(id));
  await rig.run(1);
  expect(written).toEqual([1]);
  notices.answered(7);
  expect(written).toEqual([1]);
  notices.answered(1);
  expect(written).toEqual([1, 2]);
  notices.answered(1);
  expect(written).toEqual([1, 2]);
});

test("a module that does not answer is waited for once, and then gets the others a little later each", async () => {
  const { rig, notices, written } = await scene();
  for (const id of [1, 2, 3, 4]) notices.push(notice(id));
  await rig.run(999);
  expect(written).toEqual([1]);
  await rig.run(1);
  expect(written).toEqual([1, 2]);
  await rig.run(20);
  expect(written).toEqual([1, 2, 3]);
  notices.answered(1);
  await rig.run(20);
  expect(written).toEqual([1, 2, 3, 4]);
});

test("one that answers late is waited for again", async () => {
  const { rig, notices, written } = await scene();
  for (const id of [1, 2, 3]) notices.push(notice(id));
  await rig.run(1000);
  notices.answered(1);
  await rig.run(20);
  notices.push(notice(4));
  expect(written).toEqual([1, 2, 3]);
  await rig.run(999);
  expect(written).toEqual([1, 2, 3]);
  await rig.run(1);
  expect(written).toEqual([1, 2, 3, 4]);
});

test("without a pause, a module that does not answer is waited for once", async () => {
  const { rig, notices, written } = await scene(0);
  for (const id of [1, 2, 3]) notices.push(notice(id));
  await rig.run(1000);
  expect(written).toEqual([1, 2, 3]);
});

test("a module that does not read is cut off, in time or when too much waits", async () => {
  const slow = await scene();
  slow.taken = new Promise(() => {});
  slow.notices.push(notice(1));
  await slow.rig.run(29_999);
  expect(slow.isDestroyed).toBe(false);
  await slow.rig.run(1);
  expect(slow.isDestroyed).toBe(true);
  const full = await scene();
  full.taken = new Promise(() => {});
  for (let id = 1; id <= 6; id += 1) full.notices.push(notice(id));
  expect(full.isDestroyed).toBe(false);
  full.notices.push(notice(7));
  expect(full.isDestroyed).toBe(true);
});

test("who waits for room gets it when fewer wait, or none ever will", async () => {
  const { rig, notices } = await scene();
  for (const id of [1, 2, 3, 4]) notices.push(notice(id));
  const freed: string[] = [];
  void notices.fewerThan(3).then(() => freed.push("two wait"));
  void notices.fewerThan(1).then(() => freed.push("none waits"));
  await rig.run(1);
  expect(freed).toEqual([]);
  notices.answered(1);
  await rig.run(0);
  expect(freed).toEqual(["two wait"]);
  notices.close();
  await rig.run(0);
  expect(freed).toEqual(["two wait", "none waits"]);
  await notices.fewerThan(1);
});

test("after the end nothing more is written", async () => {
  const { rig, notices, written } = await scene();
  for (const id of [1, 2]) notices.push(notice(id));
  notices.close();
  notices.push(notice(3));
  await rig.run(1000);
  expect(written).toEqual([1]);
});
