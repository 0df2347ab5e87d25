import { describe, expect, test } from "vitest";
import type { Peer } from "../../../src/peer/types.ts";
import { OriginalNode } from "./original-node.ts";
import { idOf, registry, Rig } from "./rig.ts";

/** All texts that a peer got so far. */
async function got(rig: Rig, peer: Peer): Promise<readonly string[]> {
  const ending = new AbortController();
  const texts: string[] = [];
  const reading = (async () => {
    for await (const { text, conversation } of peer.messages({ after: 0n, signal: ending.signal }))
      texts.push(`${conversation}: ${text}`);
  })();
  await rig.run(500);
  ending.abort();
  await reading;
  return texts;
}

describe("what a node says to all", () => {
  test("goes to the mesh once, though it comes to the front of every peer", async () => {
    const rig = await Rig.open();
    const peers = [await rig.peer("a", 2_001), await rig.peer("b", 2_002), await rig.peer("c", 2_003)];
    const ali = await rig.node("ali", 9_101);
    expect(ali.nodes.size).toBe(3);
    await ali.broadcast("hi there");
    await ali.broadcast("hi there");
    for (const peer of peers) expect(await got(rig, peer)).toEqual(["everyone: hi there", "everyone: hi there"]);
  });

  test("does not go there when it is the program's own word that it has come", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    expect(ali.groupClock.get("9101")).toBe(1);
    await ali.broadcast("9102 just joined the chat!");
    expect(await got(rig, veli)).toEqual(["everyone: 9102 just joined the chat!"]);
  });

  test("is taken as it is", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const text = "who?|4403|{'4403': 7}";
    await ali.broadcast(text);
    await ali.message("4403", text);
    expect(await got(rig, veli)).toEqual([`everyone: ${text}`, `direct: ${text}`]);
  });
});

describe("what a node says to all is shown to another node once", () => {
  /** How often each was shown it. */
  const times = (text: string, ...nodes: readonly OriginalNode[]): readonly number[] =>
    nodes.map(({ shown }) => shown.filter((line) => line.endsWith(` (all): ${text}`)).length);

  /** Ali and can have been told of each other by ben's clock alone, and have no address of one another. */
  async function strangers() {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    const [ben, can] = [await rig.node("ben", 9_102), await rig.node("can", 9_103)];
    await ben.fetch();
    await rig.run(200);
    await ali.fetch();
    await rig.run(200);
    expect([ali.groupClock.has("9103"), ali.nodes.has("9103"), can.nodes.has("9101")]).toEqual([true, false, false]);
    expect([ali.nodes.has("9102"), can.nodes.has("9102")]).toEqual([true, true]);
    return { rig, ali, ben, can };
  }

  test("also where the one knows the other by a third one's clock alone, and has no address of it", async () => {
    const { rig, ali, ben, can } = await strangers();
    await ali.broadcast("from ali");
    await rig.run(500);
    expect(times("from ali", ben, can)).toEqual([1, 1]);
    // Can has ali at a front now: what it says comes to the bridge there.
    await can.broadcast("from can");
    await rig.run(500);
    expect(times("from can", ali, ben)).toEqual([1, 1]);
    await ben.broadcast("from ben");
    await rig.run(500);
    expect(times("from ben", ali, can)).toEqual([1, 1]);
  });

  test("also where a newcomer was told of the one by the other's front", async () => {
    const { rig, ali, ben, can } = await strangers();
    await ali.broadcast("hi");
    await rig.run(500);
    const dan = await rig.node("dan", 9_104);
    await can.fetch();
    await rig.run(500);
    const all = [ali, ben, can, dan];
    for (const [index, node] of all.entries()) {
      await node.broadcast(`from ${index}`);
      await rig.run(500);
      expect(times(`from ${index}`, ...all.filter((other) => other !== node))).toEqual([1, 1, 1]);
    }
  });

  test("also by programs that go on after the bridge was restarted, and know each other", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const [ali, ben] = [await rig.node("ali", 9_101), await rig.node("ben", 9_102)];
    await ali.fetch();
    await rig.run(500);
    await rig.restart();
    await rig.run(2_000, ali, ben);
    await ali.broadcast("again");
    await rig.run(1_000, ali, ben);
    expect(times("again", ben)).toEqual([1]);
  });
});

