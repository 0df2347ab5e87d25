import { expect, test } from "vitest";
import { openGossipBridge } from "../../../src/bridges/gossip/open.ts";
import { gossipOptions } from "../../../src/bridges/gossip/options.ts";
import type { Bridge } from "../../../src/bridges/types.ts";
import { bridgeRig, type BridgeRig, type Program } from "../rig.ts";
import { announce, content, notification, notify, push, validation } from "./bytes.ts";

interface Scene {
  readonly rig: BridgeRig;
  /** Opens a bridge on the ports 7000 + number and 6000 + number. */
  readonly open: (number: number, settings?: Readonly<Record<string, string>>) => Promise<Bridge>;
  /** A module of that bridge; registered for the types. */
  readonly module: (number: number, ...types: readonly number[]) => Promise<Program>;
  /** An original peer that dials that bridge. */
  readonly peer: (number: number) => Promise<Program>;
}

async function scene(...numbers: readonly number[]): Promise<Scene> {
  const rig = await bridgeRig();
  const open: Scene["open"] = (number, settings = {}) => {
    const addresses = { api_address: `127.0.0.1:${7000 + number}`, p2p_address: `127.0.0.1:${6000 + number}` };
    return rig.until(openGossipBridge(rig.world, gossipOptions({ ...addresses, ...settings })));
  };
  for (const number of numbers) await open(number);
  let port = 5000;
  return {
    rig,
    open,
    async module(number, ...types) {
      const program = await rig.dial(`127.0.0.1:${7000 + number}`);
      for (const type of types) await program.write(notify(type), 10);
      return program;
    },
    async peer(number) {
      const program = await rig.dial(`127.0.0.1:${6000 + number}`);
      await program.write(push(`127.0.0.1:${(port += 1)}`), 10);
      program.writes();
      return program;
    },
  };
}

/** The ids of the notifications that came, which the module calls valid. */
async function callValid(module: Program): Promise<number> {
  const came = module.writes();
  for (const [, , , , high = 0, low = 0] of came) await module.write(validation(high * 256 + low, true), 50);
  return came.length;
}

test("modules of one bridge are told of each other's announcements, byte for byte", async () => {
  const { module } = await scene(1);
  const [listener, announcer, deaf] = [await module(1, 1, 2), await module(1, 1), await module(1, 3)];
  await announcer.write(announce(4, 1, "hi"));
  expect(listener.writes()).toEqual([notification(1, 1, "hi")]);
  expect([announcer.writes(), deaf.writes()]).toEqual([[], []]);
});

test("an announcement crosses the mesh to the modules of another bridge, once", async () => {
  const { module } = await scene(1, 2);
  const [announcer, listener] = [await module(1), await module(2, 7)];
  await announcer.write(announce(1, 7, "hi"), 3000);
  expect(listener.writes()).toEqual([notification(1, 7, "hi")]);
  await announcer.write(announce(1, 7, "hi"), 3000);
  expect(listener.writes()).toEqual([notification(2, 7, "hi")]);
});

test("what a module here has not called valid does not leave, and what it calls invalid never does", async () => {
  const { module } = await scene(1, 2);
  const [announcer, judge, listener] = [await module(1), await module(1, 7), await module(2, 7)];
  await announcer.write(announce(0, 7, "hi"), 3000);
  expect([judge.writes(), listener.writes()]).toEqual([[notification(1, 7, "hi")], []]);
  await judge.write(validation(1, false), 3000);
  await judge.write(validation(1, true), 3000);
  expect(listener.writes()).toEqual([]);
  await announcer.write(announce(0, 7, "yo"), 3000);
  await judge.write(validation(2, true), 3000);
  expect(listener.writes()).toEqual([notification(1, 7, "yo")]);
});

