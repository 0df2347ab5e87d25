import { expect, test } from "vitest";
import { OriginalNode } from "./original-node.ts";
import { idOf, registry, Rig } from "./rig.ts";

test("after a day's downtime who has got the port is not let in as the user", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.close();
  const { address } = ali;
  await ali.close();
  veli.send(idOf(9_101), "for ali alone");
  await rig.run(500);
  rig.clock.pass(86_400_000);
  await rig.restart();
  const thief = await OriginalNode.start(rig.sockets, registry, address);
  await rig.run(3_000, thief);
  expect(thief.heard.filter((text) => text.includes("for ali"))).toEqual([]);
  expect(rig.guests.get("user ali")).toBeUndefined();
});

test("what was shown before a restart, to a program that was there all the time, is not shown again", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.run(1_000, ali);
  veli.send(idOf(9_101), "once");
  await rig.run(500);
  await rig.restart();
  await rig.run(3_000, ali);
  expect(ali.shown.filter((text) => text.includes("once"))).toHaveLength(1);
});

test("a stranger's wrong password does not have a program shown things again", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.restart();
  await rig.run(2_000, ali);
  veli.send(idOf(9_101), "once");
  await rig.run(500);
  const other = await OriginalNode.start(rig.sockets, registry);
  for (let guess = 0; guess < 3; guess += 1) {
    await other.signIn("ali", "wrong");
    await rig.run(500);
    await ali.fetch();
    await rig.run(900);
  }
  expect(ali.shown.filter((text) => text.includes("once"))).toHaveLength(1);
});

test("who signed in elsewhere and here again has the user's id here", async () => {
  const rig = await Rig.open();
  let moved: bigint | undefined;
  const open = rig.guests.open.bind(rig.guests);
  rig.guests.open = async (options) => {
    moved = undefined;
    const peer = await open(options);
    return new Proxy(peer, {
      get: (of, key) => {
        if (key === "id" && moved !== undefined) return moved;
        const value = Reflect.get(of, key, of) as unknown;
        return typeof value === "function" ? (value as (...a: unknown[]) => unknown).bind(of) : value;
      },
    });
  };
  const ali = await rig.node("ali", 9_101);
  // Another peer has the user's id.
  moved = idOf(5_555);
  await rig.run(1_000, ali);
  const opened = rig.guests.opened.length;
  await ali.signIn("ali", "secret");
  await rig.run(500);
  expect(rig.guests.opened.length).toBe(opened + 1);
  expect(ali.heard.filter((text) => text.startsWith("signin"))).toEqual(["signin?9101|first"]);
});

test("a wrong password does not leave a door open at an address where nobody is any more", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  await rig.restart();
  await rig.run(35_000, ali);
  const { address } = ali;
  await ali.close();
  const other = await OriginalNode.start(rig.sockets, registry);
  await other.signIn("ali", "mistyped");
  await rig.run(500);
  rig.clock.pass(86_400_000);
  await rig.run(500);
  const thief = await OriginalNode.start(rig.sockets, registry, address);
  await thief.fetch();
  await rig.run(500);
  expect(rig.guests.get("user ali") === undefined).toBe(true);
});
