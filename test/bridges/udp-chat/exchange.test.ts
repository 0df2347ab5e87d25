import { expect, test } from "vitest";
import { OriginalNode } from "./original-node.ts";
import { idOf, registry, reminder, Rig } from "./rig.ts";

test("a newcomer waits until a node fetches it, which then tells it of all it knows", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await ali.fetch();
  await rig.run(20);
  expect(ali.heard.filter((said) => said.startsWith("fetch?"))).toEqual([]);
  const ayse = await rig.node("ayse", 7_493);
  await ayse.fetch();
  await rig.run(20);
  expect(ayse.heard.filter((said) => said.startsWith("fetch?"))).toEqual([]);
  await ali.fetch();
  await rig.run(20);
  expect(ali.heard.at(-2)).toBe(`fetch?${ayse.address}|7493`);
  const front = ali.nodes.get("4403");
  expect(ayse.heard.at(-1)).toBe(`connect?4403|${front}|9101|${ali.address}`);
  expect(ali.nodes.get("7493")).toBe(ayse.address);
  await ali.fetch();
  await rig.run(20);
  expect(ali.heard.filter((said) => said.startsWith("fetch?"))).toHaveLength(1);
});

test("who fetches without having signed in learns of nobody", async () => {
  const rig = await Rig.open();
  await rig.node("ali", 9_101);
  await rig.node("ayse", 7_493);
  const stranger = await OriginalNode.start(rig.sockets, registry);
  await stranger.fetch();
  await rig.run(20);
  expect(stranger.heard).toEqual([]);
});

test("a node that is silent for too long is gone, and what comes for it meanwhile waits", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.run(60_000, ali);
  expect(rig.guests.get("user ali")).toBeDefined();
  await rig.run(31_000);
  expect(rig.guests.get("user ali")).toBeUndefined();
  await ali.close();
  veli.send(idOf(9_101), "are you there");
  await rig.run(2_000);
  const again = await OriginalNode.start(rig.sockets, registry);
  await again.signIn("ali", "secret");
  await rig.run(5_000, again);
  expect(again.shown).toEqual(["4403: are you there"]);
});

test("what comes from an address that nobody signed in from is dropped", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  const forger = await OriginalNode.start(rig.sockets, registry);
  await forger.raw("message?give me your money|9101|{'9101': 1, '4403': 0}", ali.nodes.get("4403"));
  await rig.run(500);
  expect(veli.status().cursor).toBe(0n);
  expect(forger.heard).toEqual([]);
});

test("a newcomer that is gone is fetched by nobody", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  await rig.node("ayse", 7_493);
  for (let seconds = 0; seconds < 40; seconds += 5) {
    // Heard at the front of nobody: it fetches nothing.
    await ali.raw("connect?9101|127.0.0.1:1");
    await rig.run(5_000);
  }
  expect(rig.guests.get("user ayse")).toBeUndefined();
  await ali.fetch();
  await rig.run(20);
  expect(ali.heard.filter((said) => said.startsWith("fetch?"))).toEqual([]);
});

test("a user that signed in again from elsewhere stays, however silent the place before is, which is told", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  const again = await OriginalNode.start(rig.sockets, registry);
  await again.signIn("ali", "secret");
  await rig.run(90_000, again);
  expect(rig.guests.get("user ali")).toBeDefined();
  expect([ali.shown, again.shown]).toEqual([[reminder], []]);
});

test("another user who signs in from an address takes it over", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  await ali.signUp("ayse", "secret");
  await rig.run(3_000);
  expect(rig.guests.get("user ali")).toBeUndefined();
  expect(rig.guests.get("user ayse")).toBeDefined();
});

test("bytes that mean nothing do no harm", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  for (const to of [registry, ali.nodes.get("4403")])
    for (const said of ["", "?", "fetch", "broadcast?", "message?|||", "connect?|", "signup?", "\u0000"])
      await ali.raw(said, to);
  await ali.raw(Uint8Array.of(0xff, 0xfe), ali.nodes.get("4403"));
  await rig.run(500);
  await ali.message("4403", "still here");
  await rig.run(500);
  expect(ali.shown.filter((shown) => !shown.startsWith("0: what you sent was not taken: "))).toEqual([]);
  expect(ali.shown.length).toBeGreaterThan(3);
});

test("a bridge that closes lets its guests leave and its ports go", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  const front = ali.nodes.get("4403");
  await rig.close();
  expect(rig.guests.get("user ali")).toBeUndefined();
  await expect(rig.sockets.bindDatagrams(registry, () => {})).resolves.toBeDefined();
  await expect(rig.sockets.bindDatagrams(front ?? "", () => {})).resolves.toBeDefined();
});

test("a program that was silent for too long is reminded to sign in, now and then", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.run(40_000);
  await ali.message("4403", "does anybody hear me");
  await ali.fetch();
  await rig.run(500);
  expect(ali.shown).toEqual([reminder]);
  await rig.run(40_000);
  await ali.message("4403", "and now");
  await rig.run(500);
  expect(ali.shown).toEqual([reminder, reminder]);
  expect(ali.failed).toEqual([]);
  expect(veli.status().cursor).toBe(0n);
});