test("original peers and bridges are one overlay: from a peer of one bridge to a peer of another, hop by hop", async () => {
  const { module, peer } = await scene(1, 2);
  const [near, other, far] = [await peer(1), await peer(1), await peer(2)];
  const [first, second] = [await module(1, 7), await module(2, 7)];
  await near.write(content(3, 7, "hi"), 3000);
  expect([first.writes(), second.writes()]).toEqual([[notification(1, 7, "hi")], []]);
  await first.write(validation(1, true), 3000);
  expect([near.writes(), other.writes(), far.writes()]).toEqual([[], [content(2, 7, "hi")], []]);
  expect(second.writes()).toEqual([notification(1, 7, "hi")]);
  await second.write(validation(1, true), 3000);
  expect(far.writes()).toEqual([content(1, 7, "hi")]);
});

test("what arrives with a ttl of 1 is told and not sent on, and 0 goes everywhere as 0", async () => {
  const { module, peer } = await scene(1, 2);
  const [near, other, far] = [await peer(1), await peer(1), await peer(2)];
  const [first, second] = [await module(1, 7), await module(2, 7)];
  await near.write(content(1, 7, "near"), 100);
  expect(await callValid(first)).toBe(1);
  expect([other.writes(), second.writes()]).toEqual([[], []]);
  await near.write(content(2, 7, "one more"), 100);
  expect(await callValid(first)).toBe(1);
  expect(await callValid(second)).toBe(1);
  expect([other.writes(), far.writes()]).toEqual([[content(1, 7, "one more")], []]);
  await near.write(content(0, 7, "far"), 100);
  expect(await callValid(first)).toBe(1);
  expect(await callValid(second)).toBe(1);
  expect([other.writes(), far.writes()]).toEqual([[content(0, 7, "far")], [content(0, 7, "far")]]);
});

test("what comes by the mesh and by original peers is passed once, and a circle of both dies out", async () => {
  const { module, peer } = await scene(1, 2);
  const [near, far] = [await peer(1), await peer(2)];
  const [first, second, announcer] = [await module(1, 7), await module(2, 7), await module(2)];
  await near.write(content(0, 7, "hi"), 100);
  expect(await callValid(first)).toBe(1);
  // Original peers know each other, too.
  await far.write(content(0, 7, "hi"), 100);
  expect(await callValid(second)).toBe(1);
  expect([near.writes(), far.writes()]).toEqual([[], [content(0, 7, "hi")]]);
  await announcer.write(announce(0, 7, "yo"), 100);
  expect(await callValid(second)).toBe(1);
  await near.write(content(0, 7, "yo"), 3000);
  expect(await callValid(first)).toBe(1);
  expect([await callValid(first), await callValid(second)]).toEqual([0, 0]);
});

test("a burst loses nothing, though the cache is small and each announcement is judged", async () => {
  const { open, module, peer } = await scene();
  await open(1, { cache_size: "4" });
  const [judge, announcer, original] = [await module(1, 7), await module(1), await peer(1)];
  const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
  await announcer.write(Buffer.concat(texts.map((text) => announce(0, 7, text))), 0);
  for (let round = 0; round < 40; round += 1) await callValid(judge);
  expect(original.writes()).toEqual(texts.map((text) => content(0, 7, text)));
});

test("where the bridge's own guest ends by itself it is here again soon, and announcements go on both ways", async () => {
  const { rig, module } = await scene(1, 2);
  const [first, second] = [await module(1, 7), await module(2, 8)];
  await rig.until(rig.guests.get("gossip 127.0.0.1:7001")?.close() ?? Promise.reject(new Error("nobody")));
  await rig.run(100);
  await Promise.all([first.write(announce(0, 8, "out"), 0), second.write(announce(0, 7, "in"), 0)]);
  await rig.run(30_000);
  expect([first.writes(), second.writes()]).toEqual([[notification(2, 7, "in")], [notification(2, 8, "out")]]);
});

test("a bridge that was away tells its modules what was announced meanwhile", async () => {
  const { rig, open, module } = await scene(1);
  const bridge = await open(2);
  await rig.until(bridge.close());
  const announcer = await module(1);
  await announcer.write(announce(0, 7, "hi"));
  await open(2);
  await rig.run(5000);
  const listener = await module(2, 7);
  await rig.run(1000);
  expect(listener.writes()).toEqual([notification(1, 7, "hi")]);
});

