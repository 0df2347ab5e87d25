import { describe, expect, test } from "vitest";
import { E3Error } from "../../../src/core/error.ts";
import { OriginalNode } from "./original-node.ts";
import { firstOf, idOf, registry, reminder, Rig } from "./rig.ts";

describe("a program whose guest ended by itself", () => {
  test("goes on with what it says next, and is shown what came meanwhile", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    veli.send(idOf(9_101), "before");
    await rig.run(6_000, ali);
    await rig.mesh.until(rig.guests.get("user ali")?.close() ?? Promise.reject(new Error("no guest")));
    veli.send(idOf(9_101), "meanwhile");
    await rig.run(1_000);
    expect(rig.log.entries.filter(({ message }) => message === "a node is not signed in for now")).toHaveLength(1);
    await ali.message("4403", "still here");
    await rig.run(2_000, ali);
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(9_101)}: still here`);
    expect(ali.shown).toEqual(["4403: before", "4403: meanwhile"]);
  });

  test("since its user signed in elsewhere is told, and not taken for somebody else meanwhile", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.run(6_000, ali);
    rig.guests.signedIn.delete("user ali");
    await rig.mesh.until(rig.guests.get("user ali")?.close() ?? Promise.reject(new Error("no guest")));
    await rig.run(100);
    await ali.message("4403", "is it me");
    await rig.run(500);
    expect(ali.shown).toEqual([reminder]);
    expect(veli.status().cursor).toBe(0n);
  });

  test("as soon as it had come is not let in over and over, but told", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    const opened = rig.guests.opened.length;
    await rig.mesh.until(rig.guests.get("user ali")?.close() ?? Promise.reject(new Error("no guest")));
    await rig.run(5_000, ali);
    expect(ali.shown).toEqual([reminder]);
    expect(rig.guests.opened).toHaveLength(opened);
    await ali.signIn("ali", "secret");
    await rig.run(1_000, ali);
    expect(ali.heard.at(-1)).toMatch(/^signin|^connect/);
    expect(rig.guests.get("user ali")).toBeDefined();
  });

  test("and that says nothing is offline after a while", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.mesh.until(rig.guests.get("user ali")?.close() ?? Promise.reject(new Error("no guest")));
    await rig.run(31_000);
    await ali.fetch();
    await rig.run(500);
    expect(ali.shown).toEqual([reminder]);
    expect(rig.guests.get("user ali")).toBeUndefined();
  });
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

  test("tells a program how much of what it said could not wait", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    const front = ali.nodes.get("4403");
    for (let said = 1; said <= 600; said++)
      await ali.raw(`message?${"a".repeat(400)}|9101|{'9101': ${said}, '4403': 0}`, front);
    await rig.run(3_000);
    const taken = Number(veli.status().cursor);
    expect(taken).toBeLessThan(600);
    expect(ali.shown).toEqual([expect.stringMatching(`^0: ${600 - taken} datagrams of yours were not taken`)]);
    expect(rig.log.entries.filter(({ fields }) => fields["dropped"] === 600 - taken)).toHaveLength(1);
  });

  test("that closes while it lets a program in lets it in after the next start", async () => {
    const rig = await Rig.open();
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    await ali.fetch();
    await rig.mesh.run(0);
    await rig.restart();
    await rig.run(3_000);
    await rig.restart();
    await rig.run(3_000, ali);
    expect(ali.shown).toEqual([]);
    expect(rig.guests.get("user ali")).toBeDefined();
  });

  test("tries again after a pause when there is too much to do, and loses nothing that was said", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.restart();
    rig.guests.failure = new E3Error("resource-exhausted", "too many guests");
    const opened = rig.guests.opened.length;
    await ali.message("4403", "while it is full");
    await rig.run(500, ali);
    await rig.run(500, ali);
    expect([rig.guests.get("user ali"), rig.guests.opened.length]).toEqual([undefined, opened + 1]);
    rig.guests.failure = undefined;
    await rig.run(2_000);
    expect(rig.guests.get("user ali")).toBeDefined();
    expect(await rig.mesh.until(firstOf(veli))).toBe(`${idOf(9_101)}: while it is full`);
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
