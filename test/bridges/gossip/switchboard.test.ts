import { expect, test } from "vitest";
import { silentLog } from "../../../src/adapters/memory/log.ts";
import { Switchboard } from "../../../src/bridges/gossip/switchboard.ts";

/** A switchboard, and what it does with its sides, in order. */
function scene(): { board: Switchboard; done: string[]; free: () => void } {
  const done: string[] = [];
  const board = new Switchboard({ options: { cacheSize: 6, repeatMs: 1000 }, log: silentLog, nowMs: () => 0 });
  let free = (): void => {};
  const freed = new Promise<void>((resolve) => (free = resolve));
  board.join({
    modules: {
      tell: ({ module, announcement }) => void done.push(`tell ${module} ${announcement.data.join()}`),
      async fewerThan(count, module) {
        done.push(`fewer than ${count} for ${module}`);
        await freed;
      },
    },
    mesh: {
      send: ({ announcement, by }) => Promise.resolve(void done.push(`mesh ${announcement.ttl} by ${by}`)),
    },
    peers: { spread: ({ ttl }, except) => void done.push(`peers ${ttl} but ${except}`) },
  });
  return { board, done, free };
}

const announcement = { ttl: 4, type: 1, data: Uint8Array.of(7) };

test("what a module announces goes to original peers and to the mesh as it is", async () => {
  const { board, done } = scene();
  await board.said(1, { kind: "announce", announcement });
  expect(done).toEqual(["peers 4 but undefined", "mesh 4 by module"]);
});

test("what a peer sent goes to the other peers and to the mesh, one hop less, once it is called valid", async () => {
  const { board, done, free } = scene();
  free();
  await board.said(1, { kind: "notify", type: 1 });
  await board.heard(announcement, { kind: "peer", link: 5 });
  expect(done.splice(0)).toEqual(["tell 1 7", "fewer than 3 for 1"]);
  await board.said(1, { kind: "validation", id: 1, isValid: true });
  expect(done).toEqual(["peers 3 but 5", "mesh 3 by peers"]);
});

test("what the mesh brought does not go back there", async () => {
  const { board, done, free } = scene();
  free();
  await board.said(1, { kind: "notify", type: 1 });
  await board.heard(announcement, { kind: "mesh", by: "module" });
  await board.said(1, { kind: "validation", id: 1, isValid: true });
  expect(done.at(-1)).toBe("peers 3 but undefined");
});

test("whoever announces waits while a module has half a cache to read", async () => {
  const { board, free } = scene();
  await board.said(1, { kind: "notify", type: 1 });
  let isDone = false;
  const heard = board.heard(announcement, { kind: "peer", link: 5 }).then(() => (isDone = true));
  await Promise.resolve();
  expect(isDone).toBe(false);
  free();
  await heard;
  expect(isDone).toBe(true);
});

test("a module that is gone is told nothing, and what is for peers means nothing from a module", async () => {
  const { board, done } = scene();
  await board.said(1, { kind: "notify", type: 1 });
  await board.said(1, undefined);
  await board.said(1, { kind: "push", address: "10.0.0.1:1" });
  await board.heard(announcement, { kind: "peer", link: 5 });
  expect(done).toEqual([]);
});
