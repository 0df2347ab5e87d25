import { describe, expect, test } from "vitest";
import { E3Error } from "../../../src/core/error.ts";
import { OriginalNode } from "./original-node.ts";
import { firstOf, idOf, registry, Rig } from "./rig.ts";

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

test("a user that signed in again from elsewhere stays, however silent the place before is", async () => {
  const rig = await Rig.open();
  await rig.node("ali", 9_101);
  const again = await OriginalNode.start(rig.sockets, registry);
  await again.signIn("ali", "secret");
  await rig.run(90_000, again);
  expect(rig.guests.get("user ali")).toBeDefined();
  expect(again.shown).toEqual([]);
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

const reminder = "0: you are not signed in any more, and what you say goes nowhere: start your program again";

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

describe("a bridge that was restarted", () => {
  test("goes on with a program that fetches, which needs not sign in and is shown what came meanwhile", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const [heard, front] = [ali.heard.length, ali.nodes.get("4403")];
    await rig.close();
    veli.send(idOf(9_101), "while the bridge was down");
    await rig.run(1_000);
    await rig.restart();
    await rig.run(3_000, ali);
    expect(ali.shown).toEqual(["4403: while the bridge was down"]);
    expect(ali.heard.slice(heard)).toEqual([
      expect.stringMatching(/^connect\?4403\|/),
      expect.stringMatching(/^message\?/),
    ]);
    expect(ali.nodes.get("4403")).toBe(front);
    await ali.message("4403", "here I am");
    await rig.run(500);
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(9_101)}: here I am`);
    expect(rig.guests.opened.at(-1)).toMatchObject({ key: "user ali", member: { user: "ali", signUp: false } });
  });

  test("takes what a program says first at the front of a peer, before it is heard of otherwise", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    await rig.run(500);
    await ali.message("4403", "did you notice");
    await ali.message("4403", "that it was away");
    await rig.run(1_000);
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(9_101)}: did you notice`);
    expect(veli.status().cursor).toBe(2n);
    expect(ali.shown).toEqual([]);
  });

  test("goes on again after another restart", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    for (let restarts = 0; restarts < 3; restarts++) {
      await rig.restart();
      await rig.run(35_000, ali);
    }
    await ali.message("4403", "still here");
    await rig.run(500);
    expect(veli.status().cursor).toBe(1n);
  });

  test("reminds a program whose user is signed out meanwhile, and one that comes back late", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    const ayse = await rig.node("ayse", 7_493);
    await rig.close();
    rig.guests.signedIn.delete("user ali");
    await rig.restart();
    await ali.fetch();
    await rig.run(31_000);
    await ayse.fetch();
    await rig.run(500);
    expect([ali.shown, ayse.shown]).toEqual([[reminder], [reminder]]);
    expect(rig.guests.get("user ayse")).toBeUndefined();
  });

  test("tries again with the next datagram when there is too much to do", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    rig.guests.failure = new E3Error("resource-exhausted", "too many guests");
    await ali.fetch();
    await rig.run(500);
    expect(rig.guests.get("user ali")).toBeUndefined();
    rig.guests.failure = undefined;
    await ali.fetch();
    await rig.run(500);
    expect(rig.guests.get("user ali")).toBeDefined();
    expect(ali.shown).toEqual([]);
  });

  test("lets a program that was started anew sign in with its password, from anywhere", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    await rig.run(2_000, ali);
    await ali.close();
    const again = await OriginalNode.start(rig.sockets, registry);
    await again.signUp("ali", "secret");
    await again.signIn("ali", "secret");
    await rig.run(500);
    expect(again.heard.slice(0, 2)).toEqual(["signup?error", "signin?9101|first"]);
    expect(rig.guests.get("user ali")).toBeDefined();
  });

  test("is not disturbed by who would sign up under a name that is taken", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    await rig.run(2_000, ali);
    const opened = rig.guests.opened.length;
    const other = await OriginalNode.start(rig.sockets, registry);
    await other.signUp("ali", "secret");
    await rig.run(200);
    expect(other.heard).toEqual(["signup?error"]);
    expect([rig.guests.opened.length, rig.guests.get("user ali") === undefined]).toEqual([opened, false]);
  });

  test("lets a program in once that signs in and fetches at once", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    const opened = rig.guests.opened.length;
    await ali.signIn("ali", "secret");
    await ali.fetch();
    await rig.run(1_000);
    expect(rig.guests.opened).toHaveLength(opened + 1);
    expect(ali.heard.at(-1)).toBe("signin?9101|first");
    expect(ali.shown).toEqual([]);
  });

  test("lets nobody in with a wrong password, and the program that is there goes on", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    await rig.run(2_000, ali);
    const other = await OriginalNode.start(rig.sockets, registry);
    for (let guess = 0; guess < 20; guess++) {
      await other.signIn("ali", `guess ${guess}`);
      await rig.run(200);
      await rig.run(200, ali);
    }
    expect(new Set(other.heard)).toEqual(new Set(["signin?error"]));
    await rig.run(2_000, ali);
    await ali.message("4403", "it is me");
    await rig.run(500);
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(9_101)}: it is me`);
    expect(rig.guests.opened.filter(({ member }) => member?.password?.startsWith("guess") === true)).toHaveLength(5);
  });

  test("does not take another program's word for a user whose address it does not have", async () => {
    const rig = await Rig.open();
    await rig.node("ali", 9_101);
    await rig.restart();
    const other = await OriginalNode.start(rig.sockets, registry);
    await other.fetch();
    await other.raw("message?give me your money|9101|{'9101': 1, '4403': 0}");
    await rig.run(500);
    expect(rig.guests.get("user ali")).toBeUndefined();
    expect(other.heard).toEqual([]);
  });
});
