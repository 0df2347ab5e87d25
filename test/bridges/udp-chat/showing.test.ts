import { describe, expect, test } from "vitest";
import { E3Error } from "../../../src/core/error.ts";
import { OriginalNode } from "./original-node.ts";
import { idOf, registry, Rig } from "./rig.ts";

describe("broadcasts", () => {
  test("of the mesh are shown to each node once, with the same number and clocks that count on", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    veli.send("everyone", "first");
    await rig.run(500, ali);
    veli.send("everyone", "second");
    await rig.run(500, ali);
    expect(ali.heard.slice(2)).toEqual([
      "broadcast?44031|first|4403|{'4403': 2, '9101': 1}",
      "broadcast?44032|second|4403|{'4403': 3, '9101': 1}",
    ]);
    expect(ali.groupClock).toEqual(
      new Map([
        ["4403", 3],
        ["9101", 3],
      ]),
    );
  });

  test("that a node sent another directly are not shown to that a second time", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const ayse = await rig.node("ayse", 7_493);
    await ali.fetch();
    await rig.run(1_000, ayse);
    const before = [ali.shown.length, ayse.shown.length];
    await ali.broadcast("from ali");
    await ayse.broadcast("from ayse");
    await rig.run(3_000, ali, ayse);
    expect(ali.shown.slice(before[0])).toEqual(["7493 (all): from ayse"]);
    expect(ayse.shown.slice(before[1])).toEqual(["9101 (all): from ali"]);
    expect([...ali.failed, ...ayse.failed]).toEqual([]);
  });

  test("are shown through the mesh to nodes that do not know each other", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const ayse = await rig.node("ayse", 7_493);
    expect(ali.nodes.has("7493")).toBe(false);
    await ali.broadcast("from ali");
    await ayse.broadcast("from ayse");
    await rig.run(1_000);
    expect(ali.shown).toEqual(["7493 (all): from ayse"]);
    expect(ayse.shown).toEqual(["9101 (all): from ali"]);
    expect(ayse.heard.at(-1)).toMatch(/^broadcast\?91011\|from ali\|9101\|\{'9101': 2, '7493': 0, '4403': 0\}$/);
    await ali.message("7493", "by the front");
    await rig.run(1_000);
    expect(ayse.shown.at(-1)).toBe("9101: by the front");
  });

  test("that this wire cannot carry are told of", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    veli.send("everyone", "who?");
    veli.send("everyone", "a".repeat(901));
    veli.send("everyone", { contentType: "image/png", data: Uint8Array.of(1) });
    await rig.run(1_000, ali);
    expect(ali.shown).toEqual([
      "4403 (all): (said something with a bar or a question mark in it, which this program cannot show)",
      "4403 (all): (said something longer than the 900 bytes that this program can show)",
    ]);
    expect(ali.failed).toEqual([]);
  });

  test("from before it was here first are not shown, and what is for it alone is", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    rig.guests.isLate = true;
    const ali = await rig.node("ali", 9_101);
    veli.send("everyone", "old news");
    veli.send(idOf(9_101), "a letter");
    await rig.run(1_000, ali);
    expect(ali.shown).toEqual(["4403: a letter"]);
  });
});

describe("private messages", () => {
  test("that this wire cannot carry are refused to their sender", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    for (const text of ["a|b", "who?", "a".repeat(901)]) {
      const { settled } = veli.send(idOf(9_101), text);
      expect((await rig.mesh.until(settled)).status).toBe("refused");
    }
    const { settled } = veli.send(idOf(9_101), "a".repeat(900));
    expect((await rig.mesh.until(settled)).status).toBe("delivered");
    await rig.run(500, ali);
    expect(ali.shown).toEqual([`4403: ${"a".repeat(900)}`]);
  });

  test("wait while the node is quiet, and are shown once it is heard", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.run(13_000);
    veli.send(idOf(9_101), "hello");
    await rig.run(2_000);
    expect(ali.shown).toEqual([]);
    await rig.run(1_000, ali);
    expect(ali.shown).toEqual(["4403: hello"]);
  });

  test("that were sent to a program that ended are sent to the next, and those it had are not", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    veli.send(idOf(9_101), "seen");
    await rig.run(1_000);
    await rig.run(1_000, ali);
    veli.send(idOf(9_101), "lost");
    await ali.close();
    await rig.run(1_000);
    const again = await OriginalNode.start(rig.sockets, registry, ali.address);
    await again.signIn("ali", "secret");
    await rig.run(2_000, again);
    expect(ali.shown).toEqual(["4403: seen"]);
    expect(again.shown).toEqual(["4403: lost"]);
  });

  test("are sent in order, and no more at once than are kept for a program that stands still", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.close();
    const got: string[] = [];
    const still = await rig.sockets.bindDatagrams(ali.address, (bytes) => got.push(new TextDecoder().decode(bytes)));
    const texts = Array.from({ length: 300 }, (_, index) => `message ${index}`);
    for (const text of texts) veli.send(idOf(9_101), text);
    await rig.run(5_000);
    expect(got.slice(0, 64).every((said) => said.startsWith("message?message "))).toBe(true);
    expect(got.slice(64)).toEqual([`fetch?${registry}|0`]);
    await still.send(new TextEncoder().encode("fetch?"), registry);
    await rig.run(1_000);
    expect(got).toHaveLength(65 + 65 + 1);
  });

  test("are shown as fast as a program reads them", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const texts = Array.from({ length: 300 }, (_, index) => `message ${index}`);
    for (const text of texts) veli.send(idOf(9_101), text);
    await rig.run(1_000);
    expect(ali.shown).toEqual(texts.map((text) => `4403: ${text}`));
    expect(ali.nodes.size).toBe(1);
  });
});

test("what cannot be shown for want of a socket is shown later, and what comes behind it after it", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  const bindDatagrams = rig.sockets.bindDatagrams.bind(rig.sockets);
  rig.sockets.bindDatagrams = () => Promise.reject(new E3Error("address-unavailable", "no more sockets"));
  const veli = await rig.peer("veli", 4_403);
  veli.send(idOf(9_101), "one");
  veli.send(idOf(9_101), "two");
  await rig.run(1_000, ali);
  expect(ali.shown).toEqual([]);
  rig.sockets.bindDatagrams = bindDatagrams;
  await rig.run(1_000, ali);
  expect(ali.shown).toEqual(["4403 (all): 4403 just joined the chat! (veli)", "4403: one", "4403: two"]);
});

test("counters go on after a restart of the bridge, and peers keep their numbers and addresses", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  veli.send("everyone", "before");
  await rig.run(2_000, ali);
  const front = ali.nodes.get("4403");
  await rig.restart();
  await ali.signIn("ali", "secret");
  await rig.run(1_000, ali);
  veli.send("everyone", "after");
  await rig.run(1_000, ali);
  expect(ali.nodes.get("4403")).toBe(front);
  const counters = ali.heard.flatMap((said) => /^broadcast\?.*'4403': (\d+)/.exec(said)?.[1] ?? []).map(Number);
  expect(counters).toHaveLength(2);
  expect(counters[1]).toBeGreaterThan(counters[0] ?? Infinity);
});