test("who comes before the bridge is ready is let in then", async () => {
  const { rig } = await scene();
  const opening = openGossipBridge(rig.world, gossipOptions({ api_address: "127.0.0.1:7009" }));
  let early: Program | undefined;
  for (let turn = 0; early === undefined && turn < 20; turn++) {
    await Promise.resolve();
    early = await rig.dial("127.0.0.1:7009").catch(() => undefined);
  }
  await early?.stream.write(notify(7));
  await rig.until(opening);
  const announcer = await rig.dial("127.0.0.1:7009");
  await announcer.write(announce(0, 7, "hi"));
  expect(early?.writes()).toEqual([notification(1, 7, "hi")]);
});

test("a bridge that listens anywhere has the same guest again", async () => {
  const { rig, open } = await scene();
  const anywhere = { api_address: "127.0.0.1:0", p2p_address: "127.0.0.1:0" };
  const ids = [];
  for (let start = 0; start < 2; start++) {
    const bridge = await open(1, anywhere);
    ids.push(rig.guests.get("gossip 127.0.0.1:0")?.id);
    await rig.until(bridge.close());
  }
  expect(ids[0]).toBeGreaterThan(0n);
  expect(ids[1]).toBe(ids[0]);
});

test("broken programs are cut off, and the others go on", async () => {
  const { module, peer } = await scene(1);
  const [listener, broken, announcer, brokenPeer] = [
    await module(1, 7),
    await module(1),
    await module(1),
    await peer(1),
  ];
  await broken.write(Uint8Array.of(0, 0, 0, 0));
  await brokenPeer.write(Uint8Array.of(0, 1, 2, 3));
  await announcer.write(Buffer.concat([Uint8Array.of(0, 5, 9, 9, 9), announce(0, 7, "hi")]));
  expect([broken.hasEnded, brokenPeer.hasEnded, announcer.hasEnded]).toEqual([true, true, false]);
  expect(listener.writes()).toEqual([notification(1, 7, "hi")]);
});

test("settings that mean nothing are warned about", async () => {
  const { rig, open } = await scene();
  await open(1, { max_ttl: "3" });
  const warned = rig.logged.filter(([level]) => level === "warn");
  expect(warned).toEqual([["warn", "a setting means nothing to the gossip bridge", { setting: "max_ttl" }]]);
});

test("closing cuts all off, lets the guest leave, and frees the addresses", async () => {
  const { rig, open, module, peer } = await scene();
  const bridge = await open(1);
  const [listener, original] = [await module(1, 7), await peer(1)];
  await rig.until(bridge.close());
  await rig.until(bridge.close());
  await rig.run(5000);
  expect([listener.hasEnded, original.hasEnded, rig.guests.get("gossip 127.0.0.1:7001")]).toEqual([
    true,
    true,
    undefined,
  ]);
  expect((await open(1)).listen).toBe("127.0.0.1:7001");
});

test("where it cannot listen it leaves nothing behind", async () => {
  const { rig, open } = await scene(1);
  await expect(open(2, { p2p_address: "127.0.0.1:6001" })).rejects.toMatchObject({ code: "port-in-use" });
  expect(rig.guests.get("gossip 127.0.0.1:7002")).toBeUndefined();
  await open(2);
});

test("a thousand modules are told, and one more that says nothing is cut off", async () => {
  const { rig, open, module } = await scene();
  await open(1);
  const modules = await Promise.all(Array.from({ length: 1000 }, () => rig.dial("127.0.0.1:7001")));
  const silent = await rig.dial("127.0.0.1:7001");
  for (const program of modules) await program.stream.write(notify(7));
  await (await module(1)).write(announce(0, 7, "hi"), 31_000);
  const heard = modules.map((program) => Buffer.concat(program.writes()).toString("hex"));
  expect(new Set(heard)).toEqual(new Set([Buffer.from(notification(1, 7, "hi")).toString("hex")]));
  expect([modules.some(({ hasEnded }) => hasEnded), silent.hasEnded]).toEqual([false, true]);
});
