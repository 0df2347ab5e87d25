import { describe, expect, test } from "vitest";
import { OriginalNode } from "./original-node.ts";
import { firstOf, idOf, registry, Rig } from "./rig.ts";

function connects(node: OriginalNode): readonly string[] {
  return node.heard.filter((said) => said.startsWith("connect?"));
}

test("who comes to the mesh later announces itself to each node, once, as a node would", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  expect(ali.nodes.size).toBe(0);
  await rig.peer("veli", 4_403);
  await rig.run(5_000, ali);
  expect(ali.heard.slice(1)).toEqual(["broadcast?44030|4403 just joined the chat! (veli)|4403|{'4403': 1, '9101': 0}"]);
  expect(ali.nodes.get("4403")).toMatch(/^127\.0\.0\.1:\d+$/);
  await ali.message("4403", "welcome");
  await rig.run(500);
  expect(ali.failed).toEqual([]);
});

test("a node that did not hear of peers is told again, until it is heard", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const deaf = await OriginalNode.start(rig.sockets, registry);
  rig.guests.give("ali", idOf(9_101));
  // A program that says nothing once it has signed up: whatever it was told is lost.
  let told = 0;
  await deaf.close();
  const socket = await rig.sockets.bindDatagrams(deaf.address, (bytes) => {
    if (new TextDecoder().decode(bytes).startsWith("connect?")) told += 1;
  });
  await socket.send(new TextEncoder().encode("signup?ali|secret"), registry);
  await rig.run(13_000);
  expect(told).toBe(3);
  await socket.send(new TextEncoder().encode("fetch?"), registry);
  await rig.run(11_000);
  expect(told).toBe(3);
});

test("a node that is told again is shown what comes once", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const deaf = await OriginalNode.start(rig.sockets, registry);
  rig.guests.give("ali", idOf(9_101));
  const { address } = deaf;
  await deaf.signUp("ali", "secret");
  await deaf.close();
  await rig.run(13_000);
  const ali = await OriginalNode.start(rig.sockets, registry, address);
  ali.id = "9101";
  await ali.fetch();
  veli.send(idOf(9_101), "once");
  await rig.run(3_000, ali);
  expect(ali.shown).toEqual(["4403: once"]);
});

test("a node that was heard is told once", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  await rig.run(30_000, ali);
  expect(connects(ali)).toHaveLength(1);
});

test("nodes are not told of each other by the bridge, nor of the host that hides", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  const ayse = await rig.node("ayse", 7_493);
  await rig.run(3_000);
  expect(ali.heard).toEqual(["signup?9101|first"]);
  expect(ayse.heard).toEqual(["signup?7493"]);
});

test("a node that no other one fetches is told of them by the bridge, so that it does not stand alone", async () => {
  const rig = await Rig.open();
  const ali = await rig.node("ali", 9_101);
  await ali.close();
  const ayse = await rig.node("ayse", 7_493);
  expect(ayse.heard).toEqual(["signup?7493"]);
  await rig.run(6_000);
  expect(connects(ayse)).toEqual([`connect?9101|${ali.address}`]);
});

test("a host that does not hide is a peer like any other", async () => {
  const rig = await Rig.open({ hidesHost: false });
  const ali = await rig.node("ali", 9_101);
  expect(ali.heard[0]).toBe("signup?9101");
  await ali.message("9000", "hello");
  await rig.run(500);
  expect(await rig.mesh.until(firstOf(rig.host))).toBe(`${idOf(9_101)}: hello`);
});

test("more peers than fit into a datagram are told of in several", async () => {
  const rig = await Rig.open();
  for (let index = 0; index < 50; index++)
    await rig.mesh.start(`p${index}`, { peers: ["host"], desiredId: idOf(2_000 + index) });
  await rig.run(2_000);
  const ali = await rig.node("ali", 9_101);
  expect(connects(ali).length).toBeGreaterThan(1);
  expect(ali.nodes.size).toBe(50);
  expect(ali.failed).toEqual([]);
});