describe("what a node says to one", () => {
  test("goes to that peer, and a datagram that comes twice goes once", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ayse = await rig.peer("ayse", 2_001);
    const ali = await rig.node("ali", 9_101);
    const said = "message?yes|9101|{'4403': 0, '9101': 1}";
    await ali.raw(said, ali.nodes.get("4403"));
    await ali.raw(said, ali.nodes.get("4403"));
    await ali.raw("message?yes|9101|{'4403': 0, '9101': 2}", ali.nodes.get("4403"));
    expect(await got(rig, veli)).toEqual(["direct: yes", "direct: yes"]);
    expect(await got(rig, ayse)).toEqual([]);
  });

  test("is said again after the program was started anew", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "yes");
    await ali.close();
    const again = await OriginalNode.start(rig.sockets, registry, ali.address);
    await again.signIn("ali", "secret");
    await rig.run(1_000);
    await again.message("4403", "yes");
    expect(await got(rig, veli)).toEqual(["direct: yes", "direct: yes"]);
  });
});

describe("a node is told plainly, by the node 0", () => {
  test("that it says it is another", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.raw("message?pay|2001|{'2001': 1, '4403': 0}", ali.nodes.get("4403"));
    await rig.run(500);
    expect(ali.heard.at(-1)).toBe(
      "message?what you sent was not taken: it says 2001, and your id is 9101|0|{'9101': 0, '0': 1}",
    );
    expect(veli.status().cursor).toBe(0n);
  });

  test("that a datagram is too long", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "a".repeat(8_192));
    await rig.run(500);
    expect(ali.shown).toEqual([
      expect.stringMatching(/^0: what you sent was not taken: the datagram has 82\d\d bytes; .* 8192 at most$/),
    ]);
  });

  test("that there is nothing to say", async () => {
    const rig = await Rig.open();
    await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "");
    await rig.run(500);
    expect(ali.shown).toEqual([expect.stringMatching(/^0: what you said was not taken: there is no text to send/)]);
  });

  test("that a peer is away, and that its message waits", async () => {
    const rig = await Rig.open();
    const veli = await rig.peer("veli", 4_403);
    const ali = await rig.node("ali", 9_101);
    await rig.mesh.until(veli.close());
    await rig.run(1_000);
    await ali.message("4403", "later?");
    await rig.run(3_000);
    expect(ali.shown).toEqual(['0: 4403 is away: "later." waits for it in the mesh']);
    const back = await rig.peer("veli", 4_403);
    expect(await got(rig, back)).toEqual(["direct: later?"]);
  });

  test("that a peer's program cannot take its message", async () => {
    const rig = await Rig.open();
    await rig.mesh.start("veli", { peers: ["host"], desiredId: idOf(4_403), accepts: () => false });
    await rig.run(1_000);
    const ali = await rig.node("ali", 9_101);
    await ali.message("4403", "hello");
    await rig.run(1_000);
    expect(ali.shown).toEqual([expect.stringMatching(/^0: "hello" was not delivered to 4403: ./)]);
  });
});

test("without a counter of its own the same text again is said again, and with one it is a repetition", async () => {
  const rig = await Rig.open();
  const veli = await rig.peer("veli", 4_403);
  const ali = await rig.node("ali", 9_101);
  const front = ali.nodes.get("4403");
  for (let times = 0; times < 2; times++) await ali.raw("message?hi|9101|{'4403': 0}", front);
  await rig.run(500);
  expect(veli.status().cursor).toBe(2n);
  for (let times = 0; times < 2; times++) await ali.raw("message?hi|9101|{'4403': 0, '9101': 7}", front);
  await rig.run(500);
  expect(veli.status().cursor).toBe(3n);
});