describe("where there are more peers than a node can know", () => {
  /** Peers p0 to p4, with the numbers 2000 to 2004; nodes are told of three at once. */
  async function crowd() {
    const rig = await Rig.open({ limits: { windowsMax: 3 } });
    const peers = [];
    for (let index = 0; index < 5; index++) peers.push(await rig.peer(`p${index}`, 2_000 + index));
    return { rig, peers };
  }

  test("it is told of some", async () => {
    const { rig } = await crowd();
    const ali = await rig.node("ali", 9_101);
    expect(ali.nodes.size).toBe(3);
  });

  test("one that writes to it is announced before, and can be answered", async () => {
    const { rig, peers } = await crowd();
    const ali = await rig.node("ali", 9_101);
    const [stranger] = peers.filter((_, index) => !ali.nodes.has(`${2_000 + index}`));
    const number = `${1_000n + ((stranger?.id ?? 0n) % 9_000n)}`;
    const heard = ali.heard.length;
    stranger?.send(idOf(9_101), "do you know me");
    stranger?.send(idOf(9_101), "now you do");
    await rig.run(2_000, ali);
    expect(ali.shown.slice(-3)).toEqual([
      expect.stringMatching(new RegExp(`^${number} \\(all\\): ${number} just joined the chat! \\(p\\d\\)$`)),
      `${number}: do you know me`,
      `${number}: now you do`,
    ]);
    expect(ali.heard).toHaveLength(heard + 3);
    await ali.message(number, "yes");
    await rig.run(500);
    expect(stranger === undefined ? "" : await rig.mesh.until(firstOf(stranger))).toBe(`${idOf(9_101)}: yes`);
    expect(ali.failed).toEqual([]);
  });

  test("who wrote lately comes before others, and so does who was written to", async () => {
    const { rig, peers } = await crowd();
    const ali = await rig.node("ali", 9_101);
    const known = new Set(ali.nodes.keys());
    const [stranger, other] = peers.filter((_, index) => !known.has(`${2_000 + index}`));
    const numbers = [stranger, other].map((peer) => `${1_000n + ((peer?.id ?? 0n) % 9_000n)}`);
    stranger?.send("everyone", "I am here, too");
    await rig.run(1_000, ali);
    other?.send(idOf(9_101), "so am I");
    await rig.run(1_000, ali);
    const [first = ""] = known;
    await ali.message(first, "hello");
    await rig.run(1_000, ali);
    const ayse = await rig.node("ayse", 7_493);
    expect([...ayse.nodes.keys()].toSorted()).toEqual([...numbers, first].toSorted());
  });

  test("a front of one that was spoken to before others is still heard", async () => {
    const { rig, peers } = await crowd();
    const ali = await rig.node("ali", 9_101);
    for (const peer of peers) {
      peer.send(idOf(9_101), "hello");
      await rig.run(1_000, ali);
    }
    expect(ali.nodes.size).toBe(5);
    for (const index of peers.keys()) await ali.message(`${2_000 + index}`, `to ${index}`);
    await rig.run(1_000, ali);
    for (const [index, peer] of peers.entries())
      expect(await rig.mesh.until(firstOf(peer))).toBe(`${idOf(9_101)}: to ${index}`);
  });

  test("a node that knows enough is told of no more that come, until they say something", async () => {
    const rig = await Rig.open({ limits: { windowsMax: 3 } });
    const ali = await rig.node("ali", 9_101);
    const peers = [];
    for (let index = 0; index < 3; index++) peers.push(await rig.peer(`p${index}`, 2_000 + index));
    await rig.run(2_000, ali);
    expect(ali.nodes.size).toBe(3);
    const [first] = peers;
    await rig.mesh.until(first?.close() ?? Promise.resolve());
    const late = await rig.peer("late", 3_000);
    await rig.run(2_000, ali);
    expect(ali.nodes.size).toBe(3);
    late.send("everyone", "hello");
    await rig.run(2_000, ali);
    expect(ali.shown.at(-1)).toBe("3000 (all): hello");
    expect(ali.nodes.size).toBe(4);
  });
});

test("nodes learn where a user is that comes back at another address", async () => {
  const rig = await Rig.open();
  await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  const ayse = await rig.node("ayse", 7_493);
  await ali.fetch();
  await rig.run(1_000, ayse);
  expect(ali.nodes.get("7493")).toBe(ayse.address);
  await ayse.close();
  const again = await OriginalNode.start(rig.sockets, registry);
  await again.signIn("ayse", "secret");
  await rig.run(1_000, ali);
  expect(ali.nodes.get("7493")).toBe(again.address);
});
